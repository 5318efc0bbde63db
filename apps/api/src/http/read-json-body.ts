/** Reads bodies: JSON only, bounded in size, depth and number of values, whatever arrives. */
import type { IncomingMessage } from "node:http";
import { TransportError } from "../errors/api-error.ts";
import { checkJson } from "./check-json.ts";
import { scanJson } from "./scan-json.ts";

const MAX_BODY_BYTES = 1024 * 1024;

const JSON_TYPE = /^application\/json\s*(;|$)/i;
const decoder = new TextDecoder("utf-8", { fatal: true });

/** As it was sent, and what it says. Both undefined for a request without a body. */
export interface JsonBody {
  readonly text: string | undefined;
  readonly value: unknown;
}

export interface BodyForm {
  /** Levels of nesting that are the protocol's own. */
  readonly envelopes?: number;
  readonly mediaType?: RegExp | undefined;
}

/**
 * @throws {TransportError} "unsupported_media_type", "body_too_large", "malformed_json", "json_too_deep"
 * @throws {AppError} "invalid_input" for a field called `__proto__`
 */
export async function readJsonBody(
  request: IncomingMessage,
  { envelopes = 0, mediaType }: BodyForm = {},
): Promise<JsonBody> {
  if (!hasBody(request)) return { text: undefined, value: undefined };
  demandJson(request, mediaType);
  const text = decode(await readBytes(request));
  if (text.trim() === "") return { text: undefined, value: undefined };

  scanJson(text, envelopes);
  const value = parseJson(text);
  checkJson(value, envelopes);
  return { text, value };
}

export function hasBody({ headers }: IncomingMessage): boolean {
  return headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
}

/** @throws {TransportError} "unsupported_media_type" */
export function demandJson({ headers }: IncomingMessage, mediaType = JSON_TYPE): void {
  const encoding = headers["content-encoding"] ?? "identity";
  if (mediaType.test(headers["content-type"] ?? "") && encoding === "identity") return;
  throw new TransportError("unsupported_media_type", "Send the body as application/json, not compressed.", {
    headers: { accept: "application/json", "accept-encoding": "identity" },
  });
}

/** What is too much is let through to nowhere: closing on a sender would keep the answer from being read. */
function readBytes(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;

    const refuseSize = () => {
      request.off("data", take).off("end", finish);
      request.resume();
      reject(new TransportError("body_too_large", `A body has at most ${MAX_BODY_BYTES} bytes.`));
    };
    const take = (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > MAX_BODY_BYTES) refuseSize();
      else chunks.push(chunk);
    };
    const finish = () => resolve(Buffer.concat(chunks));

    request.once("error", () => reject(new TransportError("malformed_request", "The body ended too early.")));
    if (Number(request.headers["content-length"]) > MAX_BODY_BYTES) refuseSize();
    else request.on("data", take).once("end", finish);
  });
}

function decode(bytes: Buffer): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new TransportError("malformed_json", "The body is not UTF-8.");
  }
}

/** @throws {TransportError} "malformed_json" */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const reason = error instanceof SyntaxError ? error.message : "it does not parse";
    throw new TransportError("malformed_json", `The JSON is malformed: ${reason.slice(0, 200)}.`);
  }
}
