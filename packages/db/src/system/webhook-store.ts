import { type Kysely, sql } from "kysely";
import type {
  NoticeId,
  NoticeType,
  TenantId,
  WebhookId,
  WebhookSecret,
  WebhookSecretId,
} from "../schema/records.ts";
import type { Tables } from "../schema/tables.ts";
import { inMs } from "./database-clock.ts";

/** Holds one worker to so much of a tenant's, and an endpoint that fails to one try at a time. */
export interface ClaimBounds {
  readonly leaseMs: number;
  /** Of one tenant, on their way from all workers together. */
  readonly mostAtOnce: number;
  /** From so many failures in a row on. */
  readonly blockedFrom: number;
}

export interface ClaimedDelivery {
  readonly tenantId: TenantId;
  readonly webhookId: WebhookId;
  readonly noticeId: NoticeId;
  readonly attempt: number;
  /** Of this delivery, since it was first to be made or replayed. */
  readonly failures: number;
  readonly url: string;
  /** The time by the database's clock: a signature is of a time. */
  readonly now: Date;
  readonly type: NoticeType;
  readonly happenedAt: Date;
  readonly revision: number | null;
  readonly data: Readonly<Record<string, unknown>>;
  /** Those that sign, the current one first. */
  readonly secrets: readonly WebhookSecret[];
}

export interface TryOutcome {
  readonly durationMs: number;
  readonly status: number | null;
  readonly error: string | null;
  readonly answer: string;
}

/** What comes of a try: it is delivered, comes again, or is given up and kept as a dead letter. */
export type NextOfDelivery =
  | { readonly state: "delivered" }
  | { readonly state: "given_up"; readonly why: string }
  | { readonly state: "waiting"; readonly againMs: number };

/** How long an endpoint is left alone after that many failures in a row; 0 for not at all. */
export type BlockMs = (failures: number) => number;

/** By which dead letters name a delivery that was given up. */
const GIVEN_UP = "deliver-webhook";

interface ClaimedRow {
  readonly webhook_id: WebhookId;
  readonly notice_id: NoticeId;
  readonly attempts: number;
  readonly failures: number;
  readonly url: string;
  readonly now: Date;
  readonly type: NoticeType;
  readonly created_at: Date;
  readonly revision: string | null;
  readonly data: Readonly<Record<string, unknown>>;
  readonly secrets: readonly { readonly id: WebhookSecretId; readonly sealed: string }[];
}

/** Deliveries of all tenants, for whoever makes them. */
export class WebhookStore {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /** Tenants that stay, with something to deliver now, in any order. */
  async listDueTenants(limit: number): Promise<readonly TenantId[]> {
    const { rows } = await sql<{ tenant_id: TenantId }>`
      select tenant_id from (
        select distinct webhooks.tenant_id from burgee.webhooks
         where state = 'active' and coalesce(blocked_until, '-infinity') <= clock_timestamp()
           and exists (
             select from burgee.webhook_deliveries delivery
              where delivery.tenant_id = webhooks.tenant_id and delivery.webhook_id = webhooks.webhook_id
                and delivery.state = 'waiting' and due_at <= clock_timestamp()
                and coalesce(claimed_until, '-infinity') <= clock_timestamp())) due
       where not exists (select from burgee.tenant_deletions gone where gone.tenant_id = due.tenant_id)
       order by random() limit ${limit}`.execute(this.#db);
    return rows.map(({ tenant_id }) => tenant_id);
  }

  /**
   * Takes the delivery that is due longest, of the endpoint with the fewest on their way. Undefined where there is none, or enough of the
   * tenant's is on its way already. Claims of one tenant follow one another, so that two workers never count what the other is about to take.
   */
  claim(tenantId: TenantId, bounds: ClaimBounds): Promise<ClaimedDelivery | undefined> {
    return this.#db.transaction().execute(async (trx) => {
      await sql`select pg_advisory_xact_lock(hashtextextended('burgee.webhooks ' || ${tenantId}, 0))`.execute(
        trx,
      );
      const { rows } = await sql<Pick<ClaimedRow, "webhook_id" | "notice_id">>`
        with on_its_way as (
          select webhook_id, count(*) as deliveries from burgee.webhook_deliveries
           where tenant_id = ${tenantId} and claimed_until > clock_timestamp() group by webhook_id
        ), next as (
          select due.webhook_id, due.notice_id
            from burgee.webhooks
            left join on_its_way on on_its_way.webhook_id = webhooks.webhook_id
           cross join lateral (
             select webhook_id, notice_id, due_at from burgee.webhook_deliveries delivery
              where delivery.tenant_id = ${tenantId} and delivery.webhook_id = webhooks.webhook_id
                and delivery.state = 'waiting' and due_at <= clock_timestamp()
                and coalesce(claimed_until, '-infinity') <= clock_timestamp()
              order by due_at limit 1) due
           where webhooks.tenant_id = ${tenantId} and webhooks.state = 'active'
             and coalesce(blocked_until, '-infinity') <= clock_timestamp()
             and (webhooks.failures < ${bounds.blockedFrom}::int or on_its_way.deliveries is null)
             and coalesce((select sum(deliveries) from on_its_way), 0) < ${bounds.mostAtOnce}::int
           order by coalesce(on_its_way.deliveries, 0), due.due_at limit 1
        )
        update burgee.webhook_deliveries delivery
           set claimed_until = ${inMs(bounds.leaseMs)}, attempts = attempts + 1
          from next
         where delivery.tenant_id = ${tenantId} and delivery.webhook_id = next.webhook_id
           and delivery.notice_id = next.notice_id and delivery.state = 'waiting'
        returning delivery.webhook_id, delivery.notice_id`.execute(trx);
      const [claimed] = rows;
      return claimed && this.#load(trx, tenantId, claimed);
    });
  }

  /**
   * Notes how a try went, what comes of the delivery, and what that says of the endpoint. Of a claim that ran out and was taken by somebody
   * else only the log tells. Returns how often in a row the endpoint failed, by then, and for how long.
   */
  note(
    { tenantId, webhookId, noticeId, attempt }: ClaimedDelivery,
    outcome: TryOutcome,
    next: NextOfDelivery,
    blockMs: BlockMs,
  ): Promise<{ readonly failures: number; readonly failingMs: number }> {
    return this.#db.transaction().execute(async (trx) => {
      await sql`
        insert into burgee.webhook_attempts (tenant_id, webhook_id, notice_id, attempt, duration_ms, status, error, answer)
        select tenant_id, webhook_id, notice_id, ${attempt}::int, ${Math.round(outcome.durationMs)}::int, ${outcome.status}::int,
               ${outcome.error}::text, ${outcome.answer}::text
          from burgee.webhook_deliveries
         where tenant_id = ${tenantId} and webhook_id = ${webhookId} and notice_id = ${noticeId}`.execute(
        trx,
      );
      const isDelivered = next.state === "delivered";
      const { numAffectedRows } = await sql`
        update burgee.webhook_deliveries
           set state = ${next.state}, failures = failures + ${isDelivered ? 0 : 1}::int, claimed_until = null,
               due_at = ${inMs(next.state === "waiting" ? next.againMs : 0)}
         where tenant_id = ${tenantId} and webhook_id = ${webhookId} and notice_id = ${noticeId}
           and state = 'waiting' and attempts = ${attempt}`.execute(trx);
      if (next.state === "given_up" && numAffectedRows === 1n) {
        const payload = JSON.stringify({ webhookId, noticeId });
        await trx
          .insertInto("dead_letters")
          .values({ tenant_id: tenantId, source: GIVEN_UP, payload, error: next.why, attempts: attempt })
          .execute();
      }
      if (isDelivered) {
        await sql`
          update burgee.webhooks set failures = 0, failing_since = null, blocked_until = null
           where tenant_id = ${tenantId} and webhook_id = ${webhookId} and failures > 0`.execute(trx);
        return { failures: 0, failingMs: 0 };
      }
      const { rows } = await sql<{ failures: number; failing_ms: number }>`
        update burgee.webhooks set failures = failures + 1, failing_since = coalesce(failing_since, clock_timestamp())
         where tenant_id = ${tenantId} and webhook_id = ${webhookId}
        returning failures, (extract(epoch from clock_timestamp() - failing_since) * 1000)::float8 as failing_ms`.execute(
        trx,
      );
      const [webhook] = rows;
      if (!webhook) return { failures: 0, failingMs: 0 };
      const blockedMs = blockMs(webhook.failures);
      if (blockedMs > 0) {
        await sql`
          update burgee.webhooks set blocked_until = ${inMs(blockedMs)}
           where tenant_id = ${tenantId} and webhook_id = ${webhookId}`.execute(trx);
      }
      return { failures: webhook.failures, failingMs: webhook.failing_ms };
    });
  }

  async #load(
    trx: Kysely<Tables>,
    tenantId: TenantId,
    { webhook_id, notice_id }: Pick<ClaimedRow, "webhook_id" | "notice_id">,
  ): Promise<ClaimedDelivery | undefined> {
    const { rows } = await sql<ClaimedRow>`
      select delivery.webhook_id, delivery.notice_id, delivery.attempts, delivery.failures, webhooks.url, clock_timestamp() as now,
             notices.type, notices.created_at, notices.revision, notices.data,
             (select coalesce(jsonb_agg(jsonb_build_object('id', webhook_secret_id, 'sealed', sealed_secret)
                                        order by retires_at desc nulls first), '[]')
                from burgee.webhook_secrets secret
               where secret.tenant_id = ${tenantId} and secret.webhook_id = webhooks.webhook_id
                 and (retires_at is null or retires_at > clock_timestamp())) as secrets
        from burgee.webhook_deliveries delivery
        join burgee.webhooks on webhooks.tenant_id = delivery.tenant_id and webhooks.webhook_id = delivery.webhook_id
        join burgee.notices on notices.tenant_id = delivery.tenant_id and notices.notice_id = delivery.notice_id
       where delivery.tenant_id = ${tenantId} and delivery.webhook_id = ${webhook_id} and delivery.notice_id = ${notice_id}`.execute(
      trx,
    );
    const [row] = rows;
    return (
      row && {
        tenantId,
        webhookId: row.webhook_id,
        noticeId: row.notice_id,
        attempt: row.attempts,
        failures: row.failures,
        url: row.url,
        now: row.now,
        type: row.type,
        happenedAt: row.created_at,
        revision: row.revision === null ? null : Number(row.revision),
        data: row.data,
        secrets: row.secrets.map(({ id, sealed }) => ({ webhookSecretId: id, sealedSecret: sealed })),
      }
    );
  }
}
