import { sql } from "kysely";
import { Repo } from "../repo.ts";
import type { Actor, CustomRole, Role } from "../schema/records.ts";

const COLUMNS = ["key", "name", "permissions", "version"] as const;

export class RoleReader extends Repo {
  async list(): Promise<readonly CustomRole[]> {
    return this.#all().orderBy("key").execute();
  }

  async find(key: Role): Promise<CustomRole | undefined> {
    return this.#all().where("key", "=", key).executeTakeFirst();
  }

  /** In how many places a role is bound to somebody, and how many rules give it to groups of a directory. */
  async countUses(
    key: Role,
  ): Promise<{ readonly members: number; readonly grants: number; readonly groupRules: number }> {
    const { rows } = await sql<{ members: number; grants: number; groupRules: number }>`
      select (select count(*)::int from burgee.memberships
               where tenant_id = ${this.tenantId} and custom_role = ${key}) as members,
             (select count(*)::int from burgee.grants
               where tenant_id = ${this.tenantId} and custom_role = ${key}) as grants,
             (select count(*)::int from (
                select custom_role from burgee.scim_roles where tenant_id = ${this.tenantId}
                union all
                select custom_role from burgee.scim_settings where tenant_id = ${this.tenantId}) rules
               where custom_role = ${key}) as "groupRules"`.execute(this.trx);
    return rows[0] ?? { members: 0, grants: 0, groupRules: 0 };
  }

  #all() {
    return this.trx.selectFrom("roles").select(COLUMNS).where("tenant_id", "=", this.tenantId);
  }
}

export class RoleWriter extends RoleReader {
  /** Undefined when the key is taken. */
  async create(role: Omit<CustomRole, "version">, actor: Actor): Promise<CustomRole | undefined> {
    return this.trx
      .insertInto("roles")
      .values({
        tenant_id: this.tenantId,
        key: role.key,
        name: role.name,
        permissions: [...role.permissions],
        created_by: actor,
        updated_by: actor,
      })
      .onConflict((conflict) => conflict.columns(["tenant_id", "key"]).doNothing())
      .returning(COLUMNS)
      .executeTakeFirst();
  }

  /** The role's next version. Undefined when it stands at another one than `role`'s. */
  async save(role: CustomRole, actor: Actor): Promise<CustomRole | undefined> {
    return this.trx
      .updateTable("roles")
      .set({
        name: role.name,
        permissions: [...role.permissions],
        version: role.version + 1,
        updated_by: actor,
        updated_at: sql<Date>`clock_timestamp()`,
      })
      .where("tenant_id", "=", this.tenantId)
      .where("key", "=", role.key)
      .where("version", "=", role.version)
      .returning(COLUMNS)
      .executeTakeFirst();
  }

  async delete(key: Role): Promise<void> {
    await this.trx
      .deleteFrom("roles")
      .where("tenant_id", "=", this.tenantId)
      .where("key", "=", key)
      .execute();
  }
}
