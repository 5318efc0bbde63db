/** The body of an upload: text in which ids stand, taken as it arrives. */
import type { IncomingMessage } from "node:http";
import { LIMITS, type UploadedText } from "@burgee/core";
import type { Clock } from "@burgee/runtime";
import { TransportError } from "../errors/api-error.ts";
import { inTime } from "../http/in-time.ts";

const TYPE = /^text\/(plain|csv)\s*((?:;\s*[a-z]+\s*=\s*"?[\w-]+"?\s*)*)$/i;
const CHARSET = /;\s*charset\s*=\s*"?([\w-]+)/i;
const HEADER = /;\s*header\s*=\s*"?present\b/i;

/** A body that sends nothing for so long is ended. */
const STALLED_MS = 10_000;

/**
 * Reading the chunks ends with a TransportError too: "body_too_large", "malformed_request", "request_timeout".
 * @throws {TransportError} "unsupported_media_type", "body_too_large"
 */
export function idTextOf(request: IncomingMessage, clock: Clock): UploadedText {
  const { headers } = request;
  const [, type, parameters = ""] = TYPE.exec(headers["content-type"] ?? "") ?? [];
  const charset = CHARSET.exec(parameters)?.[1]?.toLowerCase() ?? "utf-8";
  const encoding = headers["content-encoding"] ?? "identity";
  if (!type || !["utf-8", "utf8", "us-ascii"].includes(charset) || encoding !== "identity") {
    throw new TransportError(
      "unsupported_media_type",
      "Send ids as text/plain, one a line, or as the first column of text/csv; in UTF-8, not compressed.",
      { headers: { accept: "text/plain, text/csv", "accept-encoding": "identity" } },
    );
  }
  const length = headers["content-length"];
  const size = length === undefined ? undefined : Number(length);
  if (size !== undefined && size > LIMITS.uploadBytes) throw tooLarge();
  const isCsv = type.toLowerCase() === "csv";
  return {
    format: { type: isCsv ? "csv" : "lines", hasHeader: HEADER.test(parameters) },
    size,
    chunks: chunksOf(request, clock),
  };
}

/** Leaves the request open where reading ends early: closing on a sender would keep the answer from being read. */
async function* chunksOf(request: IncomingMessage, clock: Clock): AsyncGenerator<Uint8Array> {
  const body: AsyncIterator<unknown> = request.iterator({ destroyOnReturn: false });
  let bytes = 0;
  for (;;) {
    const { value, done } = await inTime(nextOf(body), STALLED_MS, clock);
    if (done) return;
    if (!(value instanceof Uint8Array)) continue;
    bytes += value.length;
    if (bytes > LIMITS.uploadBytes) throw tooLarge();
    yield value;
  }
}

async function nextOf(body: AsyncIterator<unknown>): Promise<IteratorResult<unknown>> {
  try {
    return await body.next();
  } catch {
    throw new TransportError("malformed_request", "The body ended too early.");
  }
}

function tooLarge(): TransportError {
  return new TransportError("body_too_large", `A list has at most ${LIMITS.uploadBytes} bytes as text.`);
}
