import { ANALYSIS_BOUNDS } from "./bounds.ts";
import type { Formula } from "./formula.ts";
import type { Model } from "./model.ts";

/** What each variable may still be. */
export type Domains = readonly bigint[];

/** Steps that are left for one toggle. */
export interface Effort {
  left: number;
}

/**
 * `none`: no context meets the formula. `found`: a model was accepted. `open`: there are models, none of them accepted, and
 * no more of them. `unknown`: the bounds were met first.
 */
export type Answer = "none" | "found" | "open" | "unknown";

/** Looks for assignments that meet a formula, each a set of values for every variable, until one is accepted. */
export function solve(
  formula: Formula,
  model: Model,
  effort: Effort,
  accept: (domains: Domains) => boolean,
): Answer {
  return new Search(model, effort, accept).run(formula);
}

type Choice = Extract<Formula, { kind: "any" }>;

class Search {
  readonly #model: Model;
  readonly #effort: Effort;
  readonly #accept: (domains: Domains) => boolean;
  #steps: number = ANALYSIS_BOUNDS.stepsPerQuestion;
  #models = 0;
  #isFound = false;

  constructor(model: Model, effort: Effort, accept: (domains: Domains) => boolean) {
    this.#model = model;
    this.#effort = effort;
    this.#accept = accept;
  }

  run(formula: Formula): Answer {
    this.#search([...this.#model.whole], [formula], []);
    if (this.#isFound) return "found";
    if (this.#models > 0) return "open";
    return this.#isOver ? "unknown" : "none";
  }

  get #isOver(): boolean {
    return this.#steps <= 0 || this.#effort.left <= 0;
  }

  get #isDone(): boolean {
    return this.#isFound || this.#isOver || this.#models >= ANALYSIS_BOUNDS.models;
  }

  /** Narrows `domains`, which are its own, by what must hold, then tries the alternatives that are left. */
  #search(domains: bigint[], must: Formula[], choices: readonly Choice[]): void {
    let open = [...choices];
    for (;;) {
      if (!this.#narrow(domains, must, open)) return;
      const left = this.#simplify(domains, open, must);
      if (!left) return;
      open = left;
      if (must.length === 0) break;
    }
    if (this.#isDone) return;

    const [choice, ...others] = open.sort((a, b) => a.of.length - b.of.length);
    if (!choice) {
      this.#models++;
      this.#isFound = this.#accept(domains);
      return;
    }
    for (const alternative of choice.of) {
      this.#search([...domains], [alternative], others);
      if (this.#isDone) return;
    }
  }

  /** Applies all that must hold; alternatives are put with the open ones. `false` where it can't. */
  #narrow(domains: bigint[], must: Formula[], open: Choice[]): boolean {
    for (let part = must.pop(); part !== undefined; part = must.pop()) {
      if (this.#isOver) return false;
      if (part === false) return false;
      if (part === true) continue;
      if (part.kind === "all") must.push(...part.of);
      else if (part.kind === "any") open.push({ kind: "any", of: part.of });
      else {
        this.#spend();
        for (const { variable, allowed } of this.#model.constraintsOf(part.atom, part.outcomes)) {
          const left = (domains[variable] ?? this.#model.whole[variable] ?? 0n) & allowed;
          if (left === 0n) return false;
          domains[variable] = left;
        }
      }
    }
    return true;
  }

  /** Drops choices that are met and alternatives that can't be; one that is left alone must hold. */
  #simplify(domains: Domains, open: readonly Choice[], must: Formula[]): Choice[] | undefined {
    const left: Choice[] = [];
    for (const choice of open) {
      if (this.#isOver) return undefined;
      if (choice.of.some((part) => this.#isMet(domains, part))) continue;
      const alive = choice.of.filter((part) => this.#canBe(domains, part));
      const [only, ...more] = alive;
      if (only === undefined) return undefined;
      if (more.length === 0) must.push(only);
      else left.push({ kind: "any", of: alive });
    }
    return left;
  }

  /** Whether a part holds whatever is left of the variables. */
  #isMet(domains: Domains, part: Formula): boolean {
    if (typeof part === "boolean") return part;
    if (part.kind === "all") return part.of.every((each) => this.#isMet(domains, each));
    if (part.kind === "any") return part.of.some((each) => this.#isMet(domains, each));
    this.#spend();
    return this.#model
      .constraintsOf(part.atom, part.outcomes)
      .every(({ variable, allowed }) => (this.#domain(domains, variable) & ~allowed) === 0n);
  }

  /** Whether a part, looked at alone, does not contradict what is left of the variables. */
  #canBe(domains: Domains, part: Formula): boolean {
    if (typeof part === "boolean") return part;
    if (part.kind === "all") return part.of.every((each) => this.#canBe(domains, each));
    if (part.kind === "any") return part.of.some((each) => this.#canBe(domains, each));
    this.#spend();
    return this.#model
      .constraintsOf(part.atom, part.outcomes)
      .every(({ variable, allowed }) => (this.#domain(domains, variable) & allowed) !== 0n);
  }

  #domain(domains: Domains, variable: number): bigint {
    return domains[variable] ?? this.#model.whole[variable] ?? 0n;
  }

  #spend(): void {
    this.#steps--;
    this.#effort.left--;
  }
}
