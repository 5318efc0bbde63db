import { sql } from "kysely";
import { Repo } from "../repo.ts";
import type {
  EnvironmentId,
  GuardCredentialId,
  RolloutPlanId,
  RolloutStep,
  SettingState,
} from "../schema/records.ts";

export type GuardArm = "treatment" | "control" | "rest";

/** A plan with guards whose step is under way, with the setting that it raises. */
export interface WatchedPlan {
  readonly rolloutPlanId: RolloutPlanId;
  readonly environmentId: EnvironmentId;
  readonly steps: readonly RolloutStep[];
  readonly appliedSteps: number;
  readonly guards: readonly object[];
  /** From when on events are counted: since the step was applied, or since a person let the plan go on that a guard had stopped. */
  readonly since: Date;
  readonly state: SettingState;
  readonly salt: string;
}

/** What was counted of one guard in one arm, by class of value. */
export interface GuardCount {
  readonly guardKey: string;
  readonly arm: GuardArm;
  readonly step: number;
  readonly valueClass: number;
  readonly users: number;
  readonly hits: number;
  readonly lastAt: Date;
}

/** What a guard shows its Prometheus server, sealed. */
export interface GuardCredential {
  readonly guardCredentialId: GuardCredentialId;
  readonly sealed: string;
}

export interface GuardFindingRecord {
  readonly since: Date;
  readonly step: number;
  /** The plan's version that was looked at. */
  readonly planVersion: number;
  readonly verdict: "healthy" | "breach" | "unknown";
  readonly action: "hold" | "roll_back" | "warn";
  readonly evidence: object;
  readonly foundAt: Date;
}

interface WatchedRow {
  readonly rollout_plan_id: RolloutPlanId;
  readonly environment_id: EnvironmentId;
  readonly steps: readonly RolloutStep[];
  readonly applied_steps: number;
  readonly guards: readonly object[];
  readonly since: Date;
  readonly state: SettingState;
  readonly salt: string;
}

interface CountRow {
  readonly guard_key: string;
  readonly arm: GuardArm;
  readonly step: number;
  readonly value_class: number;
  readonly users: string;
  readonly hits: string;
  readonly last_at: Date;
}

interface FindingRow {
  readonly since: Date;
  readonly step: number;
  readonly plan_version: number;
  readonly verdict: GuardFindingRecord["verdict"];
  readonly action: GuardFindingRecord["action"];
  readonly evidence: object;
  readonly found_at: Date;
}

export class GuardReader extends Repo {
  /** Plans that have guards and a step that stands, also while they are paused. */
  async listWatched(rolloutPlanId?: RolloutPlanId): Promise<readonly WatchedPlan[]> {
    const { rows } = await sql<WatchedRow>`
      select plan.rollout_plan_id, plan.environment_id, plan.steps, plan.applied_steps, plan.guards,
             greatest(plan.applied_at, watch.since) as since, setting.state, setting.salt
        from burgee.rollout_plans plan
        join burgee.settings setting on setting.tenant_id = plan.tenant_id
         and setting.environment_id = plan.environment_id and setting.toggle_id = plan.toggle_id
        left join burgee.guard_watches watch
          on watch.tenant_id = plan.tenant_id and watch.rollout_plan_id = plan.rollout_plan_id
       where plan.tenant_id = ${this.tenantId} and plan.status in ('running', 'paused')
         and plan.applied_steps > 0 and plan.guards <> '[]'
         and (${rolloutPlanId ?? null}::uuid is null or plan.rollout_plan_id = ${rolloutPlanId ?? null}::uuid)`.execute(
      this.trx,
    );
    return rows.map((row) => ({
      rolloutPlanId: row.rollout_plan_id,
      environmentId: row.environment_id,
      steps: row.steps,
      appliedSteps: row.applied_steps,
      guards: row.guards,
      since: row.since,
      state: row.state,
      salt: row.salt,
    }));
  }

  /** What was counted since that moment, at which something began. */
  async listCounts(rolloutPlanId: RolloutPlanId, since: Date): Promise<readonly GuardCount[]> {
    const { rows } = await sql<CountRow>`
      select guard_key, arm, value_class, max(step) as step, sum(users) as users, sum(hits) as hits, max(last_at) as last_at
        from burgee.guard_counts
       where tenant_id = ${this.tenantId} and rollout_plan_id = ${rolloutPlanId} and since = ${since}
       group by guard_key, arm, value_class`.execute(this.trx);
    return rows.map(fromCountRow);
  }

  /** Those in control, in the last step before that moment in which there were any, guard by guard. */
  async listLastControls(rolloutPlanId: RolloutPlanId, before: Date): Promise<readonly GuardCount[]> {
    const { rows } = await sql<CountRow>`
      select guard_key, arm, value_class, max(step) as step, sum(users) as users, sum(hits) as hits, max(last_at) as last_at
        from burgee.guard_counts counted
       where tenant_id = ${this.tenantId} and rollout_plan_id = ${rolloutPlanId} and arm = 'control'
         and since = (
           select max(since) from burgee.guard_counts last
            where last.tenant_id = counted.tenant_id and last.rollout_plan_id = counted.rollout_plan_id
              and last.guard_key = counted.guard_key and last.arm = 'control' and last.since < ${before})
       group by guard_key, arm, value_class`.execute(this.trx);
    return rows.map(fromCountRow);
  }

  /** By the keys of the plan's guards. */
  async listCredentials(rolloutPlanId: RolloutPlanId): Promise<ReadonlyMap<string, GuardCredential>> {
    const { rows } = await sql<{ guard_key: string; id: GuardCredentialId; sealed: string }>`
      select guard_key, guard_credential_id as id, sealed_authorization as sealed from burgee.guard_credentials
       where tenant_id = ${this.tenantId} and rollout_plan_id = ${rolloutPlanId}`.execute(this.trx);
    return new Map(rows.map(({ guard_key, id, sealed }) => [guard_key, { guardCredentialId: id, sealed }]));
  }

  /** The newest first, at most one a minute. */
  async listFindings(rolloutPlanId: RolloutPlanId, limit: number): Promise<readonly GuardFindingRecord[]> {
    const { rows } = await sql<FindingRow>`
      select since, step, plan_version, verdict, action, evidence, found_at from burgee.guard_findings
       where tenant_id = ${this.tenantId} and rollout_plan_id = ${rolloutPlanId}
       order by minute desc limit ${limit}`.execute(this.trx);
    return rows.map(({ plan_version, found_at, ...row }) => ({
      ...row,
      planVersion: plan_version,
      foundAt: found_at,
    }));
  }
}

export class GuardWriter extends GuardReader {
  /** Puts it in the place of the one before; null for none. */
  async setCredential(
    rolloutPlanId: RolloutPlanId,
    guardKey: string,
    credential: GuardCredential | null,
  ): Promise<void> {
    await sql`
      delete from burgee.guard_credentials
       where tenant_id = ${this.tenantId} and rollout_plan_id = ${rolloutPlanId} and guard_key = ${guardKey}`.execute(
      this.trx,
    );
    if (!credential) return;
    await sql`
      insert into burgee.guard_credentials
             (tenant_id, guard_credential_id, rollout_plan_id, guard_key, sealed_authorization)
      values (${this.tenantId}, ${credential.guardCredentialId}, ${rolloutPlanId}, ${guardKey}, ${credential.sealed})
      on conflict (tenant_id, rollout_plan_id, guard_key) do nothing`.execute(this.trx);
  }

  /** Keeps the last finding of each minute. */
  async saveFinding(rolloutPlanId: RolloutPlanId, found: GuardFindingRecord): Promise<void> {
    await sql`
      insert into burgee.guard_findings
             (tenant_id, rollout_plan_id, minute, since, step, plan_version, verdict, action, evidence, found_at)
      values (${this.tenantId}, ${rolloutPlanId}, date_trunc('minute', ${found.foundAt}::timestamptz, 'UTC'), ${found.since},
              ${found.step}, ${found.planVersion}, ${found.verdict}, ${found.action}, ${JSON.stringify(found.evidence)}::jsonb,
              ${found.foundAt})
      on conflict (tenant_id, rollout_plan_id, minute) do update
         set since = excluded.since, step = excluded.step, plan_version = excluded.plan_version, verdict = excluded.verdict,
             action = excluded.action, evidence = excluded.evidence, found_at = excluded.found_at`.execute(
      this.trx,
    );
  }

  /** Whether nobody said so before of what is counted since that moment: of several at a time one is told so. */
  async markWarned(rolloutPlanId: RolloutPlanId, since: Date): Promise<boolean> {
    const { numAffectedRows } = await sql`
      insert into burgee.guard_watches (tenant_id, rollout_plan_id, since, warned_since)
      values (${this.tenantId}, ${rolloutPlanId}, ${since}, ${since})
      on conflict (tenant_id, rollout_plan_id) do update set warned_since = excluded.warned_since
       where guard_watches.warned_since is distinct from excluded.warned_since`.execute(this.trx);
    return numAffectedRows === 1n;
  }

  /** Counts anew from that moment on. */
  async beginWatch(rolloutPlanId: RolloutPlanId, since: Date): Promise<void> {
    await sql`
      insert into burgee.guard_watches (tenant_id, rollout_plan_id, since)
      values (${this.tenantId}, ${rolloutPlanId}, ${since})
      on conflict (tenant_id, rollout_plan_id) do update set since = excluded.since`.execute(this.trx);
  }
}

function fromCountRow(row: CountRow): GuardCount {
  return {
    guardKey: row.guard_key,
    arm: row.arm,
    step: row.step,
    valueClass: row.value_class,
    users: Number(row.users),
    hits: Number(row.hits),
    lastAt: row.last_at,
  };
}
