import { READ_LIMITS } from "@burgee/engine/reader";
import { SdkError } from "../sdk-error.ts";
import { SILENT_BODY_MS } from "./delays.ts";
import type { StayAlive } from "./exchange.ts";

/** The most that is read of one ruleset: twice what the service lets anyone write. */
export const MAX_RULESET_BYTES = READ_LIMITS.rulesetBytes;

/** The body's bytes as they come. Leaving the loop early lets go of the body. */
export async function* chunksOf(response: Response): AsyncGenerator<Uint8Array> {
  const reader = response.body?.getReader();
  if (!reader) return;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

/** Reads a whole body as UTF-8. @throws {SdkError} "too_large" as soon as it passes `maxBytes` */
export async function readText(response: Response, maxBytes: number, stayAlive: StayAlive): Promise<string> {
  const decoder = new TextDecoder("utf-8");
  let text = "";
  let bytes = 0;
  stayAlive(SILENT_BODY_MS);
  for await (const chunk of chunksOf(response)) {
    stayAlive(SILENT_BODY_MS);
    bytes += chunk.byteLength;
    if (bytes > maxBytes) throw tooLarge(maxBytes);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

export function tooLarge(maxBytes: number): SdkError {
  return new SdkError("too_large", `The answer holds more than ${maxBytes} bytes.`);
}
