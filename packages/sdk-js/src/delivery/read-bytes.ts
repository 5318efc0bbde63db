import { chunksOf, tooLarge } from "./body.ts";
import { SILENT_BODY_MS } from "./delays.ts";
import type { StayAlive } from "./exchange.ts";

/** Reads a whole body. @throws {SdkError} "too_large" as soon as it passes `maxBytes` */
export async function readBytes(
  response: Response,
  maxBytes: number,
  stayAlive: StayAlive,
): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  stayAlive(SILENT_BODY_MS);
  for await (const chunk of chunksOf(response)) {
    stayAlive(SILENT_BODY_MS);
    size += chunk.byteLength;
    if (size > maxBytes) throw tooLarge(maxBytes);
    chunks.push(chunk);
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.byteLength;
  }
  return bytes;
}
