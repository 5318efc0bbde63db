/** Evaluations, from this node's memory. */
import {
  AppError,
  type Caller,
  demand,
  type EvaluatedPage,
  enterEnvironment,
  environmentScope,
  evaluateToggles,
  type evaluateTogglesInput,
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
import type { Evaluation, EvaluationContext } from "@burgee/engine";
import type { Explanation } from "@burgee/engine/explain";
import { bounded, type Metrics, TimeoutError } from "@burgee/runtime";
import { z } from "zod";
import type { Credential, PersonCredential } from "../access/credential.ts";
import { demandOwn } from "../access/own-environment.ts";
import { goOn } from "../http/go-on.ts";
import type { RawQuery } from "../http/inputs.ts";
import { demandRevision } from "./demand-revision.ts";
import { type Audience, evaluationText } from "./evaluation-text.ts";
import { type EvaluationView, notReadyView, shownOf, viewOf } from "./evaluation-view.ts";
import { inTurns } from "./in-turns.ts";
import type { RequestContext } from "./read-context.ts";

export interface EvaluationDeps {
  readonly db: Database;
  readonly rulesets: LiveRulesets;
  readonly metrics: Metrics;
}

export interface EvaluateOptions {
  /** Whether to say of each toggle why it serves what it serves. */
  readonly explain: boolean;
  /** Until when a ruleset that is not in memory is waited for, by `performance.now`. */
  readonly untilMs: number;
  /** Of which epoch and revision the answer must be; left out, the newest. */
  readonly at?: string;
}

/** From the arrival of a request: what is not known by then is answered by what is. */
export const BUDGET_MS = 100;

/**
 * An evaluation, as JSON. Where no ruleset was to be had in time, it says that the caller's own default is due, and why.
 * @throws {AppError} "toggle_not_found", "ruleset_not_ready", "unavailable", "environment_not_found"
 */
export type EvaluateOne = (
  credential: Credential,
  query: RawQuery,
  toggleKey: string,
  context: RequestContext,
  options: EvaluateOptions,
) => string | Promise<string>;

/**
 * `{ epoch, revision, evaluations }`, as JSON. Without `toggles`, every toggle of the environment. One that is not there is told in
 * its place. A client's key gets what anybody may see. Where no ruleset was to be had in time, epoch and revision are null, and the
 * default is due of each toggle that is named.
 * @throws {AppError} "limit_reached" where conditions cost more than one request may, "invalid_input" where more is to be
 *   explained than one request may ask for
 */
export type EvaluateMany = (
  credential: Credential,
  query: RawQuery,
  context: RequestContext,
  toggles: readonly string[] | undefined,
  options: EvaluateOptions,
) => string | Promise<string>;

/** What is served to a person who asks why. @throws {AppError} what {@link EvaluateOne} throws, and "forbidden" */
export type ExplainOne = (
  caller: Caller,
  input: z.output<typeof explainEvaluationInput>,
) => Promise<EvaluationView>;

/** What is served to a person who looks at several toggles. @throws {AppError} what {@link evaluateToggles} throws, and "forbidden" */
export type EvaluateSome = (
  caller: Caller,
  input: z.output<typeof evaluateTogglesInput>,
) => Promise<EvaluatedSomeView>;

export interface EvaluatedSomeView extends Omit<EvaluatedPage, "items"> {
  readonly items: readonly Omit<EvaluationView, "metadata" | "explanation">[];
}

/** What memory can answer is answered at once, without a promise of it. */
export function createEvaluations({ db, rulesets, metrics }: EvaluationDeps): {
  readonly evaluateOne: EvaluateOne;
  readonly evaluateMany: EvaluateMany;
  readonly explainOne: ExplainOne;
  readonly evaluateSome: EvaluateSome;
} {
  const count = metrics.tally({
    name: "burgee_evaluations_total",
    help: "Toggles evaluated over HTTP, by reason.",
    label: "reason",
  });

  function rulesetFor(credential: Credential, query: RawQuery): LiveRuleset | Promise<LiveRuleset> {
    if (credential.kind === "person") return rulesetOf(credential, query);
    const { scope } = credential;
    return goOn(rulesets.peek(scope) ?? rulesets.get(scope), (ruleset) => {
      demandOwn(ruleset, query);
      return ruleset;
    });
  }

  /** Undefined where it was not to be had in time: neither from memory, nor from disk, nor from the database. */
  function rulesetInTime(
    credential: Credential,
    query: RawQuery,
    untilMs: number,
  ): LiveRuleset | undefined | Promise<LiveRuleset | undefined> {
    const ruleset = rulesetFor(credential, query);
    if (!(ruleset instanceof Promise) || credential.kind === "person") return ruleset;
    const leftMs = Math.max(0, untilMs - performance.now());
    return bounded(ruleset, leftMs, "Loading the ruleset").catch((error) => {
      if (error instanceof TimeoutError) return undefined;
      throw error;
    });
  }

  function notReady(toggleKey: string): string {
    count("ERROR");
    return JSON.stringify(notReadyView(toggleKey));
  }

  async function rulesetOf(credential: PersonCredential, query: RawQuery): Promise<LiveRuleset> {
    return rulesets.get(await scopeOf(db, credential, query));
  }

  function textOf({ evaluation, explanation }: Decided, source: ServedFrom, audience: Audience): string {
    count(evaluation.reason);
    if (!explanation) return evaluationText(evaluation, source, audience);
    return JSON.stringify({ ...viewOf(evaluation, source), explanation });
  }

  return {
    evaluateOne: (credential, query, toggleKey, context, options) =>
      goOn(rulesetInTime(credential, query, options.untilMs), (ruleset) => {
        if (!ruleset) return notReady(toggleKey);
        const { project, environment, attributes } = ruleset.evaluator.ruleset;
        const decided = decide(ruleset, toggleKey, context.typedBy(attributes), options);
        if (decided.evaluation.errorCode === "FLAG_NOT_FOUND") {
          const message = `There is no toggle of this key in ${project}/${environment}.`;
          throw new AppError("toggle_not_found", message);
        }
        return textOf(decided, ruleset.servedFrom(), audienceOf(credential));
      }),

    evaluateMany: (credential, query, context, toggles, options) =>
      goOn(rulesetInTime(credential, query, options.untilMs), (ruleset) => {
        if (!ruleset) {
          if (!toggles || options.at !== undefined) throw notLoaded();
          return `{"epoch":null,"revision":null,"evaluations":[${once(toggles).map(notReady).join(",")}]}`;
        }
        const { epoch, revision, evaluator } = ruleset;
        if (options.at !== undefined) demandRevision(options.at, ruleset);
        const keys = toggles ? once(toggles) : Object.keys(evaluator.ruleset.toggles);
        if (options.explain) demandFew(keys);
        const typed = context.typedBy(evaluator.ruleset.attributes);
        const [source, audience] = [ruleset.servedFrom(), audienceOf(credential)];
        const textFor = (key: string) => textOf(decide(ruleset, key, typed, options), source, audience);
        return goOn(
          inTurns(keys, textFor),
          (texts) =>
            `{"epoch":${JSON.stringify(epoch)},"revision":${revision},"evaluations":[${texts.join(",")}]}`,
        );
      }),

    explainOne: async (caller, input) => {
      const { evaluation, servedFrom, ...explanation } = await explainEvaluation(caller, rulesets, input);
      count(evaluation.reason);
      return { ...viewOf(evaluation, servedFrom), explanation };
    },

    evaluateSome: async (caller, input) => {
      const { items, ...page } = await evaluateToggles(caller, rulesets, input);
      return {
        ...page,
        items: items.map((evaluation) => {
          count(evaluation.reason);
          return shownOf(evaluation);
        }),
      };
    },
  };
}

/** @throws {AppError} "unavailable" */
function notLoaded(): AppError {
  return new AppError("unavailable", "The ruleset can't be loaded at the moment; try again shortly.");
}

/** Each key, at its first place. */
function once(keys: readonly string[]): readonly string[] {
  const distinct = new Set(keys);
  return distinct.size === keys.length ? keys : [...distinct];
}

function audienceOf({ kind }: Credential): Audience {
  return kind === "client" ? "anybody" : "trusted";
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
