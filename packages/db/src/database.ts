/**
 * The doors to a tenant's data. Nothing else in the product reaches it: a transaction enters one tenant, and both
 * the queries and row-level security keep it there.
 */
import { setTimeout as pause } from "node:timers/promises";
import { type Kysely, sql, type Transaction } from "kysely";
import { AuditReader, AuditWriter } from "./audit/audit-repo.ts";
import { AuditExportReader, AuditExportWriter } from "./audit-exports/audit-export-repo.ts";
import {
  ContextAttributeReader,
  ContextAttributeWriter,
} from "./context-attributes/context-attribute-repo.ts";
import { DeadLetterReader, DeadLetterWriter } from "./dead-letters/dead-letter-repo.ts";
import { EnvironmentReader, EnvironmentWriter } from "./environments/environment-repo.ts";
import { GrantReader, GrantWriter } from "./grants/grant-repo.ts";
import { GuardReader, GuardWriter } from "./guards/guard-repo.ts";
import { InvitationReader, InvitationWriter } from "./invitations/invitation-repo.ts";
import { JobReader, JobWriter } from "./jobs/job-repo.ts";
import { LifeReader, LifeWriter } from "./lifecycle/life-repo.ts";
import { MemberReader, MemberWriter } from "./members/member-repo.ts";
import { NoticeWriter } from "./notices/notice-repo.ts";
import { OutboxWriter } from "./outbox/outbox-repo.ts";
import { ProjectReader, ProjectWriter } from "./projects/project-repo.ts";
import { QuotaReader, QuotaWriter } from "./quotas/quota-repo.ts";
import { RoleReader, RoleWriter } from "./roles/role-repo.ts";
import { RolloutPlanReader, RolloutPlanWriter } from "./rollouts/rollout-plan-repo.ts";
import { RulesetReader } from "./rulesets/ruleset-repo.ts";
import { ScheduledChangeReader, ScheduledChangeWriter } from "./scheduled-changes/scheduled-change-repo.ts";
import type { Origin, TenantId } from "./schema/records.ts";
import type { Tables } from "./schema/tables.ts";
import { ScimGroupReader, ScimGroupWriter } from "./scim/scim-group-repo.ts";
import { ScimSettingsReader, ScimSettingsWriter } from "./scim/scim-settings-repo.ts";
import { ScimTokenReader, ScimTokenWriter } from "./scim/scim-token-repo.ts";
import { ScimUserReader, ScimUserWriter } from "./scim/scim-user-repo.ts";
import { SdkKeyReader, SdkKeyWriter } from "./sdk-keys/sdk-key-repo.ts";
import { SegmentListReader, SegmentListWriter } from "./segments/segment-list-repo.ts";
import { SegmentReader, SegmentWriter } from "./segments/segment-repo.ts";
import { SettingReader, SettingWriter } from "./settings/setting-repo.ts";
import { SigningKeyReader, SigningKeyWriter } from "./signing-keys/signing-key-repo.ts";
import { ConnectionReader, ConnectionWriter } from "./single-sign-on/connection-repo.ts";
import { SingleSignOnWriter } from "./single-sign-on/single-sign-on-repo.ts";
import { DeletionReader, DeletionWriter } from "./tenants/deletion-repo.ts";
import { TenantClosedError } from "./tenants/tenant-closed-error.ts";
import { TenantReader, TenantWriter } from "./tenants/tenant-repo.ts";
import { TenantTurns } from "./tenants/tenant-turns.ts";
import { ToggleReader, ToggleWriter } from "./toggles/toggle-repo.ts";
import { UsageReader, UsageWriter } from "./usage/usage-repo.ts";
import { WebhookReader, WebhookWriter } from "./webhooks/webhook-repo.ts";

export interface Readers {
  readonly tenants: TenantReader;
  readonly members: MemberReader;
  readonly roles: RoleReader;
  readonly grants: GrantReader;
  readonly invitations: InvitationReader;
  readonly projects: ProjectReader;
  readonly environments: EnvironmentReader;
  readonly toggles: ToggleReader;
  readonly settings: SettingReader;
  readonly segments: SegmentReader;
  readonly segmentLists: SegmentListReader;
  readonly contextAttributes: ContextAttributeReader;
  readonly audit: AuditReader;
  readonly auditExports: AuditExportReader;
  readonly sdkKeys: SdkKeyReader;
  readonly rollouts: RolloutPlanReader;
  readonly scheduledChanges: ScheduledChangeReader;
  readonly lives: LifeReader;
  readonly guards: GuardReader;
  readonly rulesets: RulesetReader;
  readonly signingKeys: SigningKeyReader;
  readonly connections: ConnectionReader;
  readonly scimTokens: ScimTokenReader;
  readonly scimSettings: ScimSettingsReader;
  readonly scimUsers: ScimUserReader;
  readonly scimGroups: ScimGroupReader;
  readonly quotas: QuotaReader;
  readonly deletions: DeletionReader;
  readonly usage: UsageReader;
  readonly webhooks: WebhookReader;
  readonly jobs: JobReader;
  readonly deadLetters: DeadLetterReader;
}

export interface Writers extends Readers {
  readonly tenants: TenantWriter;
  readonly members: MemberWriter;
  readonly roles: RoleWriter;
  readonly grants: GrantWriter;
  readonly invitations: InvitationWriter;
  readonly projects: ProjectWriter;
  readonly environments: EnvironmentWriter;
  readonly toggles: ToggleWriter;
  readonly settings: SettingWriter;
  readonly segments: SegmentWriter;
  readonly segmentLists: SegmentListWriter;
  readonly contextAttributes: ContextAttributeWriter;
  readonly audit: AuditWriter;
  readonly auditExports: AuditExportWriter;
  readonly sdkKeys: SdkKeyWriter;
  readonly rollouts: RolloutPlanWriter;
  readonly scheduledChanges: ScheduledChangeWriter;
  readonly lives: LifeWriter;
  readonly guards: GuardWriter;
  readonly outbox: OutboxWriter;
  readonly notices: NoticeWriter;
  readonly signingKeys: SigningKeyWriter;
  readonly connections: ConnectionWriter;
  readonly scimTokens: ScimTokenWriter;
  readonly scimSettings: ScimSettingsWriter;
  readonly scimUsers: ScimUserWriter;
  readonly scimGroups: ScimGroupWriter;
  readonly quotas: QuotaWriter;
  readonly deletions: DeletionWriter;
  readonly singleSignOn: SingleSignOnWriter;
  readonly usage: UsageWriter;
  readonly webhooks: WebhookWriter;
  readonly jobs: JobWriter;
  readonly deadLetters: DeadLetterWriter;
}

/** Deadlock and serialization failure: the transaction did nothing, and may well succeed when run again. */
const RETRYABLE = new Set(["40001", "40P01"]);
const MAX_ATTEMPTS = 8;
const AGAIN_WITHIN_MS = { first: 20, most: 1_000 };
/** Of what Burgee does by itself. */
const NOWHERE: Origin = { address: null, userAgent: null };

export class Database {
  readonly #db: Kysely<Tables>;
  readonly #origin: Origin;
  readonly #turns: TenantTurns;

  constructor(db: Kysely<Tables>, { origin = NOWHERE, turns = new TenantTurns() } = {}) {
    this.#db = db;
    this.#origin = origin;
    this.#turns = turns;
  }

  /** The same doors, for a request that came from `origin`: what they write to the audit trail says so. */
  withOrigin(origin: Origin): Database {
    return new Database(this.#db, { origin, turns: this.#turns });
  }

  /**
   * Runs `work` in a read-only transaction that sees one tenant's rows, all as of one moment.
   * @throws {BusyError} when too much of this tenant's work waits already, or this waited too long; nothing was begun.
   */
  read<T>(tenantId: TenantId, work: (readers: Readers) => Promise<T>): Promise<T> {
    return this.#turns.take(tenantId, () =>
      this.#db
        .transaction()
        .setAccessMode("read only")
        .setIsolationLevel("repeatable read")
        .execute(async (trx) => {
          await enterTenant(trx, tenantId);
          return work(readersOf(trx, tenantId));
        }),
    );
  }

  /**
   * Runs `work` in a transaction that sees and changes one tenant's rows: all of it happens, or nothing.
   * `work` may run again after a deadlock, so its effects outside the transaction must bear that.
   * @throws {BusyError} when too much of this tenant's work waits already, or this waited too long; nothing was begun.
   * @throws {TenantClosedError} when the tenant is being deleted; nothing was begun.
   */
  transact<T>(tenantId: TenantId, work: (writers: Writers) => Promise<T>): Promise<T> {
    return this.#turns.take(tenantId, () => this.#attempt(tenantId, enterOpenTenant, work));
  }

  /**
   * The same while nobody else changes the tenant, which may be closed: for what closes and opens it.
   * @throws {BusyError} as {@link transact} does
   */
  transactAlone<T>(tenantId: TenantId, work: (writers: Writers) => Promise<T>): Promise<T> {
    return this.#turns.take(tenantId, () => this.#attempt(tenantId, enterTenantAlone, work));
  }

  /** Answers when the database answers. @throws when it does not. */
  async ping(): Promise<void> {
    await sql`select 1`.execute(this.#db);
  }

  async close(): Promise<void> {
    await this.#db.destroy();
  }

  async #attempt<T>(
    tenantId: TenantId,
    enter: typeof enterTenant,
    work: (writers: Writers) => Promise<T>,
  ): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#db.transaction().execute(async (trx) => {
          await enter(trx, tenantId);
          return work(writersOf(trx, tenantId, this.#origin));
        });
      } catch (error) {
        if (attempt === MAX_ATTEMPTS || !isRetryable(error)) throw error;
      }
      await pause(againMs(attempt));
    }
  }
}

/** `true` makes the setting end with the transaction, so that a pooled connection never keeps it. */
async function enterTenant(trx: Transaction<Tables>, tenantId: TenantId): Promise<void> {
  await sql`select set_config('burgee.tenant_id', ${tenantId}, true)`.execute(trx);
}

/** Holds the tenant's row against whoever would close it. One that is being founded has none yet. */
async function enterOpenTenant(trx: Transaction<Tables>, tenantId: TenantId): Promise<void> {
  const { rows } = await sql<{ is_open: boolean }>`
    select burgee.enter_tenant(${tenantId}) as is_open`.execute(trx);
  if (!rows[0]?.is_open) throw new TenantClosedError();
}

async function enterTenantAlone(trx: Transaction<Tables>, tenantId: TenantId): Promise<void> {
  await enterTenant(trx, tenantId);
  await trx.selectFrom("tenants").select("tenant_id").where("tenant_id", "=", tenantId).forUpdate().execute();
}

function readersOf(trx: Transaction<Tables>, tenantId: TenantId): Readers {
  return {
    tenants: new TenantReader(trx, tenantId),
    members: new MemberReader(trx, tenantId),
    roles: new RoleReader(trx, tenantId),
    grants: new GrantReader(trx, tenantId),
    invitations: new InvitationReader(trx, tenantId),
    projects: new ProjectReader(trx, tenantId),
    environments: new EnvironmentReader(trx, tenantId),
    toggles: new ToggleReader(trx, tenantId),
    settings: new SettingReader(trx, tenantId),
    segments: new SegmentReader(trx, tenantId),
    segmentLists: new SegmentListReader(trx, tenantId),
    contextAttributes: new ContextAttributeReader(trx, tenantId),
    audit: new AuditReader(trx, tenantId),
    auditExports: new AuditExportReader(trx, tenantId),
    sdkKeys: new SdkKeyReader(trx, tenantId),
    rollouts: new RolloutPlanReader(trx, tenantId),
    scheduledChanges: new ScheduledChangeReader(trx, tenantId),
    lives: new LifeReader(trx, tenantId),
    guards: new GuardReader(trx, tenantId),
    rulesets: new RulesetReader(trx, tenantId),
    signingKeys: new SigningKeyReader(trx, tenantId),
    connections: new ConnectionReader(trx, tenantId),
    scimTokens: new ScimTokenReader(trx, tenantId),
    scimSettings: new ScimSettingsReader(trx, tenantId),
    scimUsers: new ScimUserReader(trx, tenantId),
    scimGroups: new ScimGroupReader(trx, tenantId),
    quotas: new QuotaReader(trx, tenantId),
    deletions: new DeletionReader(trx, tenantId),
    usage: new UsageReader(trx, tenantId),
    webhooks: new WebhookReader(trx, tenantId),
    jobs: new JobReader(trx, tenantId),
    deadLetters: new DeadLetterReader(trx, tenantId),
  };
}

function writersOf(trx: Transaction<Tables>, tenantId: TenantId, origin: Origin): Writers {
  return {
    tenants: new TenantWriter(trx, tenantId),
    members: new MemberWriter(trx, tenantId),
    roles: new RoleWriter(trx, tenantId),
    grants: new GrantWriter(trx, tenantId),
    invitations: new InvitationWriter(trx, tenantId),
    projects: new ProjectWriter(trx, tenantId),
    environments: new EnvironmentWriter(trx, tenantId),
    toggles: new ToggleWriter(trx, tenantId),
    settings: new SettingWriter(trx, tenantId),
    segments: new SegmentWriter(trx, tenantId),
    segmentLists: new SegmentListWriter(trx, tenantId),
    contextAttributes: new ContextAttributeWriter(trx, tenantId),
    audit: new AuditWriter(trx, tenantId, origin),
    auditExports: new AuditExportWriter(trx, tenantId),
    sdkKeys: new SdkKeyWriter(trx, tenantId),
    rollouts: new RolloutPlanWriter(trx, tenantId),
    scheduledChanges: new ScheduledChangeWriter(trx, tenantId),
    lives: new LifeWriter(trx, tenantId),
    guards: new GuardWriter(trx, tenantId),
    rulesets: new RulesetReader(trx, tenantId),
    outbox: new OutboxWriter(trx, tenantId),
    notices: new NoticeWriter(trx, tenantId),
    signingKeys: new SigningKeyWriter(trx, tenantId),
    connections: new ConnectionWriter(trx, tenantId),
    scimTokens: new ScimTokenWriter(trx, tenantId),
    scimSettings: new ScimSettingsWriter(trx, tenantId),
    scimUsers: new ScimUserWriter(trx, tenantId),
    scimGroups: new ScimGroupWriter(trx, tenantId),
    quotas: new QuotaWriter(trx, tenantId),
    deletions: new DeletionWriter(trx, tenantId),
    singleSignOn: new SingleSignOnWriter(trx, tenantId),
    usage: new UsageWriter(trx, tenantId),
    webhooks: new WebhookWriter(trx, tenantId),
    jobs: new JobWriter(trx, tenantId),
    deadLetters: new DeadLetterWriter(trx, tenantId),
  };
}

/** At random, so that two who were in each other's way don't come back as one. */
function againMs(attempt: number): number {
  const { first, most } = AGAIN_WITHIN_MS;
  return Math.random() * Math.min(most, first * 2 ** (attempt - 1));
}

function isRetryable(error: unknown): boolean {
  return (
    error instanceof Error && "code" in error && typeof error.code === "string" && RETRYABLE.has(error.code)
  );
}
