/** Reads ids out of what was pasted or uploaded: one a line, or the first column of CSV; says which rows it left out, and why. */
import { WRITE_LIMITS } from "@burgee/engine";

export interface ReadIds {
  readonly ids: readonly string[];
  /** How many came once more. */
  readonly duplicates: number;
  readonly rejected: readonly RejectedRow[];
}

export interface RejectedRow {
  /** Counted from 1. */
  readonly line: number;
  readonly text: string;
  readonly why: string;
}

const LONGEST_SHOWN = 60;
/** Names of a first row that names columns. */
const HEADS = new Set(["id", "ids", "userid", "user_id", "user id", "key", "targetingkey", "email"]);

export function idsIn(text: string): ReadIds {
  const ids = new Set<string>();
  const rejected: RejectedRow[] = [];
  let duplicates = 0;
  for (const [index, row] of text
    .replace(/^\ufeff/, "")
    .split(/\r\n|\n|\r/)
    .entries()) {
    const line = index + 1;
    const reject = (why: string) => rejected.push({ line, text: row.slice(0, LONGEST_SHOWN), why });
    const id = firstField(row);
    if (row.trim() === "" || (index === 0 && id !== undefined && HEADS.has(id.toLowerCase()))) continue;
    if (id === undefined) reject("A quote is not closed.");
    else if (id === "") reject("There is no id in the first column.");
    else if (id.length > WRITE_LIMITS.idLength)
      reject(`An id has at most ${WRITE_LIMITS.idLength} characters.`);
    else if (/\p{Cc}/u.test(id)) reject("It has characters that can't be printed.");
    else if (ids.has(id)) duplicates += 1;
    else if (ids.size >= WRITE_LIMITS.listedIds)
      reject(`A segment lists at most ${WRITE_LIMITS.listedIds} ids itself.`);
    else ids.add(id);
  }
  return { ids: [...ids], duplicates, rejected };
}

/** Undefined where a quote is not closed. */
function firstField(row: string): string | undefined {
  const trimmed = row.trim();
  if (!trimmed.startsWith('"')) return (trimmed.split(",")[0] ?? "").trim();
  const quoted = /^"((?:[^"]|"")*)"/.exec(trimmed);
  return quoted?.[1]?.replaceAll('""', '"').trim();
}
