import { sql } from "kysely";
import { newId } from "../ids.ts";
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

  /** Undefined when the address has an account already. Nobody is read by it, and `email` is in lower case. */
  async addPerson({ email, name, passwordHash }: NewPerson): Promise<UserId | undefined> {
    const userId = newId<UserId>();
    const { rows } = await sql<{ is_added: boolean }>`
      select burgee.add_person(${userId}, ${email}, ${name}, ${passwordHash}) as is_added`.execute(this.trx);
    return rows[0]?.is_added ? userId : undefined;
  }

  /** True for the first who asks, of those whose transactions commit; who asks at the same moment waits for that. */
  async claimFounding(): Promise<boolean> {
    const { numInsertedOrUpdatedRows } = await this.trx
      .insertInto("foundings")
      .values({ is_founded: true })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    return numInsertedOrUpdatedRows === 1n;
  }
}

export interface NewPerson {
  readonly email: string;
  readonly name: string;
  readonly passwordHash: string;
}
