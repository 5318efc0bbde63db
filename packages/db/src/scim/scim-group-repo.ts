import { type Selectable, sql } from "kysely";
import { newId } from "../ids.ts";
import { Repo } from "../repo.ts";
import type {
  Condition,
  ScimGroup,
  ScimGroupAttribute,
  ScimGroupId,
  ScimUserId,
  UserId,
} from "../schema/records.ts";
import type { Tables } from "../schema/tables.ts";
import { type Column, conditionSql } from "./condition-sql.ts";
import type { Window } from "./scim-user-repo.ts";

export interface GroupMember {
  readonly scimUserId: ScimUserId;
  readonly userId: UserId;
  readonly displayName: string;
}

/** Whoever is in a group: a condition on `member` holds where one of them fits. */
const anyMember = sql`
  select scim_user_id::text from burgee.scim_group_members
   where scim_group_members.tenant_id = scim_groups.tenant_id
     and scim_group_members.scim_group_id = scim_groups.scim_group_id`;

const COLUMNS: Readonly<Record<ScimGroupAttribute, Column>> = {
  id: { kind: "text", expression: sql`scim_groups.scim_group_id::text` },
  displayName: { kind: "caseless", expression: sql`scim_groups.display_name` },
  externalId: { kind: "text", expression: sql`scim_groups.external_id` },
  member: { kind: "any", expression: anyMember },
};

export class ScimGroupReader extends Repo {
  async find(scimGroupId: ScimGroupId): Promise<ScimGroup | undefined> {
    const row = await this.#select().where("scim_group_id", "=", scimGroupId).executeTakeFirst();
    return row && fromRow(row);
  }

  async findByName(displayName: string): Promise<ScimGroup | undefined> {
    const row = await this.#select().where("display_name", "=", displayName).executeTakeFirst();
    return row && fromRow(row);
  }

  /** The oldest first, and how many there are in all. */
  async list(
    condition: Condition<ScimGroupAttribute> | undefined,
    { offset, limit }: Window,
  ): Promise<{ readonly total: number; readonly groups: readonly ScimGroup[] }> {
    const meant = condition ? conditionSql(condition, COLUMNS) : sql<boolean>`true`;
    const { total } = await this.trx
      .selectFrom("scim_groups")
      .select(({ fn }) => fn.countAll<string>().as("total"))
      .where("tenant_id", "=", this.tenantId)
      .where(meant)
      .executeTakeFirstOrThrow();
    const rows = await this.#select()
      .where(meant)
      .orderBy("created_at")
      .orderBy("scim_group_id")
      .offset(offset)
      .limit(limit)
      .execute();
    return { total: Number(total), groups: rows.map(fromRow) };
  }

  async count(): Promise<number> {
    const { count } = await this.trx
      .selectFrom("scim_groups")
      .select(({ fn }) => fn.countAll<string>().as("count"))
      .where("tenant_id", "=", this.tenantId)
      .executeTakeFirstOrThrow();
    return Number(count);
  }

  /** How many members all groups have together; who is in two counts twice. */
  async countMemberships(): Promise<number> {
    const { count } = await this.trx
      .selectFrom("scim_group_members")
      .select(({ fn }) => fn.countAll<string>().as("count"))
      .where("tenant_id", "=", this.tenantId)
      .executeTakeFirstOrThrow();
    return Number(count);
  }

  /** Of some groups, in the order of their ids. */
  async listMembers(ids: readonly ScimGroupId[]): Promise<ReadonlyMap<ScimGroupId, readonly GroupMember[]>> {
    const rows = await this.trx
      .selectFrom("scim_group_members")
      .innerJoin("scim_users", (join) =>
        join
          .onRef("scim_users.tenant_id", "=", "scim_group_members.tenant_id")
          .onRef("scim_users.scim_user_id", "=", "scim_group_members.scim_user_id"),
      )
      .select([
        "scim_group_members.scim_group_id",
        "scim_users.scim_user_id",
        "scim_users.user_id",
        "scim_users.display_name",
      ])
      .where("scim_group_members.tenant_id", "=", this.tenantId)
      .where("scim_group_members.scim_group_id", "=", sql<ScimGroupId>`any(${[...ids]}::uuid[])`)
      .orderBy("scim_users.scim_user_id")
      .execute();
    const members = new Map<ScimGroupId, GroupMember[]>();
    for (const row of rows) {
      const own = members.get(row.scim_group_id) ?? [];
      own.push({ scimUserId: row.scim_user_id, userId: row.user_id, displayName: row.display_name });
      members.set(row.scim_group_id, own);
    }
    return members;
  }

  #select() {
    return this.trx.selectFrom("scim_groups").selectAll().where("tenant_id", "=", this.tenantId);
  }
}

export class ScimGroupWriter extends ScimGroupReader {
  async create({
    displayName,
    externalId,
  }: Pick<ScimGroup, "displayName" | "externalId">): Promise<ScimGroupId> {
    const scimGroupId = newId<ScimGroupId>();
    await this.trx
      .insertInto("scim_groups")
      .values({
        tenant_id: this.tenantId,
        scim_group_id: scimGroupId,
        display_name: displayName,
        external_id: externalId,
      })
      .execute();
    return scimGroupId;
  }

  /** Its next version, whatever of it changed. */
  async save(
    scimGroupId: ScimGroupId,
    { displayName, externalId }: Pick<ScimGroup, "displayName" | "externalId">,
  ): Promise<void> {
    await this.trx
      .updateTable("scim_groups")
      .set((eb) => ({
        display_name: displayName,
        external_id: externalId,
        version: eb("version", "+", 1),
        updated_at: sql<Date>`clock_timestamp()`,
      }))
      .where("tenant_id", "=", this.tenantId)
      .where("scim_group_id", "=", scimGroupId)
      .execute();
  }

  async addMembers(scimGroupId: ScimGroupId, ids: readonly ScimUserId[]): Promise<void> {
    await sql`
      insert into burgee.scim_group_members (tenant_id, scim_group_id, scim_user_id)
      select ${this.tenantId}::uuid, ${scimGroupId}::uuid, id from unnest(${[...ids]}::uuid[]) as id
          on conflict do nothing`.execute(this.trx);
  }

  async removeMembers(scimGroupId: ScimGroupId, ids: readonly ScimUserId[]): Promise<void> {
    await this.trx
      .deleteFrom("scim_group_members")
      .where("tenant_id", "=", this.tenantId)
      .where("scim_group_id", "=", scimGroupId)
      .where("scim_user_id", "=", sql<ScimUserId>`any(${[...ids]}::uuid[])`)
      .execute();
  }

  async delete(scimGroupId: ScimGroupId): Promise<void> {
    await this.trx
      .deleteFrom("scim_groups")
      .where("tenant_id", "=", this.tenantId)
      .where("scim_group_id", "=", scimGroupId)
      .execute();
  }
}

function fromRow(row: Selectable<Tables["scim_groups"]>): ScimGroup {
  return {
    scimGroupId: row.scim_group_id,
    displayName: row.display_name,
    externalId: row.external_id,
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
