import { sql } from "kysely";
import { Repo } from "../repo.ts";
import type { NewNotice, NoticeId, WebhookId } from "../schema/records.ts";
import { timeOrderedId } from "../time-ordered-id.ts";

export class NoticeWriter extends Repo {
  /**
   * Notes what happened, in the transaction in which it did. Its project is its environment's, where none is given; the keys of both
   * stand in its data, since whoever delivers it looks nothing up.
   */
  async add({ concerns = [], ...notice }: NewNotice): Promise<NoticeId> {
    const noticeId = await this.#insert(notice);
    await this.#addDeliveries(noticeId);
    if (concerns.length > 0) await this.#addMails(noticeId, concerns);
    return noticeId;
  }

  /** Told to one endpoint, and to nobody else. */
  async addFor(webhookId: WebhookId, notice: Omit<NewNotice, "concerns">): Promise<NoticeId> {
    const noticeId = await this.#insert(notice);
    await this.trx
      .insertInto("webhook_deliveries")
      .values({ tenant_id: this.tenantId, webhook_id: webhookId, notice_id: noticeId, claimed_until: null })
      .execute();
    return noticeId;
  }

  async #insert({
    type,
    projectId,
    environmentId,
    revision,
    data,
  }: Omit<NewNotice, "concerns">): Promise<NoticeId> {
    const { rows } = await sql<{ notice_id: NoticeId }>`
      insert into burgee.notices (tenant_id, notice_id, type, project_id, environment_id, revision, data)
      select ${this.tenantId}::uuid, ${timeOrderedId<NoticeId>()}, ${type}, projects.project_id, environments.environment_id,
             ${revision ?? null}::bigint,
             jsonb_strip_nulls(jsonb_build_object('project', projects.key, 'environment', environments.key)) || ${JSON.stringify(data)}::jsonb
        from (select ${projectId ?? null}::uuid as project_id, ${environmentId ?? null}::uuid as environment_id) place
        left join burgee.environments
          on environments.tenant_id = ${this.tenantId} and environments.environment_id = place.environment_id
        left join burgee.projects
          on projects.tenant_id = ${this.tenantId} and projects.project_id = coalesce(place.project_id, environments.project_id)
      returning notice_id`.execute(this.trx);
    const [row] = rows;
    if (!row) throw new Error("A notice that was just added is not there.");
    return row.notice_id;
  }

  /** For each endpoint that wants it. They are held until the transaction ends: none goes while something is put there for it. */
  async #addDeliveries(noticeId: NoticeId): Promise<void> {
    await sql`
      insert into burgee.webhook_deliveries (tenant_id, webhook_id, notice_id)
      select webhooks.tenant_id, webhooks.webhook_id, notices.notice_id
        from burgee.notices join burgee.webhooks on webhooks.tenant_id = notices.tenant_id
       where notices.tenant_id = ${this.tenantId} and notices.notice_id = ${noticeId}
         and webhooks.state <> 'disabled'
         and (webhooks.project_id is null or webhooks.project_id = notices.project_id)
         and (webhooks.types = '{}' or notices.type = any (webhooks.types))
         and (webhooks.environments = '{}' or notices.environment_id is null
              or notices.data ->> 'environment' = any (webhooks.environments))
         for key share of webhooks`.execute(this.trx);
  }

  async #addMails(noticeId: NoticeId, concerns: readonly string[]): Promise<void> {
    await sql`
      insert into burgee.notice_mails (tenant_id, notice_id, user_id)
      select tenant_id, ${noticeId}::uuid, user_id from burgee.memberships
       where tenant_id = ${this.tenantId} and 'user:' || user_id = any (${concerns}::text[])
         for key share`.execute(this.trx);
  }
}
