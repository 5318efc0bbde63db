/** Evaluations, from this node's memory. */
import {
  AppError,
  type Caller,
  demand,
  enterEnvironment,
  environmentScope,
  explainEvaluation,
  type explainEvaluationInput,
  explainToggle,
  LIMITS,
  type LiveRuleset,
  type LiveRulesets,
  parseInput,
  refuse,
  type Scope,
  type ServedFrom,
} from "@burgee/core";
import type { Database } from "@burgee/db";
import type { Evaluation, EvaluationContext, VariantValue } from "@burgee/engine";
import type { Explanation } from "@burgee/engine/explain";
import type { Metrics } from "@burgee/runtime";
import { z } from "zod";
import type { Credential, PersonCredential } from "../access/credential.ts";
import { demandOwn } from "../access/own-environment.ts";
import type { RawQuery } from "../http/inputs.ts";
import { demandRevision } from "./demand-revision.ts";
import { inTurns } from "./in-turns.ts";
import type { RequestContext } from "./read-context.ts";

export interface EvaluationView extends Omit<Evaluation, "value" | "variant"> {
  /** `null` with an `errorCode`, when the caller's fallback is due, and where a JSON toggle serves it. */
  readonly value: VariantValue;
  readonly variant: string | null;
  readonly metadata: { readonly source: ServedFrom };
  /** Where it was asked for. */
  readonly explanation?: Omit<Explanation, "evaluation">;
}

export interface BulkView {
  readonly epoch: string;
  readonly revision: number;
  readonly evaluations: readonly EvaluationView[];
}

export interface EvaluationDeps {
  readonly db: Database;
  readonly rulesets: LiveRulesets;
  readonly metrics: Metrics;
}

export interface EvaluateOptions {
  /** Whether to say of each toggle why it serves what it serves. */
  readonly explain: boolean;
  /** Of which epoch and revision the answer must be; left out, the newest. */
  readonly at?: string;
}

/** @throws {AppError} "toggle_not_found", "ruleset_not_ready", "unavailable", "environment_not_found" */
export type EvaluateOne = (
  credential: Credential,
  query: RawQuery,
  toggleKey: string,
  context: RequestContext,
  options: EvaluateOptions,
) => Promise<EvaluationView>;

/**
 * Without `toggles`, every toggle of the environment. One that is not there is told in its place.
 * @throws {AppError} "limit_reached" where conditions cost more than one request may, "invalid_input" where more is to be
 *   explained than one request may ask for
 */
export type EvaluateMany = (
  credential: Credential,
  query: RawQuery,
  context: RequestContext,
  toggles: readonly string[] | undefined,
  options: EvaluateOptions,
) => Promise<BulkView>;

/** What is served to a person who asks why. @throws {AppError} what {@link EvaluateOne} throws, and "forbidden" */
export type ExplainOne = (
  caller: Caller,
  input: z.output<typeof explainEvaluationInput>,
) => Promise<EvaluationView>;

export function createEvaluations({ db, rulesets, metrics }: EvaluationDeps): {
  readonly evaluateOne: EvaluateOne;
  readonly evaluateMany: EvaluateMany;
  readonly explainOne: ExplainOne;
} {
  const evaluations = metrics.counter({
    name: "burgee_evaluations_total",
    help: "Toggles evaluated over HTTP, by reason.",
    labels: ["reason"],
  });

  async function rulesetFor(credential: Credential, query: RawQuery): Promise<LiveRuleset> {
    if (credential.kind === "person") return rulesets.get(await scopeOf(db, credential, query));
    const ruleset = await rulesets.get(credential.scope);
    demandOwn(ruleset, query);
    return ruleset;
  }

  function viewOf({ evaluation, explanation }: Decided, source: ServedFrom): EvaluationView {
    evaluations.inc({ reason: evaluation.reason });
    const { key, enabled, value = null, variant = null, ...rest } = evaluation;
    return {
      key,
      enabled,
      value,
      variant,
      ...rest,
      metadata: { source },
      ...(explanation && { explanation }),
    };
  }

  return {
    evaluateOne: async (credential, query, toggleKey, context, options) => {
      const ruleset = await rulesetFor(credential, query);
      const { project, environment, attributes } = ruleset.evaluator.ruleset;
      const decided = decide(ruleset, toggleKey, context.typedBy(attributes), options);
      const view = viewOf(decided, ruleset.servedFrom());
      if (view.errorCode !== "FLAG_NOT_FOUND") return view;
      throw new AppError("toggle_not_found", `There is no toggle of this key in ${project}/${environment}.`);
    },

    evaluateMany: async (credential, query, context, toggles, options) => {
      const ruleset = await rulesetFor(credential, query);
      const { epoch, revision, evaluator } = ruleset;
      if (options.at !== undefined) demandRevision(options.at, ruleset);
      const keys = toggles ? [...new Set(toggles)] : Object.keys(evaluator.ruleset.toggles);
      if (options.explain) demandFew(keys);
      const typed = context.typedBy(evaluator.ruleset.attributes);
      const decided = await inTurns(keys, (key) => decide(ruleset, key, typed, options));
      const source = ruleset.servedFrom();
      return { epoch, revision, evaluations: decided.map((each) => viewOf(each, source)) };
    },

    explainOne: async (caller, input) => {
      const { evaluation, servedFrom, ...explanation } = await explainEvaluation(caller, rulesets, input);
      return viewOf({ evaluation, explanation }, servedFrom);
    },
  };
}

interface Decided {
  readonly evaluation: Evaluation;
  readonly explanation?: Omit<Explanation, "evaluation">;
}

function decide(
  ruleset: LiveRuleset,
  toggleKey: string,
  context: EvaluationContext,
  { explain }: EvaluateOptions,
): Decided {
  if (!explain) return { evaluation: ruleset.evaluator.evaluate(toggleKey, context) };
  const { evaluation, ...explanation } = explainToggle(ruleset, toggleKey, context);
  return { evaluation, explanation };
}

function demandFew(toggleKeys: readonly string[]): void {
  const most = LIMITS.togglesExplained;
  if (toggleKeys.length <= most) return;
  const message = `At most ${most} toggles are explained at once; these are ${toggleKeys.length}. Name some.`;
  throw refuse([{ pointer: "/toggles", code: "too_many", message }]);
}

const scopeInput = z.object(environmentScope);

/** Where a personal key's request goes: its own scope, or what the query names. */
async function scopeOf(
  db: Database,
  { scope, person }: PersonCredential,
  { project, environment }: RawQuery,
): Promise<Scope> {
  if (project === undefined && environment === undefined) {
    demand(person, "toggle.read", person.home ?? {});
    return scope;
  }
  const named = parseInput(scopeInput, { project, environment });
  const found = await db.read(person.tenantId, (readers) =>
    enterEnvironment(readers, person, "toggle.read", named),
  );
  return { tenantId: person.tenantId, environmentId: found.environment.environmentId };
}
