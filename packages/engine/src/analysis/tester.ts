import type { PrepareOptions } from "../evaluation/evaluator.ts";
import { library } from "../library/library.ts";
import { Run, type Surroundings } from "../values/run.ts";
import type { Atom } from "./atom.ts";
import { ANALYSIS_BOUNDS } from "./bounds.ts";
import { ANY, outcomeOf } from "./outcome.ts";
import { place, type Subject } from "./subject.ts";

/** Tries atoms on values of their subjects, by the engine's own closures. */
export class Tester {
  readonly #run = new Run();
  readonly #surroundings: Surroundings;
  #left: number = ANALYSIS_BOUNDS.evaluations;

  constructor(matches: PrepareOptions["matches"]) {
    this.#surroundings = { segment: () => undefined, matches, library, nowMs: () => 0 };
  }

  get hasMatches(): boolean {
    return this.#surroundings.matches !== undefined;
  }

  /** The outcome of an atom for a value; any, once too many were tried. */
  outcome({ test }: Pick<Atom, "test">, subject: Subject | undefined, value: unknown): number {
    if (!test || this.#left <= 0) return ANY;
    this.#left--;
    const context: Record<string, unknown> = {};
    if (subject) place(context, subject, value);
    this.#run.begin(this.#surroundings);
    const outcome = outcomeOf(test(context, this.#run));
    return this.#run.isExceeded ? ANY : outcome;
  }
}
