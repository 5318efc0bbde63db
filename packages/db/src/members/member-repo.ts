import { sql } from "kysely";
import { Repo } from "../repo.ts";
import type { Member, Role, UserId } from "../schema/records.ts";
import { lockTenant } from "../tenants/lock-tenant.ts";
import { bindings } from "./bindings.ts";

export class MemberReader extends Repo {
  async find(userId: UserId): Promise<Member | undefined> {
    const row = await this.trx
      .selectFrom("memberships")
      .select(["user_id", "role", bindings.as("bindings")])
      .where("tenant_id", "=", this.tenantId)
      .where("user_id", "=", userId)
      .executeTakeFirst();
    return row && { userId: row.user_id, role: row.role, bindings: row.bindings };
  }

  /** The roles in the tenant of those of some people who are members. */
  async listRoles(userIds: readonly UserId[]): Promise<ReadonlyMap<UserId, Role>> {
    const rows = await this.trx
      .selectFrom("memberships")
      .select(["user_id", "role"])
      .where("tenant_id", "=", this.tenantId)
      .where("user_id", "=", sql<UserId>`any(${[...userIds]}::uuid[])`)
      .execute();
    return new Map(rows.map((row) => [row.user_id, row.role]));
  }
}

export class MemberWriter extends MemberReader {
  /** Who may do what changes under this lock alone, one change after the other; it ends with the transaction. */
  async lockAccess(): Promise<void> {
    await lockTenant(this.trx, this.tenantId);
  }

  async setRole(userId: UserId, role: Role): Promise<void> {
    await this.setRoles([userId], role);
  }

  async setRoles(userIds: readonly UserId[], role: Role): Promise<void> {
    await this.trx
      .updateTable("memberships")
      .set({ role })
      .where("tenant_id", "=", this.tenantId)
      .where("user_id", "=", sql<UserId>`any(${[...userIds]}::uuid[])`)
      .execute();
  }

  /** Their sessions in the tenant, their personal keys and their grants go with it. */
  async remove(userId: UserId): Promise<void> {
    await this.trx
      .deleteFrom("memberships")
      .where("tenant_id", "=", this.tenantId)
      .where("user_id", "=", userId)
      .execute();
  }

  async listOwners(): Promise<readonly UserId[]> {
    const rows = await this.trx
      .selectFrom("memberships")
      .select("user_id")
      .where("tenant_id", "=", this.tenantId)
      .where("role", "=", "owner")
      .execute();
    return rows.map((row) => row.user_id);
  }

  async countOwners(): Promise<number> {
    const { count } = await this.trx
      .selectFrom("memberships")
      .select(({ fn }) => fn.countAll<string>().as("count"))
      .where("tenant_id", "=", this.tenantId)
      .where("role", "=", "owner")
      .executeTakeFirstOrThrow();
    return Number(count);
  }
}
