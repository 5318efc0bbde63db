import type { EvaluationContext } from "../evaluation/evaluation.ts";
import { print } from "../language/printer.ts";
import type { Ruleset, RulesetToggle } from "../ruleset/ruleset.ts";
import { contradictionsIn, coreOf } from "./contradictions.ts";
import type { Analysis, Finding, Place, Reach } from "./finding.ts";
import { allOf, type Formula } from "./formula.ts";
import { NOT_TRUE } from "./outcome.ts";
import { prerequisiteFindings } from "./prerequisite-findings.ts";
import type { Questions } from "./question.ts";
import { rehearsal } from "./rehearsal.ts";
import { splitFindings } from "./split-findings.ts";
import type { Step } from "./toggle-formula.ts";
import { unusedVariants } from "./unused-variants.ts";

/** What is to be said of one toggle: as it would serve once it is enabled, where it is not. */
export function analyseToggle(ruleset: Ruleset, toggle: RulesetToggle, questions: Questions): Analysis {
  return new ToggleAnalysis(ruleset, toggle, questions).run();
}

class ToggleAnalysis {
  readonly #toggle: RulesetToggle;
  readonly #questions: Questions;
  readonly #steps: readonly Step[];
  readonly #met: Formula;
  /** Whether nobody meets the prerequisites, which is said once. */
  readonly #isAlwaysOff: boolean;
  readonly #rehearse: ReturnType<typeof rehearsal>;
  readonly #findings: Finding[] = [];
  readonly #reach: Reach[] = [];
  readonly #dead = new Set<Step["source"] | "default">();

  constructor(ruleset: Ruleset, toggle: RulesetToggle, questions: Questions) {
    this.#toggle = toggle;
    this.#questions = questions;
    const { formulas } = questions;
    this.#steps = formulas.stepsOf(toggle);
    const prerequisites = toggle.prerequisites ?? [];
    this.#met = allOf(prerequisites.map((each) => formulas.prerequisite(toggle, each, true)));
    for (const each of prerequisites) formulas.prerequisite(toggle, each, false);
    this.#isAlwaysOff = questions.isImpossible(this.#met);
    this.#rehearse = rehearsal(ruleset, toggle, questions);
  }

  run(): Analysis {
    const toggle = this.#toggle;
    this.#findings.push(...prerequisiteFindings(toggle, this.#questions));
    const passed: Formula[] = [];
    for (const step of this.#steps) {
      if (step.source !== "targets") this.#lookAt(step, passed);
      passed.push(step.passed);
    }
    this.#lookAtDefault(passed);
    this.#findings.push(...splitFindings(toggle));
    if (!this.#isAlwaysOff) this.#findings.push(...unusedVariants(toggle, this.#dead));
    return { findings: this.#findings, reach: this.#reach };
  }

  #lookAt(step: Step, before: readonly Formula[]): void {
    const place = this.#placeOf(step);
    const verdict = this.#reachOf(step.source, place, [this.#met, ...before, step.asked, step.served]);
    if (verdict === "unreachable") this.#explain(step, place, before);
    else if (verdict !== "reachable") this.#findings.push(unproven(place, verdict));
    if (typeof step.source !== "number") return;

    const condition = this.#toggle.rules[step.source]?.condition ?? true;
    const { conditions } = this.#questions.formulas;
    if (condition !== true && this.#questions.isImpossible(conditions.that(condition, NOT_TRUE))) {
      const message = `${nameOf(place)} matches everyone: its condition is always true.`;
      this.#findings.push({ code: "always_matches", verdict: "proved", place, message });
    }
    if (
      this.#findings.some((found) => found.code === "never_matches" && found.place.ruleIndex === step.source)
    )
      return;
    for (const part of contradictionsIn(condition, this.#questions)) {
      const message = `In ${nameOf(place, "rule")}, ${quoted(part)} can never be true.`;
      this.#findings.push({ code: "contradiction", verdict: "proved", place: { ...place, part }, message });
    }
  }

  #reachOf(source: Step["source"] | "default", place: Place, parts: readonly Formula[]): Reach["verdict"] {
    const { answer, found } = this.#questions.ask(parts, (context) => this.#rehearse(source, context));
    if (answer === "none") {
      this.#dead.add(source);
      this.#reach.push({ place, verdict: "unreachable" });
      return "unreachable";
    }
    const verdict = answer === "open" ? "possible" : answer === "unknown" ? "unknown" : "reachable";
    if (!this.#toggle.enabled) this.#reach.push({ place, verdict: "unreachable" });
    else
      this.#reach.push(
        found ? { place, verdict, witness: found.context as EvaluationContext } : { place, verdict },
      );
    return verdict;
  }

  /** Why nobody gets to be served. */
  #explain(step: Step, place: Place, before: readonly Formula[]): void {
    const say = (code: Finding["code"], message: string, more: Partial<Finding> = {}) =>
      this.#findings.push({ code, verdict: "proved", place, message, ...more });
    const name = nameOf(place);
    const { asked, served } = step;
    const questions = this.#questions;

    if (questions.isImpossible(asked)) {
      const condition =
        typeof step.source === "number" ? this.#toggle.rules[step.source]?.condition : undefined;
      const part = print(coreOf(condition ?? false, questions));
      say("never_matches", `${name} never matches: ${quoted(part)} can never be true.`, {
        place: { ...place, part },
      });
    } else if (questions.isImpossible(asked, served)) {
      say("serves_nobody", `${name} serves nobody: of those it matches, its rollout includes none.`);
    } else if (questions.isImpossible(...before, asked, served)) {
      const by = this.#shadowsOf(before, asked, served);
      const message = `${name} is never reached: whoever it would serve is served before, by ${this.#named(by)}.`;
      say("shadowed", message, { by: by.map((each) => this.#idOf(each)) });
    } else if (!this.#isAlwaysOff) {
      say("never_serves", `${name} never serves: nobody who meets the prerequisites gets to it.`);
    }
  }

  /** The first step that alone takes all that would be served, or all before. */
  #shadowsOf(before: readonly Formula[], asked: Formula, served: Formula): readonly Step[] {
    const alone = before.findIndex((passed) => this.#questions.isImpossible(passed, asked, served));
    return alone < 0 ? this.#steps.slice(0, before.length) : this.#steps.slice(alone, alone + 1);
  }

  #idOf({ source }: Step): string {
    return typeof source === "number" ? (this.#toggle.rules[source]?.id ?? "") : source;
  }

  #named(steps: readonly Step[]): string {
    if (steps.length > 3) return `the ${steps.length} before it together`;
    const names = steps.map((step) =>
      step.source === "targets" ? "the targets" : nameOf(this.#placeOf(step), "rule"),
    );
    return names.join(" and ");
  }

  #lookAtDefault(passed: readonly Formula[]): void {
    const place: Place = { toggle: this.#toggle.key, variant: this.#toggle.defaultVariant };
    const verdict = this.#reachOf("default", place, [this.#met, ...passed]);
    if (verdict !== "unreachable" || this.#isAlwaysOff) return;
    const message = `The default '${this.#toggle.defaultVariant}' is never served: rules and rollout serve everyone.`;
    this.#findings.push({ code: "unreachable_default", verdict: "proved", place, message });
  }

  #placeOf({ source }: Step): Place {
    const toggle = this.#toggle.key;
    if (typeof source !== "number") return { toggle, isRollout: true };
    return { toggle, ruleId: this.#toggle.rules[source]?.id ?? "", ruleIndex: source };
  }
}

function unproven(place: Place, verdict: "possible" | "unknown"): Finding {
  const why =
    verdict === "unknown"
      ? "it is too much to tell"
      : "no context was found that it serves, and no proof that there is none";
  return { code: "never_serves", verdict, place, message: `${nameOf(place)} may never serve: ${why}.` };
}

function nameOf({ ruleId, ruleIndex = 0 }: Place, rule = "Rule"): string {
  return ruleId === undefined ? "The rollout" : `${rule} ${ruleIndex + 1} ('${ruleId}')`;
}

/** A part of a condition, not longer than a sentence takes. */
function quoted(part: string): string {
  return part.length > 200 ? `\`${part.slice(0, 200)}…\`` : `\`${part}\``;
}
