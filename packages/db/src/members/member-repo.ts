import { Repo } from "../repo.ts";
import type { Member, Role, UserId } from "../schema/records.ts";
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
}

export class MemberWriter extends MemberReader {
  /** Who may do what changes under this lock alone, one change after the other; it ends with the transaction. */
  async lockAccess(): Promise<void> {
    await this.trx
      .selectFrom("tenants")
      .select("tenant_id")
      .where("tenant_id", "=", this.tenantId)
      .forNoKeyUpdate()
      .execute();
  }

  async setRole(userId: UserId, role: Role): Promise<void> {
    await this.trx
      .updateTable("memberships")
      .set({ role })
      .where("tenant_id", "=", this.tenantId)
      .where("user_id", "=", userId)
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
