import { type Kysely, sql } from "kysely";
import type { NoticeId, NoticeType, TenantId, UserId } from "../schema/records.ts";
import type { Tables } from "../schema/tables.ts";
import { inMs } from "./database-clock.ts";

export interface DueMail {
  readonly tenantId: TenantId;
  readonly tenantName: string;
  readonly noticeId: NoticeId;
  readonly userId: UserId;
  readonly email: string;
  readonly type: NoticeType;
  readonly happenedAt: Date;
  readonly data: Readonly<Record<string, unknown>>;
  /** Of this mail, this try left out. */
  readonly failures: number;
}

interface DueRow {
  readonly tenant_id: TenantId;
  readonly tenant_name: string;
  readonly notice_id: NoticeId;
  readonly user_id: UserId;
  readonly email: string;
  readonly type: NoticeType;
  readonly created_at: Date;
  readonly data: Readonly<Record<string, unknown>>;
  readonly failures: number;
}

/** Mail of notices, of all tenants: each at least once, by whichever worker takes it. */
export class NoticeMailStore {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /** Takes mails that are due, each for `leaseMs`: one that is not noted as sent by then is due again. */
  async claim({
    limit,
    leaseMs,
    mostFailures,
  }: {
    readonly limit: number;
    readonly leaseMs: number;
    readonly mostFailures: number;
  }): Promise<readonly DueMail[]> {
    const { rows } = await sql<DueRow>`
      with due as (
        select tenant_id, notice_id, user_id from burgee.notice_mails
         where sent_at is null and failures < ${mostFailures} and due_at <= clock_timestamp()
           and not exists (select from burgee.tenant_deletions gone where gone.tenant_id = notice_mails.tenant_id)
         order by due_at limit ${limit} for update skip locked
      ), claimed as (
        update burgee.notice_mails mail set due_at = ${inMs(leaseMs)}, failures = failures + 1
          from due where mail.tenant_id = due.tenant_id and mail.notice_id = due.notice_id and mail.user_id = due.user_id
        returning mail.tenant_id, mail.notice_id, mail.user_id, mail.failures - 1 as failures
      )
      select claimed.tenant_id, tenants.name as tenant_name, claimed.notice_id, claimed.user_id, claimed.failures, users.email,
             notices.type, notices.created_at, notices.data
        from claimed
        join burgee.tenants on tenants.tenant_id = claimed.tenant_id
        join burgee.users on users.user_id = claimed.user_id
        join burgee.notices on notices.tenant_id = claimed.tenant_id and notices.notice_id = claimed.notice_id`.execute(
      this.#db,
    );
    return rows.map((row) => ({
      tenantId: row.tenant_id,
      tenantName: row.tenant_name,
      noticeId: row.notice_id,
      userId: row.user_id,
      email: row.email,
      type: row.type,
      happenedAt: row.created_at,
      data: row.data,
      failures: row.failures,
    }));
  }

  async setSent({ tenantId, noticeId, userId }: DueMail): Promise<void> {
    await this.#db
      .updateTable("notice_mails")
      .set({ sent_at: sql<Date>`clock_timestamp()` })
      .where("tenant_id", "=", tenantId)
      .where("notice_id", "=", noticeId)
      .where("user_id", "=", userId)
      .execute();
  }

  async putOff({ tenantId, noticeId, userId }: DueMail, againMs: number): Promise<void> {
    await this.#db
      .updateTable("notice_mails")
      .set({ due_at: inMs(againMs) })
      .where("tenant_id", "=", tenantId)
      .where("notice_id", "=", noticeId)
      .where("user_id", "=", userId)
      .execute();
  }
}
