/** Makes sure that tRPC gets what it reads, within the same bounds as REST's bodies. */
import type { Request } from "express";
import { TransportError } from "../errors/api-error.ts";
import { checkJson } from "../http/check-json.ts";
import { demandJson, parseJson, readJsonBody } from "../http/read-json-body.ts";

export const MOST_CALLS_IN_BATCH = 50;
/** Clients send nothing at all where there is no input; tRPC reads a text in any case. */
const NO_INPUT = "{}";
/** A batch's object around its inputs. */
const ENVELOPES = 1;

/** HEAD is answered by tRPC with nothing. */
export const ALLOW = "GET, POST, HEAD, OPTIONS";

/**
 * Leaves the body as a text: tRPC parses it itself.
 * @throws {TransportError} what REST throws for such a request @throws {URIError} for a broken escape in the address
 */
export async function prepareCall(request: Request): Promise<void> {
  decodeURIComponent(request.url);
  const { pathname, searchParams } = new URL(request.url, "http://localhost");
  if (searchParams.get("batch") === "1") demandSmallBatch(pathname);

  switch (request.method) {
    case "POST":
      demandJson(request);
      request.body = (await readJsonBody(request, { envelopes: ENVELOPES })).text ?? NO_INPUT;
      return;
    case "GET":
    case "HEAD": {
      // Of a body that nobody reads, and tRPC would go by it.
      delete request.headers["content-type"];
      const input = searchParams.get("input");
      if (input !== null) checkJson(parseJson(input), ENVELOPES);
      return;
    }
    default:
      throw new TransportError("method_not_allowed", `Here are ${ALLOW}, and no ${request.method}.`, {
        headers: { allow: ALLOW },
      });
  }
}

function demandSmallBatch(pathname: string): void {
  const calls = decodeURIComponent(pathname).split(",").length;
  if (calls <= MOST_CALLS_IN_BATCH) return;
  throw new TransportError(
    "malformed_request",
    `A batch has at most ${MOST_CALLS_IN_BATCH} calls, and this one ${calls}; send several.`,
  );
}
