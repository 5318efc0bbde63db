/** The methods of strings and of lists of strings, as cel-go's `strings` extension has them: indices count code points. */
import { paid } from "../values/arithmetic.ts";
import { OUT_OF_RANGE } from "../values/failure.ts";
import { indexOf } from "../values/map-value.ts";
import type { Meaning, Meanings, Run } from "../values/run.ts";
import { searchUnits } from "../values/texts.ts";
import { codePoints } from "./code-points.ts";

export const stringMethods: Meanings = {
  ".indexOf": (run, text, part, from) => find(run, text, part, from, false),
  ".lastIndexOf": (run, text, part, from) => find(run, text, part, from, true),
  ".charAt": (run, text, at) => substring(run, text, at, undefined, 1),
  ".substring": (run, text, from, to) => substring(run, text, from, to, Number.POSITIVE_INFINITY),
  ".lowerAscii": onText((text) => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())),
  ".upperAscii": onText((text) => text.replace(/[a-z]+/g, (letters) => letters.toUpperCase())),
  ".trim": onText(trim),
  ".split": split,
  ".replace": replace,
  ".join": (run, list, separator) => join(run, list, separator === undefined ? "" : separator),
};

function onText(change: (text: string) => string): Meaning {
  return (run, text) => (typeof text === "string" && run.spendText(text.length) ? change(text) : undefined);
}

function find(run: Run, text: unknown, part: unknown, from: unknown, isLast: boolean): unknown {
  if (typeof text !== "string" || typeof part !== "string") return undefined;
  if (!run.spendText(searchUnits(text, part))) return undefined;
  const before = substring(run, text, 0, from === undefined && !isLast ? 0 : from, text.length);
  if (typeof before !== "string") return before;
  const at = isLast ? text.lastIndexOf(part, before.length) : text.indexOf(part, before.length);
  return BigInt(at < 0 ? at : codePoints(text.slice(0, at)));
}

/** The code points from one index up to another one, or to the end; at most so many. */
function substring(run: Run, text: unknown, from: unknown, to: unknown, length: number): unknown {
  if (typeof text !== "string" || !run.spendText(text.length)) return undefined;
  const characters = Array.from(text);
  const start = indexOf(from);
  const end = to === undefined ? characters.length : indexOf(to);
  if (start === undefined || end === undefined) return undefined;
  if (!(0 <= start && start <= end && end <= characters.length)) return OUT_OF_RANGE;
  return characters.slice(start, Math.min(end, start + length)).join("");
}

/** Unicode's white space, which differs from JavaScript's by U+0085 and U+FEFF. */
function trim(text: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && isSpace(text.charAt(from))) from++;
  while (from < to && isSpace(text.charAt(to - 1))) to--;
  return text.slice(from, to);
}

function isSpace(character: string): boolean {
  return character === "\x85" || (character !== "\ufeff" && character.trim() === "");
}

function split(run: Run, text: unknown, separator: unknown, limit: unknown): unknown {
  const most = limit === undefined ? -1 : indexOf(limit);
  if (typeof text !== "string" || typeof separator !== "string" || most === undefined) return undefined;
  if (!run.spendText(searchUnits(text, separator))) return undefined;
  return atMost(most, separator === "" ? Array.from(text) : text.split(separator), separator);
}

function replace(run: Run, text: unknown, old: unknown, made: unknown, limit: unknown): unknown {
  const most = limit === undefined ? -1 : indexOf(limit);
  if (typeof text !== "string" || typeof old !== "string" || typeof made !== "string") return undefined;
  if (most === undefined || !run.spendText(searchUnits(text, old))) return undefined;
  const all = old === "" ? ["", ...text, ""] : text.split(old);
  const pieces = atMost(most < 0 ? most : most + 1, all, old);
  const length = text.length + (pieces.length - 1) * (made.length - old.length);
  return paid(run, length, () => pieces.join(made));
}

/** So many pieces, the last one with the rest in it; all where it is negative. */
function atMost(count: number, pieces: readonly string[], separator: string): readonly string[] {
  if (count < 0 || count >= pieces.length) return pieces;
  const last = Math.max(count - 1, 0);
  return [...pieces.slice(0, last), pieces.slice(last).join(separator)].slice(0, count);
}

function join(run: Run, list: unknown, separator: unknown): unknown {
  if (!Array.isArray(list) || typeof separator !== "string" || !run.spend(list.length)) return undefined;
  let length = list.length * separator.length;
  for (const item of list) {
    if (typeof item !== "string") return undefined;
    length += item.length;
  }
  return paid(run, length, () => list.join(separator));
}
