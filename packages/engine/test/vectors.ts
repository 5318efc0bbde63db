import { readFileSync } from "node:fs";
import {
  type EvaluationContext,
  type FindList,
  type IdList,
  type Ruleset,
  readRuleset,
} from "../src/index.ts";
import { readIdList } from "../src/lists/index.ts";

/** The files of vectors that are of whole evaluations. */
export const EVALUATIONS = [
  "evaluations",
  "kinds",
  "packed-segments",
  "prerequisites-and-targets",
  "segments",
  "shared",
  "splits",
] as const;

/** A ruleset that a reader takes, and what its toggles must answer. */
export interface EvaluationVectors {
  readonly ruleset: Ruleset;
  /** Those that travel beside the ruleset. */
  readonly list: FindList;
  readonly cases: readonly EvaluationCase[];
}

export interface EvaluationCase {
  readonly title: string;
  readonly toggle: string;
  readonly context: EvaluationContext;
  readonly nowMs?: number;
  readonly expected: object;
}

/** Parsed and not imported: as a module, an object's `__proto__` would not be a key of its own. */
export function readVectors(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../vectors/${name}.json`, import.meta.url), "utf8"));
}

export function readEvaluations(name: string): EvaluationVectors {
  const vectors = readVectors(name) as EvaluationVectors & { readonly lists?: Record<string, string> };
  const read = readRuleset(vectors.ruleset);
  if (!read.ok) throw new Error(`${name}: ${read.error.message}`);
  const lists = new Map<string, IdList>();
  for (const [hash, base64] of Object.entries(vectors.lists ?? {})) {
    const unpacked = readIdList(Buffer.from(base64, "base64"));
    if (!unpacked.ok) throw new Error(`${name}: ${unpacked.error.message}`);
    lists.set(hash, unpacked.list);
  }
  return { ...vectors, list: (hash) => lists.get(hash) };
}
