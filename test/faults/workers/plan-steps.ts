/** What became of rollout plans, step by step: noted by PostgreSQL while they move, read from its tables at the end, and checked. */
import { askDatabase } from "../ask-database.ts";
import type { History, Recorded } from "../history.ts";
import { all, never, quantile, type Verdict } from "../verdicts.ts";

type Hold =
  | { readonly type: "time"; readonly ms: number }
  | { readonly type: "tick"; readonly afterMs: number }
  | { readonly type: "until"; readonly at: string }
  | { readonly type: "approval" }
  | { readonly type: "sample"; readonly least: number };

/** A plan went past a step, or several at once; moments are PostgreSQL's, in milliseconds. */
export interface MovedEvent {
  readonly type: "moved";
  readonly planId: string;
  /** Where it stood before. */
  readonly from: number;
  /** What the step held for on which it stood; null where it stood before the first one. */
  readonly hold: Hold | null;
  /** Of the steps that are one change with the last one. */
  readonly passed: readonly Hold[];
  readonly startedAt: number;
  readonly appliedAt: number | null;
  readonly rampAt: number | null;
  readonly releasedAt: number | null;
  readonly movedAt: number;
  /** When the transaction that moved it began. */
  readonly beganAt: number;
  /** From when on the step holds to which it went. */
  readonly holdsFrom: number;
}

export type PlanEvent =
  /** Somebody was told that a plan of so many steps has been started. */
  | { readonly type: "planned"; readonly planId: string; readonly steps: number }
  | MovedEvent
  | {
      readonly type: "kept";
      readonly planId: string;
      readonly status: string;
      /** The numbers of the steps that its log holds, those included that went with another. */
      readonly logged: readonly number[];
      /** Of the versions of the setting that the plan made, the percentages in thousandths, in their order. */
      readonly buckets: readonly number[];
      /** Where its steps lead to, in their order. */
      readonly planned: readonly number[];
      /** Of its steps, those that went with another. */
      readonly folded: readonly number[];
    }
  | { readonly type: "revisions"; readonly heads: number; readonly missing: number };

export const LOST = "steps that were not applied";
export const DOUBLED = "steps that were applied more than once";
export const EARLY = "steps that were applied before they were due, or made the next one due too soon";
const REORDERED = "steps that were applied before the one before them";
const MISSING = "revisions that are missing";
const ENDED = "plans that somebody was told of, and that completed";

/** Has PostgreSQL itself note when each plan moves: whoever moves it can't know, and its clock is the one that decides. */
export async function noteMoves(databaseUrl: string): Promise<void> {
  await askDatabase(
    databaseUrl,
    `create schema noted;
     create table noted.moves (
       plan_id uuid, before int, after int, steps jsonb, started_at timestamptz, applied_at timestamptz, ramp_at timestamptz,
       released_at timestamptz, at timestamptz, began_at timestamptz, holds_from timestamptz);
     create function noted.note_move() returns trigger language plpgsql security definer as $$
       begin
         insert into noted.moves values (
           new.rollout_plan_id, old.applied_steps, new.applied_steps, new.steps, old.started_at, old.applied_at, old.ramp_at,
           old.released_at, clock_timestamp(), transaction_timestamp(), new.applied_at);
         return null;
       end $$;
     create trigger noted after update on burgee.rollout_plans for each row
       when (new.applied_steps > old.applied_steps) execute function noted.note_move()`,
  );
}

export async function recordPlanSteps(history: History, databaseUrl: string): Promise<void> {
  const ms = (column: string) => `(extract(epoch from ${column}) * 1000)::float8`;
  const { rows: moves } = await askDatabase(
    databaseUrl,
    `select plan_id as "planId", before as from, steps -> (before - 1) -> 'hold' as hold,
       (select coalesce(jsonb_agg(steps -> (step - 1) -> 'hold' order by step), '[]')
         from generate_series(before + 1, after - 1) as step) as passed,
       ${ms("started_at")} as "startedAt", ${ms("applied_at")} as "appliedAt", ${ms("ramp_at")} as "rampAt",
       ${ms("released_at")} as "releasedAt", ${ms("at")} as "movedAt", ${ms("began_at")} as "beganAt",
       ${ms("holds_from")} as "holdsFrom"
     from noted.moves order by noted.moves.at`,
  );
  const { rows: plans } = await askDatabase(
    databaseUrl,
    `select p.rollout_plan_id as "planId", p.status,
       (select coalesce(jsonb_agg(s.step), '[]') from burgee.rollout_steps s
         where s.tenant_id = p.tenant_id and s.rollout_plan_id = p.rollout_plan_id and s.kind = 'applied') as logged,
       (select coalesce(jsonb_agg(folded), '[]') from burgee.rollout_steps s, jsonb_array_elements(s.folded_steps) as folded
         where s.tenant_id = p.tenant_id and s.rollout_plan_id = p.rollout_plan_id) as folded,
       (select coalesce(jsonb_agg(v.state -> 'rollout' -> 'buckets' order by v.version), '[]') from burgee.setting_versions v
         where v.tenant_id = p.tenant_id and v.toggle_id = p.toggle_id and v.environment_id = p.environment_id
           and v.actor = 'rollout:' || p.rollout_plan_id::text) as buckets,
       (select jsonb_agg(step -> 'share' -> 'buckets' order by at)
         from jsonb_array_elements(p.steps) with ordinality as each (step, at)) as planned
     from burgee.rollout_plans p where p.status <> 'pending'`,
  );
  const { rows: revisions } = await askDatabase(
    databaseUrl,
    `select sum(revision)::int as heads, sum(revision - there)::int as missing from (
       select e.revision, (select count(distinct o.revision) from burgee.outbox o
         where o.tenant_id = e.tenant_id and o.environment_id = e.environment_id and o.epoch = e.epoch) as there
       from burgee.environments e) as each`,
  );
  for (const row of moves) history.record({ type: "moved", ...row });
  for (const row of plans) history.record({ type: "kept", ...row });
  for (const row of revisions) history.record({ type: "revisions", ...row });
}

/** @param where stands beside each claim, where a run makes several */
export function checkPlanSteps(events: readonly Recorded<PlanEvent>[], where: string): readonly Verdict[] {
  const kept = events.filter((event) => event.type === "kept");
  const moved = events.filter((event) => event.type === "moved");
  const told = events.filter((event) => event.type === "planned");
  const completed = new Set(kept.filter(({ status }) => status === "completed").map(({ planId }) => planId));
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const steps = { n: sum(kept.map(({ planned }) => planned.length)), what: "steps" };
  const heads = events.filter((event) => event.type === "revisions");

  const claims = [
    never(LOST, sum(kept.map(countLost)), steps),
    never(DOUBLED, sum(kept.map(countDoubled)), steps),
    never(EARLY, moved.filter(isEarly).length, { n: moved.length, what: "moves" }),
    never(REORDERED, sum(kept.map(countReordered)), steps),
    never(MISSING, sum(heads.map(({ missing }) => missing)), {
      n: sum(heads.map((each) => each.heads)),
      what: "revisions",
    }),
    all(ENDED, told.filter(({ planId }) => completed.has(planId)).length, { n: told.length, what: "plans" }),
  ];
  return claims.map((verdict) => ({ ...verdict, claim: `${verdict.claim} (${where})` }));
}

export function lateness(events: readonly Recorded<PlanEvent>[]): string {
  const moved = events.filter((event) => event.type === "moved");
  const lateMs = moved.map((move) => move.movedAt - (dueOf(move) ?? move.movedAt));
  const [p50, p99, most] = [0.5, 0.99, 1].map((share) => Math.round(quantile(lateMs, share)));
  return `p50 ${p50} ms, p99 ${p99} ms, at most ${most} ms, n = ${lateMs.length}`;
}

type Kept = Extract<PlanEvent, { type: "kept" }>;

/** A step counts where the log has it, and, unless it went with another, the setting's versions as well. */
function countLost({ planned, buckets, logged, folded }: Kept): number {
  const [there, known, along] = [new Set(buckets), new Set(logged), new Set(folded)];
  return planned.filter(
    (share, index) => !along.has(index + 1) && !(known.has(index + 1) && there.has(share)),
  ).length;
}

/** Twice by itself, or by itself and with another. */
function countDoubled({ buckets, logged, folded }: Kept): number {
  const steps = [...logged, ...folded];
  return buckets.length - new Set(buckets).size + steps.length - new Set(steps).size;
}

function countReordered({ buckets }: Kept): number {
  return buckets.filter((each, index) => each < (buckets[index - 1] ?? 0)).length;
}

/** Also where an approval was passed over, or what the next step waits for was reckoned from too early. */
function isEarly(move: MovedEvent): boolean {
  const due = dueOf(move);
  if (due === undefined || move.movedAt < due || move.holdsFrom < Math.floor(move.beganAt)) return true;
  return move.passed.some((hold) => (passedAt(move, hold) ?? Infinity) > move.movedAt);
}

/** Undefined where nobody let it go on. */
function dueOf({ hold, startedAt, appliedAt, rampAt, releasedAt }: MovedEvent): number | undefined {
  if (hold === null || appliedAt === null) return startedAt;
  if (releasedAt !== null) return releasedAt;
  if (hold.type === "time") return appliedAt + hold.ms;
  if (hold.type === "tick") return (rampAt ?? appliedAt) + hold.afterMs;
  return hold.type === "until" ? Date.parse(hold.at) : undefined;
}

function passedAt({ rampAt, movedAt }: MovedEvent, hold: Hold): number | undefined {
  if (hold.type === "tick") return (rampAt ?? movedAt) + hold.afterMs;
  if (hold.type === "until") return Date.parse(hold.at);
  return hold.type === "time" && hold.ms === 0 ? movedAt : undefined;
}
