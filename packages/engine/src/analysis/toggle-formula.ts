import { hashFamily } from "../bucketing/hash-families.ts";
import { own } from "../evaluation/context.ts";
import { EVALUATION_LIMITS } from "../limits.ts";
import type { Prerequisite, Ruleset, RulesetToggle, Serve, ServeTarget } from "../ruleset/ruleset.ts";
import { nonEmpty, slicesFor } from "./bucket-ranges.ts";
import type { ConditionFormulas } from "./condition-formula.ts";
import { allOf, anyOf, type Formula } from "./formula.ts";
import { NOT_TRUE, TRUE } from "./outcome.ts";

/** One thing that a toggle asks after its prerequisites, in its order. */
export interface Step {
  /** The place of a rule. */
  readonly source: number | "targets" | "rollout";
  readonly serve: Serve;
  /** That its condition holds. */
  readonly asked: Formula;
  /** That it serves whoever it is asked for. */
  readonly served: Formula;
  /** That it passes on. */
  readonly passed: Formula;
}

/** Turns toggles into formulas, those of their prerequisites written out. */
export class ToggleFormulas {
  readonly conditions: ConditionFormulas;
  readonly #toggles: Ruleset["toggles"];
  readonly #steps = new Map<RulesetToggle, readonly Step[]>();
  readonly #depths = new Map<RulesetToggle, number>();
  readonly #serves = new Map<string, Formula>();

  constructor(conditions: ConditionFormulas, toggles: Ruleset["toggles"]) {
    this.conditions = conditions;
    this.#toggles = toggles;
  }

  toggle(key: string): RulesetToggle | undefined {
    return own(this.#toggles, key);
  }

  /** Whether its prerequisites go in a circle, or too deep. */
  isUnruly(toggle: RulesetToggle): boolean {
    return this.#depth(toggle, new Set()) > EVALUATION_LIMITS.toggleDepth;
  }

  stepsOf(toggle: RulesetToggle): readonly Step[] {
    const known = this.#steps.get(toggle) ?? this.#makeSteps(toggle);
    this.#steps.set(toggle, known);
    return known;
  }

  /** That a prerequisite of this toggle is met, or is not. */
  prerequisite(toggle: RulesetToggle, { toggle: key, variants }: Prerequisite, isMet: boolean): Formula {
    const other = own(this.#toggles, key);
    if (!other) return !isMet;
    // Where prerequisites go in a circle or too deep, none of those on the way is met, or they end before: either may be.
    if (this.isUnruly(toggle) || this.conditions.isFull) {
      const atom = this.conditions.atoms.free(`prerequisite ${toggle.key} ${key} ${variants.join(" ")}`);
      return { kind: "literal", atom, outcomes: isMet ? TRUE : NOT_TRUE };
    }
    const wanted = new Set(variants);
    return this.serves(
      other,
      Object.keys(other.variants).filter((variant) => wanted.has(variant) === isMet),
    );
  }

  /** That a toggle serves one of these variants. */
  serves(toggle: RulesetToggle, variants: readonly string[]): Formula {
    const name = JSON.stringify([toggle.key, variants]);
    const known = this.#serves.get(name) ?? this.#makeServes(toggle, new Set(variants));
    this.#serves.set(name, known);
    return known;
  }

  #makeServes(toggle: RulesetToggle, wanted: ReadonlySet<string>): Formula {
    const { prerequisites = [], offVariant, defaultVariant } = toggle;
    if (!toggle.enabled) return wanted.has(offVariant);
    const passed: Formula[] = [];
    const ways: Formula[] = [];
    for (const { asked, serve, passed: on } of this.stepsOf(toggle)) {
      ways.push(allOf([...passed, asked, this.served(serve, wanted)]));
      passed.push(on);
    }
    if (wanted.has(defaultVariant)) ways.push(allOf(passed));
    const met = prerequisites.map((each) => this.prerequisite(toggle, each, true));
    const unmet = prerequisites.map((each) => this.prerequisite(toggle, each, false));
    return anyOf([wanted.has(offVariant) ? anyOf(unmet) : false, allOf([...met, anyOf(ways)])]);
  }

  #makeSteps({ targets, rules, rollout }: RulesetToggle): readonly Step[] {
    const steps: Step[] = [];
    const add = (source: Step["source"], serve: Serve, asked: Formula, unasked: Formula) => {
      const served = this.served(serve);
      steps.push({ source, serve, asked, served, passed: anyOf([unasked, this.#unserved(serve)]) });
    };
    if (targets) add("targets", { type: "target", targets }, true, false);
    for (const [at, { condition, serve }] of rules.entries()) {
      add(at, serve, this.conditions.that(condition, TRUE), this.conditions.that(condition, NOT_TRUE));
    }
    if (rollout) add("rollout", rollout, true, false);
    return steps;
  }

  /** That a serve serves, one of the wanted variants where they are named. */
  served(serve: Serve, wanted?: ReadonlySet<string>): Formula {
    return this.#hashed(serve, TRUE, wanted);
  }

  #unserved(serve: Serve): Formula {
    return this.#hashed(serve, NOT_TRUE);
  }

  #hashed(serve: Serve, outcomes: number, wanted?: ReadonlySet<string>): Formula {
    const { atoms } = this.conditions;
    const isServed = (outcomes & TRUE) !== 0;
    switch (serve.type) {
      case "variant":
        return !wanted || wanted.has(serve.variant) ? isServed : !isServed;
      case "target": {
        const ids = idsOf(serve, wanted);
        return ids.length === 0
          ? !isServed
          : { kind: "literal", atom: atoms.listed("userId", ids), outcomes };
      }
      case "percentage":
      case "split": {
        const isWanted = serve.type === "split" || !wanted || wanted.has(serve.variant);
        const ranges =
          serve.type === "split"
            ? slicesFor(serve.slices, wanted)
            : nonEmpty([[0, isWanted ? serve.buckets : 0]]);
        if (ranges.length === 0) return !isServed;
        if (!hashFamily(serve.hash)) return this.#newer(serve, outcomes);
        const domain = serve.type === "split" ? "variant" : "rollout";
        return { kind: "literal", atom: atoms.hashed(serve, domain, ranges), outcomes };
      }
      default:
        return this.#newer(serve, outcomes);
    }
  }

  /** A newer server may send a way to serve, or to hash, that this build lacks, and that a newer reader serves by. */
  #newer(serve: Serve, outcomes: number): Formula {
    const atom = this.conditions.atoms.free(`serve ${JSON.stringify(serve)}`);
    return { kind: "literal", atom, outcomes };
  }

  /** How deep prerequisites go; infinite where they go in a circle. */
  #depth(toggle: RulesetToggle, around: ReadonlySet<RulesetToggle>): number {
    if (around.has(toggle) || around.size > EVALUATION_LIMITS.toggleDepth) return Number.POSITIVE_INFINITY;
    const known = this.#depths.get(toggle);
    if (known !== undefined) return known;
    let depth = 0;
    for (const { toggle: key } of toggle.prerequisites ?? []) {
      const other = own(this.#toggles, key);
      if (other) depth = Math.max(depth, 1 + this.#depth(other, new Set([...around, toggle])));
    }
    if (around.size === 0 || depth <= EVALUATION_LIMITS.toggleDepth) this.#depths.set(toggle, depth);
    return depth;
  }
}

/** The users that are served one of the wanted variants: under several variants, a user gets the first by key. */
function idsOf({ targets }: ServeTarget, wanted?: ReadonlySet<string>): readonly string[] {
  const byId = new Map<string, string>();
  for (const variant of Object.keys(targets).sort().reverse()) {
    for (const id of targets[variant] ?? []) byId.set(id, variant);
  }
  return [...byId].filter(([, variant]) => !wanted || wanted.has(variant)).map(([id]) => id);
}
