import { readFileSync } from "node:fs";
import { type EvaluationContext, type Ruleset, readRuleset } from "../src/index.ts";

/** A ruleset that a reader takes, and what its toggles must answer. */
export interface EvaluationVectors {
  readonly ruleset: Ruleset;
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
  const vectors = readVectors(name) as EvaluationVectors;
  const read = readRuleset(vectors.ruleset);
  if (!read.ok) throw new Error(`${name}: ${read.error.message}`);
  return vectors;
}
