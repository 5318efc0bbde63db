import type { Evaluation, EvaluationContext } from "../evaluation/evaluation.ts";
import type { Evaluator, PrepareOptions } from "../evaluation/evaluator.ts";
import { prepare } from "../evaluation/prepare.ts";
import { library } from "../library/library.ts";
import type { Ruleset, RulesetToggle } from "../ruleset/ruleset.ts";
import { AtomTable } from "./atom-table.ts";
import { ConditionFormulas } from "./condition-formula.ts";
import { allOf, type Formula } from "./formula.ts";
import { Model } from "./model.ts";
import { type Answer, type Effort, solve } from "./solve.ts";
import { Tester } from "./tester.ts";
import { ToggleFormulas } from "./toggle-formula.ts";
import { findWitness } from "./witness.ts";

export interface Moment {
  readonly matches?: PrepareOptions["matches"];
  readonly nowMs: number;
  readonly steps: number;
}

/** Asks questions about one toggle, or one segment, of a ruleset. Formulas are made first, and the model of their atoms once. */
export class Questions {
  readonly formulas: ToggleFormulas;
  readonly #tester: Tester;
  readonly #effort: Effort;
  readonly #moment: Moment;
  #model: Model | undefined;

  constructor(ruleset: Ruleset, moment: Moment) {
    this.#moment = moment;
    this.#effort = { left: moment.steps };
    this.#tester = new Tester(moment.matches);
    const conditions = new ConditionFormulas(new AtomTable(this.#tester), ruleset.segments ?? {});
    this.formulas = new ToggleFormulas(conditions, ruleset.toggles);
  }

  /** Whether it is proved that no context meets all of these. */
  isImpossible(...parts: readonly Formula[]): boolean {
    return solve(allOf(parts), this.#modelled(), this.#effort, () => true) === "none";
  }

  /** Looks for a context that meets all of these and that `accept` takes. */
  ask<Found>(
    parts: readonly Formula[],
    accept: (context: Record<string, unknown>) => Found | undefined,
  ): { readonly answer: Answer; readonly found?: Found | undefined } {
    const model = this.#modelled();
    let found: Found | undefined;
    const answer = solve(allOf(parts), model, this.#effort, (domains) => {
      found = findWitness(model, domains, accept);
      return found !== undefined;
    });
    return { answer, found };
  }

  evaluatorOf(ruleset: Ruleset): Evaluator {
    return prepare(ruleset, { library, matches: this.#moment.matches });
  }

  evaluate(evaluator: Evaluator, toggle: RulesetToggle, context: Record<string, unknown>): Evaluation {
    return evaluator.evaluate(toggle.key, context as EvaluationContext, this.#moment.nowMs);
  }

  #modelled(): Model {
    this.#model ??= new Model(this.formulas.conditions.atoms.atoms, this.#tester);
    return this.#model;
  }
}
