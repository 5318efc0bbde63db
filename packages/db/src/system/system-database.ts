/**
 * The doors for work that crosses tenants: finding whose key it is, publishing, sweeping. Runs as `burgee_system`,
 * whose policies open just the tables used here.
 */
import { type Kysely, type Selectable, sql } from "kysely";
import type { RulesetHead } from "../rulesets/ruleset-repo.ts";
import type { EnvironmentId, RolloutPlanId, Tenant, TenantId } from "../schema/records.ts";
import type { Tables } from "../schema/tables.ts";
import { AuditExportStore } from "./audit-export-store.ts";
import { CredentialReader } from "./credential-repo.ts";
import { DataKeyStore } from "./data-key-repo.ts";
import { ErasureStore } from "./erasure-repo.ts";
import { EventIntakeStore } from "./event-intake-repo.ts";
import { GuessStore } from "./guess-repo.ts";
import { JobStore } from "./job-repo.ts";
import { NoticeMailStore } from "./notice-mail-store.ts";
import { PendingSignInStore } from "./pending-sign-in-repo.ts";
import { PublicationWriter } from "./publication-repo.ts";
import { QuotaStore } from "./quota-repo.ts";
import { RetentionStore } from "./retention-repo.ts";
import { ScimCredentialStore } from "./scim-credential-repo.ts";
import { SealedStore } from "./sealed-repo.ts";
import { SecondFactorStore } from "./second-factor-repo.ts";
import { SessionStore } from "./session-repo.ts";
import { SingleSignOnStore } from "./single-sign-on-repo.ts";
import { UpkeepTurnStore } from "./upkeep-turn-repo.ts";
import { WebhookStore } from "./webhook-store.ts";

export interface DueRollout {
  readonly tenantId: TenantId;
  readonly rolloutPlanId: RolloutPlanId;
}

/** Of scheduled changes that are due, in one sweep. */
const DUE_LOOKED_AT = 1_000;

export interface UsedEnvironment {
  readonly tenantId: TenantId;
  readonly environmentId: EnvironmentId;
  /** Of the ruleset that is published; undefined before the first. */
  readonly head: { readonly epoch: string; readonly revision: number } | undefined;
  readonly waits: boolean;
}

const GUARD_DAYS = 90;

export class SystemDatabase {
  readonly #db: Kysely<Tables>;
  readonly credentials: CredentialReader;
  readonly sessions: SessionStore;
  readonly pendingSignIns: PendingSignInStore;
  readonly secondFactors: SecondFactorStore;
  readonly eventIntake: EventIntakeStore;
  readonly guesses: GuessStore;
  readonly jobs: JobStore;
  readonly dataKeys: DataKeyStore;
  readonly sealed: SealedStore;
  readonly quotas: QuotaStore;
  readonly erasures: ErasureStore;
  readonly retention: RetentionStore;
  readonly upkeepTurns: UpkeepTurnStore;
  readonly singleSignOn: SingleSignOnStore;
  readonly scim: ScimCredentialStore;
  readonly webhooks: WebhookStore;
  readonly noticeMails: NoticeMailStore;
  readonly auditExports: AuditExportStore;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
    this.credentials = new CredentialReader(db);
    this.sessions = new SessionStore(db);
    this.pendingSignIns = new PendingSignInStore(db);
    this.secondFactors = new SecondFactorStore(db);
    this.eventIntake = new EventIntakeStore(db);
    this.guesses = new GuessStore(db);
    this.jobs = new JobStore(db);
    this.dataKeys = new DataKeyStore(db);
    this.sealed = new SealedStore(db);
    this.quotas = new QuotaStore(db);
    this.erasures = new ErasureStore(db);
    this.retention = new RetentionStore(db);
    this.upkeepTurns = new UpkeepTurnStore(db);
    this.singleSignOn = new SingleSignOnStore(db);
    this.scim = new ScimCredentialStore(db);
    this.webhooks = new WebhookStore(db);
    this.noticeMails = new NoticeMailStore(db);
    this.auditExports = new AuditExportStore(db);
  }

  /** Runs `work` in one transaction; a claim that it makes ends with it. */
  publish<T>(work: (publications: PublicationWriter) => Promise<T>): Promise<T> {
    return this.#db.transaction().execute((trx) => work(new PublicationWriter(trx)));
  }

  /**
   * Environments of tenants that stay, with changes that no ruleset holds yet, or with a ruleset that nobody was told of, and that nobody has claimed. One of each tenant
   * comes before a second one of any, so that no tenant fills the list.
   */
  async listUnpublished(
    limit: number,
  ): Promise<readonly { tenantId: TenantId; environmentId: EnvironmentId }[]> {
    const { rows } = await sql<{ tenant_id: TenantId; environment_id: EnvironmentId }>`
      select tenant_id, environment_id from burgee.publications
       where retry_at <= clock_timestamp() and claimed_until <= clock_timestamp()
         and not exists (select from burgee.tenant_deletions gone where gone.tenant_id = publications.tenant_id)
         and (tenant_id, environment_id) in (
           select tenant_id, environment_id from burgee.outbox where not published
           union
           select tenant_id, environment_id from burgee.publications where announced_revision < published_revision)
       order by row_number() over (partition by tenant_id order by retry_at, environment_id), random()
       limit ${limit}`.execute(this.#db);
    return rows.map((row) => ({ tenantId: row.tenant_id, environmentId: row.environment_id }));
  }

  /**
   * Environments of tenants that stay, those that SDKs use most first: by how often they told of themselves within that time, then by when
   * one of their keys was last used. With what is published; `waits` is whether there is more to publish.
   */
  async listByUse({
    tenantId,
    withinMs,
    most,
  }: {
    /** Whose; all there are, unless told otherwise. */
    tenantId?: TenantId | undefined;
    withinMs: number;
    most: number;
  }): Promise<readonly UsedEnvironment[]> {
    const { rows } = await sql<{
      tenant_id: TenantId;
      environment_id: EnvironmentId;
      epoch: string | null;
      revision: string | null;
      waits: boolean;
    }>`
      select tenant_id, environment_id, ruleset.epoch, ruleset.revision,
             exists (select from burgee.outbox
                      where outbox.tenant_id = publication.tenant_id and outbox.environment_id = publication.environment_id
                        and not published) as waits
        from burgee.publications publication
        left join burgee.rulesets ruleset using (tenant_id, environment_id)
        left join (select tenant_id, environment_id, count(*) as batches from burgee.usage_batches
                    where received_at > clock_timestamp() - ${withinMs}::float8 * interval '1 millisecond'
                    group by tenant_id, environment_id) told using (tenant_id, environment_id)
        left join (select tenant_id, environment_id, max(last_used_at) as last_used_at from burgee.sdk_keys
                    where last_used_at is not null group by tenant_id, environment_id) used using (tenant_id, environment_id)
       where not exists (select from burgee.tenant_deletions gone where gone.tenant_id = publication.tenant_id)
         and (${tenantId ?? null}::uuid is null or publication.tenant_id = ${tenantId ?? null}::uuid)
       order by coalesce(batches, 0) desc, last_used_at desc nulls last, tenant_id, environment_id
       limit ${most}::int`.execute(this.#db);
    return rows.map((row) => ({
      tenantId: row.tenant_id,
      environmentId: row.environment_id,
      head:
        row.epoch === null || row.revision === null
          ? undefined
          : { epoch: row.epoch, revision: Number(row.revision) },
      waits: row.waits,
    }));
  }

  /** How far each of these environments is published; one that is not published at all, or whose tenant goes, is left out. */
  async listHeads(
    environments: readonly { readonly tenantId: TenantId; readonly environmentId: EnvironmentId }[],
  ): Promise<readonly RulesetHead[]> {
    const tenantIds = environments.map(({ tenantId }) => tenantId);
    const environmentIds = environments.map(({ environmentId }) => environmentId);
    const { rows } = await sql<
      Pick<Selectable<Tables["rulesets"]>, "tenant_id" | "environment_id" | "epoch" | "revision">
    >`
      select rulesets.tenant_id, rulesets.environment_id, rulesets.epoch, rulesets.revision from burgee.rulesets
        join unnest(${tenantIds}::uuid[], ${environmentIds}::uuid[]) as asked (tenant_id, environment_id)
          on rulesets.tenant_id = asked.tenant_id and rulesets.environment_id = asked.environment_id
       where not exists (select from burgee.tenant_deletions gone where gone.tenant_id = asked.tenant_id)`.execute(
      this.#db,
    );
    return rows.map((row) => ({
      tenantId: row.tenant_id,
      environmentId: row.environment_id,
      epoch: row.epoch,
      revision: Number(row.revision),
    }));
  }

  /**
   * Takes plans that are to be looked at by the database's clock, of tenants that stay, the longest overdue first. What one worker takes, no other
   * gets for `claimMs`, so that many share what waits; one that died is made up for after that.
   */
  async claimDueRollouts(limit: number, claimMs: number): Promise<readonly DueRollout[]> {
    const { rows } = await sql<{ tenant_id: TenantId; rollout_plan_id: RolloutPlanId }>`
      with due as (
        select tenant_id, rollout_plan_id from burgee.rollout_plans plan
         where status in ('ready', 'running') and look_at <= clock_timestamp()
           and not exists (select from burgee.tenant_deletions gone where gone.tenant_id = plan.tenant_id)
         order by look_at limit ${limit} for no key update skip locked
      )
      update burgee.rollout_plans plan
         set look_at = clock_timestamp() + ${claimMs} * interval '1 millisecond'
        from due where plan.tenant_id = due.tenant_id and plan.rollout_plan_id = due.rollout_plan_id
      returning plan.tenant_id, plan.rollout_plan_id`.execute(this.#db);
    return rows.map((row) => ({ tenantId: row.tenant_id, rolloutPlanId: row.rollout_plan_id }));
  }

  /** Environments of tenants that stay in which a scheduled change is due by the database's clock, the longest overdue first. */
  async listDueChanges(
    limit: number,
  ): Promise<readonly { tenantId: TenantId; environmentId: EnvironmentId }[]> {
    const { rows } = await sql<{ tenant_id: TenantId; environment_id: EnvironmentId }>`
      select tenant_id, environment_id from (
        select tenant_id, environment_id, due_at from burgee.scheduled_changes
         where status = 'waiting' and try_at <= clock_timestamp()
           and not exists (select from burgee.tenant_deletions gone where gone.tenant_id = scheduled_changes.tenant_id)
         order by try_at limit ${DUE_LOOKED_AT}::int) due
       group by tenant_id, environment_id order by min(due_at) limit ${limit}`.execute(this.#db);
    return rows.map((row) => ({ tenantId: row.tenant_id, environmentId: row.environment_id }));
  }

  /** Every tenant there is, in the order of their ids: those after `after`, at most `limit`. */
  async listTenants(after: TenantId | undefined, limit: number): Promise<readonly Tenant[]> {
    const tenants = this.#db.selectFrom("tenants").select(["tenant_id", "name"]);
    const rows = await (after === undefined ? tenants : tenants.where("tenant_id", ">", after))
      .orderBy("tenant_id")
      .limit(limit)
      .execute();
    return rows.map((row) => ({ tenantId: row.tenant_id, name: row.name }));
  }

  /** What failed for good, kept until somebody looks. */
  async addDeadLetter(letter: {
    readonly tenantId: TenantId;
    readonly source: string;
    readonly payload: object;
    readonly error: string;
    readonly attempts: number;
  }): Promise<void> {
    await this.#db
      .insertInto("dead_letters")
      .values({
        tenant_id: letter.tenantId,
        source: letter.source,
        payload: JSON.stringify(letter.payload),
        error: letter.error.slice(0, 4000),
        attempts: letter.attempts,
      })
      .execute();
  }

  /** Deletes lists that no segment names as it is now, and that nobody used for a day. A tenant's that has changes to publish stay. Returns how many. */
  async sweepSegmentLists(limit: number): Promise<number> {
    const { numAffectedRows } = await sql`
      delete from burgee.segment_lists where (tenant_id, project_id, hash) in (
        select list.tenant_id, list.project_id, list.hash from burgee.segment_lists list
         where list.used_at < clock_timestamp() - interval '1 day'
           and not exists (
             select from burgee.segment_version_lists named
               join burgee.segments on segments.tenant_id = named.tenant_id and segments.segment_id = named.segment_id
                and segments.version = named.version and segments.archived_at is null
              where named.tenant_id = list.tenant_id and named.project_id = list.project_id and named.hash = list.hash)
           and not exists (select from burgee.outbox where outbox.tenant_id = list.tenant_id and not published)
         limit ${limit})
         and used_at < clock_timestamp() - interval '1 day'`.execute(this.#db);
    return Number(numAffectedRows ?? 0n);
  }

  /**
   * Forgets whom guards of rollout plans counted in steps that are over, and counts and findings after 90 days; at most so many of each. Returns
   * how many.
   */
  async sweepGuards(limit: number): Promise<number> {
    const { numAffectedRows: told = 0n } = await sql`
      delete from burgee.guard_subjects where (tenant_id, rollout_plan_id, since, guard_key, subject) in (
        select tenant_id, rollout_plan_id, since, guard_key, subject from burgee.guard_subjects told
         where not exists (
           select from burgee.rollout_plans plan
            where plan.tenant_id = told.tenant_id and plan.rollout_plan_id = told.rollout_plan_id
              and plan.status in ('running', 'paused') and plan.applied_at <= told.since)
         limit ${limit}::int)`.execute(this.#db);
    const old = sql`minute < clock_timestamp() - make_interval(days => ${GUARD_DAYS}::int)`;
    const { numAffectedRows: counted = 0n } = await sql`
      delete from burgee.guard_counts
       where (tenant_id, rollout_plan_id, since, guard_key, arm, minute, value_class) in (
         select tenant_id, rollout_plan_id, since, guard_key, arm, minute, value_class from burgee.guard_counts
          where ${old} limit ${limit}::int)`.execute(this.#db);
    const { numAffectedRows: found = 0n } = await sql`
      delete from burgee.guard_findings where (tenant_id, rollout_plan_id, minute) in (
        select tenant_id, rollout_plan_id, minute from burgee.guard_findings where ${old} limit ${limit}::int)`.execute(
      this.#db,
    );
    const { numAffectedRows: shown = 0n } = await sql`
      delete from burgee.guard_credentials where (tenant_id, guard_credential_id) in (
        select tenant_id, guard_credential_id from burgee.guard_credentials
          join burgee.rollout_plans plan using (tenant_id, rollout_plan_id)
         where plan.status in ('completed', 'rolled_back', 'aborted') limit ${limit}::int)`.execute(this.#db);
    return Number(told + counted + found + shown);
  }

  /** Makes this month's partitions and the coming `monthsAhead`'s. Returns how many were missing. */
  async makeMonthPartitions(monthsAhead: number): Promise<number> {
    const { rows } = await sql<{ made: number }>`
      select burgee.make_month_partitions(${monthsAhead}::int) as made`.execute(this.#db);
    return rows[0]?.made ?? 0;
  }

  /** Answers when the database answers. @throws when it does not. */
  async ping(): Promise<void> {
    await sql`select 1`.execute(this.#db);
  }

  async close(): Promise<void> {
    await this.#db.destroy();
  }
}
