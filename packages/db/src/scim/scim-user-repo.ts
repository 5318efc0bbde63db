import { type Selectable, sql } from "kysely";
import { newId } from "../ids.ts";
import { Repo } from "../repo.ts";
import type {
  Condition,
  Identity,
  Role,
  ScimGroupId,
  ScimProfile,
  ScimUser,
  ScimUserAttribute,
  ScimUserId,
  SuspendedMembership,
  UserId,
} from "../schema/records.ts";
import type { Tables } from "../schema/tables.ts";
import { type Column, conditionSql } from "./condition-sql.ts";

/** A page, from a number counted from 0. */
export interface Window {
  readonly offset: number;
  readonly limit: number;
}

const isMember = sql<boolean>`exists (
  select from burgee.memberships
   where memberships.tenant_id = scim_users.tenant_id and memberships.user_id = scim_users.user_id)`;

const COLUMNS: Readonly<Record<ScimUserAttribute, Column>> = {
  id: { kind: "text", expression: sql`scim_users.scim_user_id::text` },
  userName: { kind: "lowered", expression: sql`scim_users.user_name_key` },
  externalId: { kind: "text", expression: sql`scim_users.external_id` },
  displayName: { kind: "caseless", expression: sql`scim_users.display_name` },
  email: { kind: "lowered", expression: sql`scim_users.email` },
  active: { kind: "flag", expression: isMember },
};

export class ScimUserReader extends Repo {
  async find(scimUserId: ScimUserId): Promise<ScimUser | undefined> {
    const row = await this.#select().where("scim_user_id", "=", scimUserId).executeTakeFirst();
    return row && fromRow(row);
  }

  /** @param email in lower case */
  async findByEmail(email: string): Promise<ScimUser | undefined> {
    const row = await this.#select().where("email", "=", email).executeTakeFirst();
    return row && fromRow(row);
  }

  async findByUserName(userName: string): Promise<ScimUser | undefined> {
    const row = await this.#select()
      .where("user_name_key", "=", sql<string>`lower(${userName}::text)`)
      .executeTakeFirst();
    return row && fromRow(row);
  }

  async findByPerson(userId: UserId): Promise<ScimUser | undefined> {
    const row = await this.#select().where("user_id", "=", userId).executeTakeFirst();
    return row && fromRow(row);
  }

  /** Whom a provider spoke for until their membership was ended. */
  async findSuspended({ issuer, subject }: Identity): Promise<ScimUser | undefined> {
    const row = await this.#select()
      .where(sql<boolean>`suspended -> 'identities' @> ${JSON.stringify([{ issuer, subject }])}::jsonb`)
      .executeTakeFirst();
    return row && fromRow(row);
  }

  /** Those of `ids` that there are. */
  async listByIds(ids: readonly ScimUserId[]): Promise<readonly ScimUser[]> {
    const rows = await this.#select()
      .where("scim_user_id", "=", sql<ScimUserId>`any(${[...ids]}::uuid[])`)
      .execute();
    return rows.map(fromRow);
  }

  /** Everybody who is a member, in the order of their ids. */
  async listActive(): Promise<readonly ScimUser[]> {
    const rows = await this.#select().where(isMember).orderBy("scim_user_id").execute();
    return rows.map(fromRow);
  }

  /** The oldest first, and how many there are in all. */
  async list(
    condition: Condition<ScimUserAttribute> | undefined,
    { offset, limit }: Window,
  ): Promise<{ readonly total: number; readonly users: readonly ScimUser[] }> {
    const meant = condition ? conditionSql(condition, COLUMNS) : sql<boolean>`true`;
    const { total } = await this.trx
      .selectFrom("scim_users")
      .select(({ fn }) => fn.countAll<string>().as("total"))
      .where("tenant_id", "=", this.tenantId)
      .where(meant)
      .executeTakeFirstOrThrow();
    const rows = await this.#select()
      .where(meant)
      .orderBy("created_at")
      .orderBy("scim_user_id")
      .offset(offset)
      .limit(limit)
      .execute();
    return { total: Number(total), users: rows.map(fromRow) };
  }

  async count(): Promise<number> {
    const { count } = await this.trx
      .selectFrom("scim_users")
      .select(({ fn }) => fn.countAll<string>().as("count"))
      .where("tenant_id", "=", this.tenantId)
      .executeTakeFirstOrThrow();
    return Number(count);
  }

  /** The groups of each of some people. */
  async listGroupsOf(
    ids: readonly ScimUserId[],
  ): Promise<ReadonlyMap<ScimUserId, readonly { readonly id: ScimGroupId; readonly name: string }[]>> {
    const rows = await this.trx
      .selectFrom("scim_group_members")
      .innerJoin("scim_groups", (join) =>
        join
          .onRef("scim_groups.tenant_id", "=", "scim_group_members.tenant_id")
          .onRef("scim_groups.scim_group_id", "=", "scim_group_members.scim_group_id"),
      )
      .select(["scim_group_members.scim_user_id", "scim_groups.scim_group_id", "scim_groups.display_name"])
      .where("scim_group_members.tenant_id", "=", this.tenantId)
      .where("scim_group_members.scim_user_id", "=", sql<ScimUserId>`any(${[...ids]}::uuid[])`)
      .orderBy("scim_groups.display_name")
      .execute();
    const groups = new Map<ScimUserId, { id: ScimGroupId; name: string }[]>();
    for (const row of rows) {
      const own = groups.get(row.scim_user_id) ?? [];
      own.push({ id: row.scim_group_id, name: row.display_name });
      groups.set(row.scim_user_id, own);
    }
    return groups;
  }

  #select() {
    return this.trx
      .selectFrom("scim_users")
      .selectAll()
      .select(isMember.as("is_active"))
      .where("tenant_id", "=", this.tenantId);
  }
}

export class ScimUserWriter extends ScimUserReader {
  /** Gives somebody an account that is this tenant's alone, and whose address finds nobody. */
  async addPerson(person: {
    readonly email: string;
    readonly name: string;
    readonly passwordHash: string;
  }): Promise<UserId> {
    const userId = newId<UserId>();
    await sql`
      select burgee.add_managed_person(${userId}, ${person.email}, ${person.name}, ${person.passwordHash})`.execute(
      this.trx,
    );
    return userId;
  }

  /** False where the account is not this tenant's own: it stays as it is. */
  async changePerson(
    userId: UserId,
    { email, name }: { readonly email: string; readonly name: string },
  ): Promise<boolean> {
    const { rows } = await sql<{ is_changed: boolean }>`
      select burgee.change_managed_person(${userId}, ${email}, ${name}) as is_changed`.execute(this.trx);
    return rows[0]?.is_changed ?? false;
  }

  async create(userId: UserId, profile: ScimProfile, givenRole: Role): Promise<ScimUserId> {
    const scimUserId = newId<ScimUserId>();
    await this.trx
      .insertInto("scim_users")
      .values({
        tenant_id: this.tenantId,
        scim_user_id: scimUserId,
        user_id: userId,
        given_role: givenRole,
        ...columnsOf(profile),
      })
      .execute();
    return scimUserId;
  }

  async setProfile(scimUserId: ScimUserId, profile: ScimProfile): Promise<void> {
    await this.#update(scimUserId)
      .set((eb) => ({
        ...columnsOf(profile),
        version: eb("version", "+", 1),
        updated_at: sql<Date>`clock_timestamp()`,
      }))
      .execute();
  }

  async setGivenRole(ids: readonly ScimUserId[], givenRole: Role): Promise<void> {
    await this.trx
      .updateTable("scim_users")
      .set({ given_role: givenRole })
      .where("tenant_id", "=", this.tenantId)
      .where("scim_user_id", "=", sql<ScimUserId>`any(${[...ids]}::uuid[])`)
      .execute();
  }

  /** Whose account it is from now on. */
  async setPerson(scimUserId: ScimUserId, userId: UserId): Promise<void> {
    await this.#update(scimUserId).set({ user_id: userId }).execute();
  }

  /** @param suspended what comes back with the person; null once it did */
  async setSuspended(scimUserId: ScimUserId, suspended: SuspendedMembership | null): Promise<void> {
    await this.#update(scimUserId)
      .set((eb) => ({
        suspended: suspended && JSON.stringify(suspended),
        deactivated_at: suspended && sql<Date>`clock_timestamp()`,
        version: eb("version", "+", 1),
        updated_at: sql<Date>`clock_timestamp()`,
      }))
      .execute();
  }

  async delete(scimUserId: ScimUserId): Promise<void> {
    await this.trx
      .deleteFrom("scim_users")
      .where("tenant_id", "=", this.tenantId)
      .where("scim_user_id", "=", scimUserId)
      .execute();
  }

  #update(scimUserId: ScimUserId) {
    return this.trx
      .updateTable("scim_users")
      .where("tenant_id", "=", this.tenantId)
      .where("scim_user_id", "=", scimUserId);
  }
}

function columnsOf(profile: ScimProfile) {
  return {
    user_name: profile.userName,
    email: profile.email,
    external_id: profile.externalId,
    display_name: profile.displayName,
    given_name: profile.givenName,
    family_name: profile.familyName,
  };
}

function fromRow(row: Selectable<Tables["scim_users"]> & { readonly is_active: boolean }): ScimUser {
  return {
    scimUserId: row.scim_user_id,
    userId: row.user_id,
    userName: row.user_name,
    email: row.email,
    externalId: row.external_id,
    displayName: row.display_name,
    givenName: row.given_name,
    familyName: row.family_name,
    isActive: row.is_active,
    isDeactivated: row.deactivated_at !== null,
    givenRole: row.given_role,
    suspended: row.suspended,
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
