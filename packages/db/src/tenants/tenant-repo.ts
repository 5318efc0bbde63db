import { Repo } from "../repo.ts";
import type { Role, Tenant, UserId } from "../schema/records.ts";

export class TenantReader extends Repo {
  async find(): Promise<Tenant | undefined> {
    const row = await this.trx
      .selectFrom("tenants")
      .select(["tenant_id", "name"])
      .where("tenant_id", "=", this.tenantId)
      .executeTakeFirst();
    return row && { tenantId: row.tenant_id, name: row.name };
  }
}

export class TenantWriter extends TenantReader {
  async create(name: string): Promise<Tenant> {
    await this.trx.insertInto("tenants").values({ tenant_id: this.tenantId, name }).execute();
    return { tenantId: this.tenantId, name };
  }

  async addMember(userId: UserId, role: Role): Promise<void> {
    await this.trx
      .insertInto("memberships")
      .values({ tenant_id: this.tenantId, user_id: userId, role })
      .execute();
  }
}
