/** Evaluations, from this node's memory. */
import {
  AppError,
  environmentScope,
  findEnvironment,
  type LiveRuleset,
  type LiveRulesets,
  parseInput,
  type Scope,
} from "@burgee/core";
import type { Database } from "@burgee/db";
import type { Evaluation, VariantValue } from "@burgee/engine";
import type { Metrics } from "@burgee/runtime";
import { z } from "zod";
import type { Credential, PersonCredential } from "../access/credential.ts";
import { demandOwn } from "../access/own-environment.ts";
import type { RawQuery } from "../http/inputs.ts";
import { inTurns } from "./in-turns.ts";
import type { RequestContext } from "./read-context.ts";

export interface EvaluationView extends Omit<Evaluation, "value" | "variant"> {
  /** `null` with an `errorCode`, when the caller's fallback is due, and where a JSON toggle serves it. */
  readonly value: VariantValue;
  readonly variant: string | null;
  readonly metadata: { readonly source: "live" };
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

/** @throws {AppError} "toggle_not_found", "ruleset_not_ready", "unavailable", "environment_not_found" */
export type EvaluateOne = (
  credential: Credential,
  query: RawQuery,
  toggleKey: string,
  context: RequestContext,
) => Promise<EvaluationView>;

/**
 * Without `toggles`, every toggle of the environment. One that is not there is told in its place.
 * @throws {AppError} "limit_reached" where conditions cost more than one request may
 */
export type EvaluateMany = (
  credential: Credential,
  query: RawQuery,
  context: RequestContext,
  toggles: readonly string[] | undefined,
) => Promise<BulkView>;

export function createEvaluations({ db, rulesets, metrics }: EvaluationDeps): {
  readonly evaluateOne: EvaluateOne;
  readonly evaluateMany: EvaluateMany;
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

  function viewOf(evaluation: Evaluation): EvaluationView {
    evaluations.inc({ reason: evaluation.reason });
    const { key, enabled, value = null, variant = null, ...rest } = evaluation;
    return { key, enabled, value, variant, ...rest, metadata: { source: "live" } };
  }

  return {
    evaluateOne: async (credential, query, toggleKey, context) => {
      const { evaluator } = await rulesetFor(credential, query);
      const typed = context.typedBy(evaluator.ruleset.attributes);
      const view = viewOf(evaluator.evaluate(toggleKey, typed));
      if (view.errorCode !== "FLAG_NOT_FOUND") return view;
      const { project, environment } = evaluator.ruleset;
      throw new AppError("toggle_not_found", `There is no toggle of this key in ${project}/${environment}.`);
    },

    evaluateMany: async (credential, query, context, toggles) => {
      const { epoch, revision, evaluator } = await rulesetFor(credential, query);
      const keys = toggles ? [...new Set(toggles)] : Object.keys(evaluator.ruleset.toggles);
      const typed = context.typedBy(evaluator.ruleset.attributes);
      const decided = await inTurns(keys, (key) => evaluator.evaluate(key, typed));
      return { epoch, revision, evaluations: decided.map(viewOf) };
    },
  };
}

const scopeInput = z.object(environmentScope);

/** Where a personal key's request goes: its own scope, or what the query names. */
async function scopeOf(
  db: Database,
  { scope, person }: PersonCredential,
  { project, environment }: RawQuery,
): Promise<Scope> {
  if (project === undefined && environment === undefined) return scope;
  const named = parseInput(scopeInput, { project, environment });
  const found = await db.read(person.tenantId, (readers) => findEnvironment(readers, person, named));
  return { tenantId: person.tenantId, environmentId: found.environment.environmentId };
}
