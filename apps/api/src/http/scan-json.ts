import { LIMITS } from "@burgee/core";
import { TransportError } from "../errors/api-error.ts";

/** A short text holds too little to be worth a look. */
const SHORT = 16_384;
/** More than twice what the longest lists of ids need. */
const MOST_VALUES = 50_000;

const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/**
 * Refuses a text that would be too much once it is parsed, before it is: a value of two bytes takes fifty as an object, and
 * the process stands still meanwhile. What is no JSON is left to whoever parses it.
 *
 * @param envelopes levels of nesting that are the protocol's own
 * @throws {TransportError} "json_too_deep", "body_too_large"
 */
export function scanJson(text: string, envelopes = 0): void {
  if (text.length <= SHORT) return;
  const deepest = LIMITS.jsonDepth + envelopes;
  let depth = 0;
  let values = 1;
  let isInText = false;
  for (let index = 0; index < text.length; index += 1) {
    const letter = text.charCodeAt(index);
    if (letter === QUOTE) isInText = !isInText;
    else if (isInText) index += letter === BACKSLASH ? 1 : 0;
    else if (letter === OPEN_LIST || letter === OPEN_OBJECT) depth += 1;
    else if (letter === CLOSE_LIST || letter === CLOSE_OBJECT) depth -= 1;
    else if (letter === COMMA) values += 1;
    if (depth > deepest) {
      throw new TransportError("json_too_deep", `JSON may be nested ${LIMITS.jsonDepth} levels deep.`);
    }
    if (values > MOST_VALUES) {
      throw new TransportError("body_too_large", `A body holds at most ${MOST_VALUES} values.`);
    }
  }
}
