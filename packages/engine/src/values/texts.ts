import { EVALUATION_LIMITS } from "../limits.ts";
import type { Meaning, Meanings } from "./run.ts";

/** The methods of strings that every evaluation has; library/strings.ts has the rest. */
export const textMethods: Meanings = {
  ".startsWith": onPart(edgeUnits, (text, part) => text.startsWith(part)),
  ".endsWith": onPart(edgeUnits, (text, part) => text.endsWith(part)),
  ".contains": onPart(searchUnits, (text, part) => text.includes(part)),
};

function onPart(
  units: (text: string, part: string) => number,
  test: (text: string, part: string) => boolean,
): Meaning {
  return (run, text, part) => {
    if (typeof text !== "string" || typeof part !== "string") return undefined;
    return run.spendText(units(text, part)) ? test(text, part) : undefined;
  };
}

function edgeUnits(text: string, part: string): number {
  return part.length > text.length ? 0 : part.length;
}

/** Looking for a long part may look at each unit of the text many times. */
export function searchUnits(text: string, part: string): number {
  if (text.length <= EVALUATION_LIMITS.freeTextLength || part.length > text.length) return 0;
  return text.length * (1 + (part.length >> 4));
}
