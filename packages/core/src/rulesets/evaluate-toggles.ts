import type { Evaluation } from "@burgee/engine";
import { z } from "zod";
import type { Caller } from "../access/caller.ts";
import { enterEnvironment, environmentScope } from "../access/scope.ts";
import { contextInput, makeEvaluationContext } from "../contexts/make-evaluation-context.ts";
import { LIMITS } from "../limits.ts";
import { storedText, toggleKey } from "../names.ts";
import type { LiveRulesets } from "./live-rulesets.ts";

export const evaluateTogglesInput = z.strictObject({
  ...environmentScope,
  context: contextInput.default({}),
  /** A part of the toggles' keys. */
  search: storedText(128).optional(),
  /** The `nextCursor` of the page before. */
  cursor: toggleKey.optional(),
  limit: z.int().min(1).max(LIMITS.pageSize).default(50),
});

export interface EvaluatedPage {
  readonly epoch: string;
  readonly revision: number;
  readonly items: readonly Evaluation[];
  readonly nextCursor: string | null;
}

/**
 * What toggles serve in one environment for one context, as it is published, in the order of their keys.
 * @throws {AppError} "ruleset_not_ready", "unavailable", "environment_not_found", "invalid_input"
 */
export async function evaluateToggles(
  { db, person }: Pick<Caller, "db" | "person">,
  rulesets: LiveRulesets,
  { search = "", cursor, limit, ...input }: z.output<typeof evaluateTogglesInput>,
): Promise<EvaluatedPage> {
  const { tenantId } = person;
  const { environment } = await db.read(tenantId, (readers) =>
    enterEnvironment(readers, person, "toggle.read", input),
  );
  const { epoch, revision, evaluator } = await rulesets.get({
    tenantId,
    environmentId: environment.environmentId,
  });
  const { toggles, attributes } = evaluator.ruleset;
  const context = makeEvaluationContext({}, input.context, attributes);
  const found = Object.keys(toggles)
    .filter((key) => (cursor === undefined || key > cursor) && key.includes(search))
    .sort();
  const page = found.slice(0, limit);
  return {
    epoch,
    revision,
    items: page.map((key) => evaluator.evaluate(key, context)),
    nextCursor: found.length > page.length ? (page.at(-1) ?? null) : null,
  };
}
