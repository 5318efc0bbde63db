/** How the audit trail tells of a list of ids: how long it is, what came and went, and a hash that the whole list can be held against. */
import { createHash } from "node:crypto";

export interface ListDigest {
  readonly count: number;
  /** Of the ids' JSON, in the order of their UTF-16 units: in hexadecimal. */
  readonly sha256: string;
}

export interface ListChange extends ListDigest {
  readonly added: ListPart;
  readonly removed: ListPart;
}

interface ListPart {
  readonly count: number;
  /** The first of them. */
  readonly ids: readonly string[];
}

/** Enough to see what a person changed by hand; a list that was loaded is told by its hash. */
const MOST_NAMED = 20;

export function digestOf(ids: readonly string[]): ListDigest {
  const sorted = JSON.stringify([...ids].sort());
  return { count: ids.length, sha256: createHash("sha256").update(sorted).digest("hex") };
}

export function changeOf(before: readonly string[], after: readonly string[]): ListChange {
  return { ...digestOf(after), added: without(after, before), removed: without(before, after) };
}

function without(ids: readonly string[], others: readonly string[]): ListPart {
  const known = new Set(others);
  const left = ids.filter((id) => !known.has(id));
  return { count: left.length, ids: left.slice(0, MOST_NAMED) };
}
