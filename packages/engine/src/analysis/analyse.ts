import type { PrepareOptions } from "../evaluation/evaluator.ts";
import { print } from "../language/printer.ts";
import { Spelling } from "../language/spelling.ts";
import { type Attributes, RULESET_SCHEMA, type Ruleset, type RulesetToggle } from "../ruleset/ruleset.ts";
import { analyseToggle } from "./analyse-toggle.ts";
import { ANALYSIS_BOUNDS } from "./bounds.ts";
import { contradictionsIn, coreOf } from "./contradictions.ts";
import type { Analysis, Finding } from "./finding.ts";
import { type Declared, nameFindings } from "./name-findings.ts";
import { NOT_TRUE, TRUE } from "./outcome.ts";
import { Questions } from "./question.ts";

export interface AnalysisOptions {
  /** What is declared of contexts; a ruleset's own where absent. Without any, no attribute is said to be undeclared. */
  readonly attributes?: Attributes;
  /** The segments around a toggle that is analysed alone. */
  readonly segments?: Ruleset["segments"];
  /** The toggles around a toggle that is analysed alone. */
  readonly toggles?: Ruleset["toggles"];
  /** The meaning of `matches` (`@burgee/engine/matches`); without it, nothing is said of patterns. */
  readonly matches?: PrepareOptions["matches"];
  /** How much work each toggle may be, in literals looked at: {@link ANALYSIS_BOUNDS} has the usual. */
  readonly steps?: number;
  /** The moment at which witnesses are looked for; the runtime's own where absent. Proofs hold at any. */
  readonly nowMs?: number;
}

/**
 * Says what can be known of a ruleset, or of one toggle of it, before there is a context: rules that never match or never
 * serve, contradictions, variants nobody gets, prerequisites that can't hold.
 *
 * - Sound: what is `proved` holds for every context of JSON values and dates, types that nobody declared among them, as long as an
 *   evaluation stays within its budget (its `note` says where it does not). A `reachable` comes with a context for which the engine was
 *   seen to decide so.
 * - Bounded: it never throws for a ruleset that `readRuleset` took; what is too much work is `unknown`.
 * - A disabled toggle is looked at as it would serve once enabled; nothing of it is reachable.
 */
export function analyse(part: Ruleset | RulesetToggle, options: AnalysisOptions = {}): Analysis {
  const isRuleset = "toggles" in part;
  const ruleset = isRuleset ? part : alone(part, options);
  const toggles = isRuleset ? Object.values(part.toggles) : [part];
  const declared = declaredBy(options.attributes ?? ruleset.attributes);
  const analyses = toggles.map((toggle) => ofToggle(ruleset, toggle, options, declared));
  return {
    findings: [
      ...(isRuleset ? ofSegments(ruleset, options, declared) : []),
      ...analyses.flatMap(({ findings }) => findings),
    ],
    reach: analyses.flatMap(({ reach }) => reach),
  };
}

function declaredBy(attributes: Attributes | undefined): Declared | undefined {
  return attributes && { attributes, spelling: new Spelling({ attributes }) };
}

function alone(toggle: RulesetToggle, { toggles, segments }: AnalysisOptions): Ruleset {
  const named = { project: "", environment: "", epoch: "", revision: toggle.revision };
  return {
    schema: RULESET_SCHEMA,
    ...named,
    toggles: { ...toggles, [toggle.key]: toggle },
    ...(segments && { segments }),
  };
}

function ofToggle(
  ruleset: Ruleset,
  toggle: RulesetToggle,
  options: AnalysisOptions,
  declared: Declared | undefined,
): Analysis {
  const { findings, reach } = analyseToggle(ruleset, toggle, questionsOf(ruleset, options));
  const known = { declared, segments: ruleset.segments ?? {} };
  const names = toggle.rules.flatMap(({ id, condition, serve }, ruleIndex) =>
    nameFindings(condition, serve, { toggle: toggle.key, ruleId: id, ruleIndex }, known),
  );
  const place = { toggle: toggle.key, isRollout: true } as const;
  const inRollout = toggle.rollout ? nameFindings(null, toggle.rollout, place, known) : [];
  return { findings: [...findings, ...names, ...inRollout], reach };
}

function ofSegments(
  ruleset: Ruleset,
  options: AnalysisOptions,
  declared: Declared | undefined,
): readonly Finding[] {
  const { segments = {} } = ruleset;
  return Object.values(segments).flatMap(({ key, condition }) => {
    const place = { segment: key };
    const names = nameFindings(condition, undefined, place, { declared, segments });
    if (condition === null || typeof condition !== "object") return names;

    const questions = questionsOf(ruleset, options);
    const { conditions } = questions.formulas;
    const matched = conditions.that(condition, TRUE);
    conditions.that(condition, NOT_TRUE);
    if (!questions.isImpossible(matched)) {
      const parts = contradictionsIn(condition, questions).map((part): Finding => {
        const message = `In segment '${key}', \`${part}\` can never be true.`;
        return { code: "contradiction", verdict: "proved", place: { ...place, part }, message };
      });
      return [...parts, ...names];
    }
    const part = print(coreOf(condition, questions));
    const message = `The condition of segment '${key}' never matches: \`${part}\` can never be true.`;
    return [{ code: "never_matches", verdict: "proved", place: { ...place, part }, message }, ...names];
  });
}

function questionsOf(
  ruleset: Ruleset,
  { matches, nowMs = Date.now(), steps = ANALYSIS_BOUNDS.stepsPerToggle }: AnalysisOptions,
): Questions {
  return new Questions(ruleset, { matches, nowMs, steps });
}
