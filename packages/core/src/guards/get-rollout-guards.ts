import type { GuardFindingRecord } from "@burgee/db";
import { z } from "zod";
import type { Caller } from "../access/caller.ts";
import { enterRolloutPlan } from "../access/scope.ts";
import { rolloutPlanId } from "../ids.ts";
import { LOOK_EVERY_MS } from "../rollouts/apply-steps.ts";
import { type Guard, guardsInput } from "./guard-input.ts";
import type { Verdict } from "./verdict.ts";

export const getRolloutGuardsInput = z.strictObject({ id: rolloutPlanId });

const verdict = z.enum(["healthy", "breach", "unknown"]);
const action = z.enum(["hold", "roll_back", "warn"]);
const measured = z.number().nullable();

const verdictView = z.object({
  guard: z.string(),
  verdict,
  action,
  checks: z.array(
    z.object({
      check: z.enum(["control", "bound", "arms", "traffic", "sample", "source"]),
      verdict,
      action,
      /** A sentence with its numbers. */
      text: z.string(),
      numbers: z.record(z.string(), measured),
    }),
  ),
  /** What is measured: a share from 0 to 1, or a value. */
  treatment: measured,
  control: measured,
  /** What treatment is held to by now. */
  threshold: measured,
});
const evidence = z.object({ guards: z.array(verdictView) });

type VerdictView = z.infer<typeof verdictView>;

export interface RolloutGuardsView {
  readonly id: string;
  /** The last look; null before the first. */
  readonly lookedAt: string | null;
  /** Since when is counted what the verdicts go by. */
  readonly since: string | null;
  readonly step: number | null;
  /** Of all guards together. Unknown as well where a running plan was not looked at for too long. */
  readonly verdict: Verdict;
  readonly action: VerdictView["action"];
  readonly guards: readonly GuardView[];
}

export interface GuardView {
  readonly key: string;
  readonly definition: Guard;
  /** Whether it shows something to the Prometheus server that it asks. */
  readonly hasCredential: boolean;
  /** Null before the first look. */
  readonly last: VerdictView | null;
  /** The oldest first, one a minute. */
  readonly series: readonly GuardPoint[];
}

export interface GuardPoint extends Pick<VerdictView, "verdict" | "treatment" | "control" | "threshold"> {
  readonly at: string;
  readonly step: number;
}

const MOST_POINTS = 120;
/** A look is due after a while, and comes with the worker's next turn; twice that is too old. */
const STALE_MS = 4 * LOOK_EVERY_MS;

/** What the guards of a plan say, and how that came. @throws {AppError} "rollout_not_found" */
export async function getRolloutGuards(
  { db, person }: Caller,
  input: z.infer<typeof getRolloutGuardsInput>,
): Promise<RolloutGuardsView> {
  return db.read(person.tenantId, async (readers) => {
    const plan = await enterRolloutPlan(readers, person, "toggle.read", input);
    const found = await readers.guards.listFindings(plan.rolloutPlanId, MOST_POINTS);
    const now = await readers.rollouts.now();
    const credentials = await readers.guards.listCredentials(plan.rolloutPlanId);
    const [last] = found;
    const isStale = !last || (plan.status === "running" && now.getTime() - last.foundAt.getTime() > STALE_MS);
    const looks = found.toReversed().map((finding) => ({ finding, verdicts: verdictsIn(finding) }));
    return {
      id: plan.rolloutPlanId,
      lookedAt: last?.foundAt.toISOString() ?? null,
      since: last?.since.toISOString() ?? null,
      step: last?.step ?? null,
      verdict: isStale ? "unknown" : last.verdict,
      action: isStale ? "hold" : last.action,
      guards: guardsInput.parse(plan.guards).map((definition) => ({
        key: definition.key,
        definition,
        hasCredential: credentials.has(definition.key),
        last: looks.at(-1)?.verdicts.get(definition.key) ?? null,
        series: looks.flatMap(({ finding, verdicts }) => pointOf(finding, verdicts.get(definition.key))),
      })),
    };
  });
}

function verdictsIn(finding: GuardFindingRecord): ReadonlyMap<string, VerdictView> {
  const read = evidence.safeParse(finding.evidence);
  return new Map((read.data?.guards ?? []).map((each) => [each.guard, each]));
}

function pointOf(
  { foundAt, step }: GuardFindingRecord,
  found: VerdictView | undefined,
): readonly GuardPoint[] {
  if (!found) return [];
  const { verdict, treatment, control, threshold } = found;
  return [{ at: foundAt.toISOString(), step, verdict, treatment, control, threshold }];
}
