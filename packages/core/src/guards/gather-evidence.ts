/** Looks at the guards of a plan: at what was counted of events, and at what Prometheus says. Outside of any transaction that changes something. */
import {
  type Database,
  type GuardCount,
  type GuardCredential,
  type GuardFindingRecord,
  guardCredentialPlace,
  type Readers,
  type RolloutPlan,
  TenantClosedError,
  type TenantId,
} from "@burgee/db";
import type { Keyring } from "../keyring/keyring.ts";
import { announceNotice } from "../notices/announce-notice.ts";
import type { GatherEvidence, GuardFinding } from "../rollouts/guard-port.ts";
import { placeOf } from "../rollouts/place-of.ts";
import { sizeOf } from "./arms.ts";
import { type Guard, isOfEvents } from "./guard-input.ts";
import { judgeEvents, type Period } from "./judge-events.ts";
import { judgePrometheus } from "./judge-prometheus.ts";
import type { Watch } from "./observe-events.ts";
import { type ArmCounts, NOBODY } from "./period-counts.ts";
import type { FetchOutside, QueryVariables } from "./prometheus.ts";
import { type Check, type GuardVerdict, gravest } from "./verdict.ts";
import { watchOf } from "./watch-of.ts";

export interface GuardPorts {
  readonly db: Database;
  /** Opens what guards show to those whom they ask. */
  readonly keyring: Pick<Keyring, "open">;
  readonly fetchOutside: FetchOutside;
}

type GuardedPlan = RolloutPlan & { readonly tenantId: TenantId };

/** Each look is kept, with the finding that came of it. */
export function evidenceGatherer({ db, keyring, fetchOutside }: GuardPorts): GatherEvidence {
  return async (plan) => {
    const sight = await db.read(plan.tenantId, (readers) => look(readers, plan));
    if (!sight) return nothingToSee();

    if (isLetGoOn(sight, plan)) sight.watch = await watchAnew(db, plan, sight);
    const verdicts = await Promise.all(
      sight.watch.guards.map((guard) => judge(guard, sight, plan, { keyring, fetchOutside })),
    );
    const finding = { ...gravest(verdicts), evidence: evidenceOf(sight, verdicts) };
    await keep(db, plan, sight, finding, warningOf(verdicts));
    return finding;
  };
}

interface Sight {
  watch: Watch;
  readonly now: Date;
  readonly counts: readonly GuardCount[];
  readonly lastControls: readonly GuardCount[];
  readonly last: GuardFindingRecord | undefined;
  readonly credentials: ReadonlyMap<string, GuardCredential>;
  readonly variables: Omit<QueryVariables, "window">;
}

async function look(readers: Readers, plan: GuardedPlan): Promise<Sight | undefined> {
  const [watched] = await readers.guards.listWatched(plan.rolloutPlanId);
  const watch = watched && watchOf(watched);
  if (!watch) return undefined;
  const { toggle, environment } = await placeOf(readers, plan);
  const project = await readers.projects.find(toggle.projectId);
  const [last] = await readers.guards.listFindings(plan.rolloutPlanId, 1);
  return {
    watch,
    now: await readers.rollouts.now(),
    counts: await readers.guards.listCounts(plan.rolloutPlanId, watch.since),
    lastControls: await readers.guards.listLastControls(plan.rolloutPlanId, watch.since),
    last,
    credentials: await readers.guards.listCredentials(plan.rolloutPlanId),
    variables: {
      project: project?.key ?? "",
      environment: environment.key,
      toggle: toggle.key,
      step: String(plan.appliedSteps),
    },
  };
}

function nothingToSee(): GuardFinding {
  const note = "No share of the plan's stands that could be compared with anything.";
  return { verdict: "unknown", action: "hold", evidence: { note } };
}

/** A guard stopped the plan, which somebody read, and let it go on: each of the two moved the plan once. */
function isLetGoOn({ last, watch }: Sight, { version }: RolloutPlan): boolean {
  if (last?.verdict !== "breach" || last.action === "warn") return false;
  return last.since.getTime() === watch.since.getTime() && version >= last.planVersion + 2;
}

/** Whoever let it go on knows what was counted so far. */
async function watchAnew(
  db: Database,
  { tenantId, rolloutPlanId }: GuardedPlan,
  sight: Sight,
): Promise<Watch> {
  await db.transact(tenantId, ({ guards }) => guards.beginWatch(rolloutPlanId, sight.now));
  return { ...sight.watch, since: sight.now };
}

function judge(
  guard: Guard,
  { watch, now, counts, lastControls, credentials, variables }: Sight,
  { tenantId, steps }: GuardedPlan,
  { keyring, fetchOutside }: Pick<GuardPorts, "keyring" | "fetchOutside">,
): GuardVerdict | Promise<GuardVerdict> {
  const moments = { since: watch.since, now, steps: steps.length };
  const { metric } = guard;
  if (isOfEvents(metric)) {
    return judgeEvents(
      { ...guard, metric },
      { ...moments, ...countedOf(guard, watch, counts, lastControls) },
    );
  }
  const seconds = Math.max(1, Math.floor((now.getTime() - watch.since.getTime()) / 1000));
  const credential = credentials.get(guard.key);
  const place = credential && guardCredentialPlace(tenantId, credential.guardCredentialId);
  const looking = {
    ...moments,
    fetchOutside,
    authorization: async () => place && keyring.open(place, credential.sealed),
    variables: { ...variables, window: `${seconds}s` },
  };
  return judgePrometheus({ ...guard, metric }, looking);
}

function countedOf(
  { key }: Guard,
  { arms, since }: Watch,
  counts: readonly GuardCount[],
  lastControls: readonly GuardCount[],
): Pick<Period, "counts" | "hasControl" | "lastControl"> {
  const own = counts.filter(({ guardKey, lastAt }) => guardKey === key && lastAt >= since);
  const last = lastControls.filter(({ guardKey }) => guardKey === key);
  const [{ step } = { step: 0 }] = last;
  return {
    counts: {
      treatment: armOf(own, "treatment"),
      control: armOf(own, "control"),
      rest: armOf(own, "rest"),
    },
    hasControl: sizeOf(arms.control) > 0,
    lastControl: last.length > 0 ? { step, counts: armOf(last, "control") } : undefined,
  };
}

function armOf(counts: readonly GuardCount[], arm: GuardCount["arm"]): ArmCounts {
  return counts
    .filter((count) => count.arm === arm)
    .reduce<ArmCounts>(
      (sum, { valueClass, users, hits, lastAt }) => ({
        users: sum.users + users,
        hits: sum.hits + hits,
        values: new Map([...sum.values, [valueClass, users]]),
        lastAt: sum.lastAt && sum.lastAt > lastAt ? sum.lastAt : lastAt,
      }),
      NOBODY,
    );
}

function evidenceOf({ now, watch }: Sight, guards: readonly GuardVerdict[]) {
  return { at: now.toISOString(), since: watch.since.toISOString(), step: watch.step, guards };
}

/** The guards that found their bound crossed, and let the plan go on. */
function warningOf(verdicts: readonly GuardVerdict[]): readonly string[] {
  const isWarning = ({ verdict, action }: Check) => verdict === "breach" && action === "warn";
  return verdicts.filter(({ checks }) => checks.some(isWarning)).map(({ guard }) => guard);
}

/** Of a tenant that goes, nothing is kept any more. */
async function keep(
  db: Database,
  plan: GuardedPlan,
  { watch, now, variables }: Sight,
  finding: GuardFinding,
  warning: readonly string[],
): Promise<void> {
  const { since, step } = watch;
  const { verdict, action, evidence } = finding;
  try {
    await db.transact(plan.tenantId, async (writers) => {
      await writers.guards.saveFinding(plan.rolloutPlanId, {
        since,
        step,
        planVersion: plan.version,
        verdict,
        action,
        evidence,
        foundAt: now,
      });
      // What stops the plan is told of with its stop.
      const isStopped = verdict === "breach" && action !== "warn";
      if (warning.length === 0 || isStopped) return;
      if (!(await writers.guards.markWarned(plan.rolloutPlanId, since))) return;
      await announceNotice(writers, {
        type: "rollout.guard_warned",
        environmentId: plan.environmentId,
        data: {
          rollout: plan.rolloutPlanId,
          toggle: variables.toggle,
          status: plan.status,
          appliedSteps: plan.appliedSteps,
          steps: plan.steps.length,
          guards: warning,
        },
        concerns: [plan.createdBy],
      });
    });
  } catch (error) {
    if (!(error instanceof TenantClosedError)) throw error;
  }
}
