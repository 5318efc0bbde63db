import { type Kysely, sql } from "kysely";
import type { RolloutPlanId, TenantId } from "../schema/records.ts";
import type { Tables } from "../schema/tables.ts";
import type { GuardArm } from "./guard-repo.ts";

/** What an event says to a guard, of whom a pseudonym tells apart. One a guard and pseudonym. */
export interface GuardObservation {
  readonly rolloutPlanId: RolloutPlanId;
  readonly since: Date;
  readonly step: number;
  readonly guardKey: string;
  readonly arm: GuardArm;
  readonly receivedAt: Date;
  readonly isExposed: boolean;
  readonly isHit: boolean;
  readonly valueClass: number;
  /** Of a user's values only the first counts. */
  readonly isMeasured: boolean;
}

export interface ObservedSubject extends GuardObservation {
  readonly subject: Buffer;
}

/** Counts everybody once a guard and step: when they are exposed, and when they are exposed and hit, in whatever order. */
export async function addObservations(
  trx: Kysely<Tables>,
  tenantId: TenantId,
  observed: readonly ObservedSubject[],
): Promise<void> {
  if (observed.length === 0) return;
  // What is new is told by what was there: two that add of the same user wait for each other.
  await sql`select pg_advisory_xact_lock(hashtextextended('burgee.guards ' || ${tenantId}::text, 0))`.execute(
    trx,
  );
  const rows = observed.map(({ subject, since, receivedAt, ...rest }) => ({
    ...rest,
    subject: subject.toString("hex"),
    since: since.toISOString(),
    receivedAt: receivedAt.toISOString(),
  }));
  await sql`
    with seen as (
      select seen."rolloutPlanId" as rollout_plan_id, seen.since, seen.step, seen."guardKey" as guard_key, seen.arm,
             seen."receivedAt" as received_at, decode(seen.subject, 'hex') as subject, seen."valueClass" as value_class,
             seen."isExposed" as is_exposed, seen."isHit" and not (seen."isMeasured" and coalesce(known.is_exposed, false)) as is_hit,
             coalesce(known.is_exposed, false) as was_exposed, coalesce(known.is_hit, false) as was_hit
        from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as seen (
               "rolloutPlanId" uuid, since timestamptz, step int, "guardKey" text, arm text, "receivedAt" timestamptz,
               subject text, "valueClass" int, "isExposed" boolean, "isHit" boolean, "isMeasured" boolean)
        left join burgee.guard_subjects known
          on known.tenant_id = ${tenantId} and known.rollout_plan_id = seen."rolloutPlanId" and known.since = seen.since
         and known.guard_key = seen."guardKey" and known.subject = decode(seen.subject, 'hex')
    ), kept as (
      insert into burgee.guard_subjects as known (tenant_id, rollout_plan_id, since, guard_key, subject, is_exposed, is_hit)
      select ${tenantId}::uuid, rollout_plan_id, since, guard_key, subject, is_exposed, is_hit from seen
      on conflict (tenant_id, rollout_plan_id, since, guard_key, subject) do update
         set is_exposed = known.is_exposed or excluded.is_exposed, is_hit = known.is_hit or excluded.is_hit
    )
    insert into burgee.guard_counts as counted
           (tenant_id, rollout_plan_id, since, guard_key, arm, minute, value_class, step, users, hits, last_at)
    select ${tenantId}::uuid, rollout_plan_id, since, guard_key, arm, date_trunc('minute', received_at, 'UTC'), value_class,
           max(step), count(*) filter (where is_exposed and not was_exposed),
           count(*) filter (where (is_exposed or was_exposed) and (is_hit or was_hit) and not (was_exposed and was_hit)),
           max(received_at)
      from seen where is_exposed or was_exposed
     group by rollout_plan_id, since, guard_key, arm, date_trunc('minute', received_at, 'UTC'), value_class
    on conflict (tenant_id, rollout_plan_id, since, guard_key, arm, minute, value_class) do update
       set users = counted.users + excluded.users, hits = counted.hits + excluded.hits,
           last_at = greatest(counted.last_at, excluded.last_at)`.execute(trx);
}
