import { type Selectable, sql } from "kysely";
import { Repo } from "../repo.ts";
import type {
  NoticeId,
  ProjectId,
  Webhook,
  WebhookDelivery,
  WebhookId,
  WebhookSecret,
  WebhookSettings,
  WebhookTry,
} from "../schema/records.ts";
import type { Tables } from "../schema/tables.ts";
import { inMs } from "../system/database-clock.ts";

export interface NewWebhook extends Omit<WebhookSettings, "state"> {
  readonly webhookId: WebhookId;
  readonly projectId: ProjectId | null;
}

export interface NewWebhookSecret extends WebhookSecret {
  readonly webhookId: WebhookId;
}

/** Of one delivery, as many as are shown. */
const TRIES_SHOWN = 10;

export class WebhookReader extends Repo {
  async find(webhookId: WebhookId): Promise<Webhook | undefined> {
    const row = await this.trx
      .selectFrom("webhooks")
      .selectAll()
      .where("tenant_id", "=", this.tenantId)
      .where("webhook_id", "=", webhookId)
      .executeTakeFirst();
    return row && fromRow(row);
  }

  /** Of one project, or of all and of the tenant as a whole; in the order of their names. */
  async list(projectId: ProjectId | undefined): Promise<readonly Webhook[]> {
    const all = this.trx.selectFrom("webhooks").selectAll().where("tenant_id", "=", this.tenantId);
    const asked = projectId === undefined ? all : all.where("project_id", "=", projectId);
    return (await asked.orderBy("name").orderBy("webhook_id").execute()).map(fromRow);
  }

  async count(): Promise<number> {
    const { count } = await this.trx
      .selectFrom("webhooks")
      .select((eb) => eb.fn.countAll<string>().as("count"))
      .where("tenant_id", "=", this.tenantId)
      .executeTakeFirstOrThrow();
    return Number(count);
  }

  /** Until when secrets sign that were replaced. */
  async listRetiring(webhookId: WebhookId): Promise<readonly Date[]> {
    const rows = await this.trx
      .selectFrom("webhook_secrets")
      .select("retires_at")
      .where("tenant_id", "=", this.tenantId)
      .where("webhook_id", "=", webhookId)
      .where("retires_at", ">", sql<Date>`clock_timestamp()`)
      .orderBy("retires_at")
      .execute();
    return rows.flatMap(({ retires_at }) => retires_at ?? []);
  }

  /** The newest first: those before `before`, at most `limit`. */
  async listDeliveries(
    webhookId: WebhookId,
    { before, limit }: { readonly before: NoticeId | undefined; readonly limit: number },
  ): Promise<readonly WebhookDelivery[]> {
    const { rows } = await sql<DeliveryRow>`
      select delivery.notice_id, notices.type, notices.created_at, delivery.state, delivery.attempts, delivery.due_at,
             coalesce((
               select jsonb_agg(jsonb_build_object(
                        'attempt', attempt, 'endedAt', ended_at, 'durationMs', duration_ms, 'status', status, 'error', error,
                        'answer', answer) order by attempt desc)
                 from (select * from burgee.webhook_attempts tried
                        where tried.tenant_id = delivery.tenant_id and tried.webhook_id = delivery.webhook_id
                          and tried.notice_id = delivery.notice_id
                        order by attempt desc limit ${TRIES_SHOWN}) last), '[]') as tries
        from burgee.webhook_deliveries delivery
        join burgee.notices on notices.tenant_id = delivery.tenant_id and notices.notice_id = delivery.notice_id
       where delivery.tenant_id = ${this.tenantId} and delivery.webhook_id = ${webhookId}
         and (${before ?? null}::uuid is null or delivery.notice_id < ${before ?? null}::uuid)
       order by delivery.notice_id desc limit ${limit}`.execute(this.trx);
    return rows.map(deliveryOf);
  }
}

export class WebhookWriter extends WebhookReader {
  async create(webhook: NewWebhook, createdBy: string): Promise<Webhook> {
    const row = await this.trx
      .insertInto("webhooks")
      .values({
        tenant_id: this.tenantId,
        webhook_id: webhook.webhookId,
        project_id: webhook.projectId,
        name: webhook.name,
        url: webhook.url,
        types: [...webhook.types],
        environments: [...webhook.environments],
        created_by: createdBy,
        disabled_for: null,
        failing_since: null,
        blocked_until: null,
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    return fromRow(row);
  }

  /** Saves `next` over the version that it came from, and lets it be tried at once. Undefined where that is not the version. */
  async save(
    webhookId: WebhookId,
    next: WebhookSettings & Pick<Webhook, "disabledFor">,
    seenVersion: number,
  ): Promise<Webhook | undefined> {
    const row = await this.trx
      .updateTable("webhooks")
      .set((eb) => ({
        name: next.name,
        url: next.url,
        types: [...next.types],
        environments: [...next.environments],
        state: next.state,
        disabled_for: next.disabledFor,
        version: eb("version", "+", 1),
        failures: 0,
        failing_since: null,
        blocked_until: null,
      }))
      .where("tenant_id", "=", this.tenantId)
      .where("webhook_id", "=", webhookId)
      .where("version", "=", seenVersion)
      .returningAll()
      .executeTakeFirst();
    return row && fromRow(row);
  }

  /** What waits for it, and its log, go with it. False where there is none. */
  async remove(webhookId: WebhookId): Promise<boolean> {
    const { numDeletedRows } = await this.trx
      .deleteFrom("webhooks")
      .where("tenant_id", "=", this.tenantId)
      .where("webhook_id", "=", webhookId)
      .executeTakeFirst();
    return numDeletedRows === 1n;
  }

  /** Stops it for a reason of ours. Undefined where it was stopped before. */
  async disable(
    webhookId: WebhookId,
    reason: NonNullable<Webhook["disabledFor"]>,
  ): Promise<Webhook | undefined> {
    const row = await this.trx
      .updateTable("webhooks")
      .set((eb) => ({ state: "disabled", disabled_for: reason, version: eb("version", "+", 1) }))
      .where("tenant_id", "=", this.tenantId)
      .where("webhook_id", "=", webhookId)
      .where("state", "<>", "disabled")
      .returningAll()
      .executeTakeFirst();
    return row && fromRow(row);
  }

  /** Makes it the secret that signs; the one before goes on beside it for `overlapMs`, and any earlier one ends. */
  async setSecret(
    { webhookId, webhookSecretId, sealedSecret }: NewWebhookSecret,
    overlapMs: number,
  ): Promise<void> {
    const earlier = this.trx
      .deleteFrom("webhook_secrets")
      .where("tenant_id", "=", this.tenantId)
      .where("webhook_id", "=", webhookId);
    await (overlapMs > 0 ? earlier.where("retires_at", "is not", null) : earlier).execute();
    await this.trx
      .updateTable("webhook_secrets")
      .set({ retires_at: inMs(overlapMs) })
      .where("tenant_id", "=", this.tenantId)
      .where("webhook_id", "=", webhookId)
      .execute();
    await this.trx
      .insertInto("webhook_secrets")
      .values({
        tenant_id: this.tenantId,
        webhook_secret_id: webhookSecretId,
        webhook_id: webhookId,
        sealed_secret: sealedSecret,
        retires_at: null,
      })
      .execute();
  }

  /** Puts a delivery that ended back to be tried, or all that were given up. Returns how many. */
  async replay(webhookId: WebhookId, noticeId: NoticeId | undefined): Promise<number> {
    const all = this.trx
      .updateTable("webhook_deliveries")
      .set({ state: "waiting", failures: 0, due_at: sql<Date>`clock_timestamp()` })
      .where("tenant_id", "=", this.tenantId)
      .where("webhook_id", "=", webhookId);
    const { numUpdatedRows } = await (noticeId === undefined
      ? all.where("state", "=", "given_up")
      : all.where("notice_id", "=", noticeId)
    ).executeTakeFirst();
    return Number(numUpdatedRows);
  }
}

interface DeliveryRow {
  readonly notice_id: NoticeId;
  readonly type: WebhookDelivery["type"];
  readonly created_at: Date;
  readonly state: WebhookDelivery["state"];
  readonly attempts: number;
  readonly due_at: Date;
  /** As JSON has it: its times are texts. */
  readonly tries: readonly (Omit<WebhookTry, "endedAt"> & { readonly endedAt: string })[];
}

function deliveryOf(row: DeliveryRow): WebhookDelivery {
  return {
    noticeId: row.notice_id,
    type: row.type,
    happenedAt: row.created_at,
    state: row.state,
    attempts: row.attempts,
    dueAt: row.state === "waiting" ? row.due_at : null,
    tries: row.tries.map((each) => ({ ...each, endedAt: new Date(each.endedAt) })),
  };
}

function fromRow(row: Selectable<Tables["webhooks"]>): Webhook {
  return {
    webhookId: row.webhook_id,
    projectId: row.project_id,
    version: row.version,
    name: row.name,
    url: row.url,
    types: row.types,
    environments: row.environments,
    state: row.state,
    disabledFor: row.disabled_for,
    failures: row.failures,
    failingSince: row.failing_since,
    blockedUntil: row.blocked_until,
    createdBy: row.created_by,
    createdAt: row.created_at,
  };
}
