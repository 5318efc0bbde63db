import { type Kysely, type Selectable, sql, type Transaction } from "kysely";
import { newId } from "../ids.ts";
import { bindings } from "../members/bindings.ts";
import type {
  Bindings,
  EnvironmentId,
  InvitationId,
  KeyReach,
  LiveQuotas,
  ProjectId,
  Role,
  SdkKeyId,
  SdkKeyKind,
  TenantId,
  UserId,
} from "../schema/records.ts";
import type { Tables } from "../schema/tables.ts";
import { inMs, msUntil } from "./database-clock.ts";
import { liveQuotasOf } from "./live-quotas.ts";

/** A key that stands, with what it may be used for. */
export interface KeyCredential {
  readonly tenantId: TenantId;
  readonly sdkKeyId: SdkKeyId;
  readonly kind: SdkKeyKind;
  readonly projectId: ProjectId;
  readonly environmentId: EnvironmentId;
  /** A personal key's person. */
  readonly userId: UserId | null;
  /** Whose pages may use a client key. */
  readonly origins: readonly string[];
  /** What a personal key is for, of all that its person may do. */
  readonly reach: KeyReach;
  /** That person's role in the tenant; null once they are no member. */
  readonly role: Role | null;
  /** The rest of that person's roles. */
  readonly bindings: Bindings;
  /** Of its tenant. */
  readonly quotas: LiveQuotas;
  /** What was left, by the database's clock, when it was found: 0 or less once it has expired; null for ever. */
  readonly expiresInMs: number | null;
  /** Also since when its tenant goes. */
  readonly revokedAt: Date | null;
  /** Whether that is why: the key works again, should its tenant stay. */
  readonly isOfClosedTenant?: boolean;
}

export interface UserCredential {
  readonly userId: UserId;
  readonly name: string;
  readonly email: string;
  readonly passwordHash: string;
  /** Goes up with each change of what the person signs in by. */
  readonly credentialsVersion: number;
}

/** A person's place in a tenant. */
export interface Membership {
  readonly tenantId: TenantId;
  readonly role: Role;
  /** Whether the tenant takes no other way in than its provider. */
  readonly isEnforced: boolean;
  /** Of a tenant that goes: whether its owners may still keep it. */
  readonly deletion: "waiting" | "begun" | null;
  /** The tenant whose provider speaks for the person; null for who signs in here. */
  readonly managedBy: TenantId | null;
}

/** A member as others of the tenant see them. */
export interface MemberRecord {
  readonly userId: UserId;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
  readonly joinedAt: Date;
}

/** An invitation that is open, as who has its link finds it. */
export interface FoundInvitation {
  readonly tenantId: TenantId;
  readonly tenantName: string;
  readonly invitationId: InvitationId;
  readonly email: string;
  readonly role: Role;
  readonly expiresAt: Date;
}

/** Which of a person's credentials were seen, and which of their sessions outlives the change of them. */
export interface CredentialChange {
  readonly userId: UserId;
  /** Left out by who may change them whatever they are. */
  readonly seenVersion?: number;
  /** The session that goes on; every other one ends. */
  readonly keptSession?: Buffer;
}

/** Look-ups made before a tenant is known; each finds one row by something only its holder has. */
export class CredentialReader {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  async findKey(hash: Buffer): Promise<KeyCredential | undefined> {
    return (await this.findKeys([hash])).get(hash.toString("base64"));
  }

  /** By the base64 of the hash; those that are not there are left out. */
  async findKeys(hashes: readonly Buffer[]): Promise<ReadonlyMap<string, KeyCredential>> {
    const rows = await this.#db
      .selectFrom("sdk_keys")
      .leftJoin("memberships", (join) =>
        join
          .onRef("memberships.tenant_id", "=", "sdk_keys.tenant_id")
          .onRef("memberships.user_id", "=", "sdk_keys.user_id"),
      )
      .select([
        "sdk_keys.hash",
        "sdk_keys.tenant_id",
        "sdk_keys.sdk_key_id",
        "sdk_keys.kind",
        "sdk_keys.project_id",
        "sdk_keys.environment_id",
        "sdk_keys.user_id",
        "sdk_keys.origins",
        "sdk_keys.permissions",
        "sdk_keys.environments",
        revokedAt.as("revoked_at"),
        sql<boolean>`sdk_keys.revoked_at is null and ${revokedAt} is not null`.as("is_of_closed_tenant"),
        "memberships.role",
        bindings.as("bindings"),
        liveQuotasOf("sdk_keys").as("quotas"),
        msUntil("sdk_keys.expires_at").$castTo<number | null>().as("expires_in_ms"),
      ])
      .where("sdk_keys.hash", "=", sql<Buffer>`any(${hashes}::bytea[])`)
      .execute();
    return new Map(
      rows.map((row) => [
        row.hash.toString("base64"),
        {
          tenantId: row.tenant_id,
          sdkKeyId: row.sdk_key_id,
          kind: row.kind,
          projectId: row.project_id,
          environmentId: row.environment_id,
          userId: row.user_id,
          origins: row.origins,
          reach: { permissions: row.permissions, environments: row.environments },
          role: row.role,
          bindings: row.bindings,
          quotas: row.quotas,
          expiresInMs: row.expires_in_ms,
          revokedAt: row.revoked_at,
          isOfClosedTenant: row.is_of_closed_tenant,
        },
      ]),
    );
  }

  /**
   * Notes that keys are in use, as of now; of one that was noted within `everyMs`, and of one that somebody else is at,
   * nothing. Returns how many were noted.
   */
  async noteKeysUsed(
    keys: readonly Pick<KeyCredential, "tenantId" | "sdkKeyId">[],
    everyMs: number,
  ): Promise<number> {
    const tenantIds = keys.map(({ tenantId }) => tenantId);
    const sdkKeyIds = keys.map(({ sdkKeyId }) => sdkKeyId);
    const { numAffectedRows } = await sql`
      with used as (
        select sdk_keys.tenant_id, sdk_keys.sdk_key_id from burgee.sdk_keys
          join unnest(${tenantIds}::uuid[], ${sdkKeyIds}::uuid[]) as named (tenant_id, sdk_key_id)
            on sdk_keys.tenant_id = named.tenant_id and sdk_keys.sdk_key_id = named.sdk_key_id
         where last_used_at is null or last_used_at < ${inMs(-everyMs)}
           for no key update of sdk_keys skip locked)
      update burgee.sdk_keys set last_used_at = clock_timestamp() from used
       where sdk_keys.tenant_id = used.tenant_id and sdk_keys.sdk_key_id = used.sdk_key_id`.execute(this.#db);
    return Number(numAffectedRows ?? 0n);
  }

  async findUser(email: string): Promise<UserCredential | undefined> {
    const row = await this.#selectUser()
      .where("email", "=", email)
      .where("managed_by", "is", null)
      .executeTakeFirst();
    return row && userOf(row);
  }

  async findUserById(userId: UserId): Promise<UserCredential | undefined> {
    const row = await this.#selectUser().where("user_id", "=", userId).executeTakeFirst();
    return row && userOf(row);
  }

  /** Undefined for one that is unknown, used, revoked or over by the database's clock. */
  async findInvitation(tokenHash: Buffer): Promise<FoundInvitation | undefined> {
    const row = await this.#db
      .selectFrom("invitations")
      .innerJoin("tenants", "tenants.tenant_id", "invitations.tenant_id")
      .select([
        "invitations.tenant_id",
        "invitations.invitation_id",
        "invitations.email",
        "invitations.role",
        "invitations.expires_at",
        "tenants.name",
      ])
      .where("invitations.token_hash", "=", tokenHash)
      .where("invitations.expires_at", ">", sql<Date>`clock_timestamp()`)
      .executeTakeFirst();
    return (
      row && {
        tenantId: row.tenant_id,
        tenantName: row.name,
        invitationId: row.invitation_id,
        email: row.email,
        role: row.role,
        expiresAt: row.expires_at,
      }
    );
  }

  /** A tenant's members in the order of their ids. */
  async listMembers(
    tenantId: TenantId,
    { after, limit }: { readonly after: UserId | undefined; readonly limit: number },
  ): Promise<readonly MemberRecord[]> {
    const members = this.#db
      .selectFrom("memberships")
      .innerJoin("users", "users.user_id", "memberships.user_id")
      .select([
        "memberships.user_id",
        "memberships.role",
        "memberships.created_at",
        "users.name",
        "users.email",
      ])
      .where("memberships.tenant_id", "=", tenantId);
    const rows = await (after === undefined ? members : members.where("memberships.user_id", ">", after))
      .orderBy("memberships.user_id")
      .limit(limit)
      .execute();
    return rows.map((row) => ({
      userId: row.user_id,
      name: row.name,
      email: row.email,
      role: row.role,
      joinedAt: row.created_at,
    }));
  }

  /** Whether an address is that of a tenant's member. */
  async isMember(tenantId: TenantId, email: string): Promise<boolean> {
    const row = await this.#db
      .selectFrom("memberships")
      .innerJoin("users", "users.user_id", "memberships.user_id")
      .select("memberships.user_id")
      .where("memberships.tenant_id", "=", tenantId)
      .where("users.email", "=", email)
      .executeTakeFirst();
    return row !== undefined;
  }

  /** The member of a tenant who has this address, and whose account that is; one of the tenant's own before any other. */
  async findMember(
    tenantId: TenantId,
    email: string,
  ): Promise<{ readonly userId: UserId; readonly managedBy: TenantId | null } | undefined> {
    const row = await this.#db
      .selectFrom("memberships")
      .innerJoin("users", "users.user_id", "memberships.user_id")
      .select(["memberships.user_id", "users.managed_by"])
      .where("memberships.tenant_id", "=", tenantId)
      .where("users.email", "=", email)
      .orderBy("users.managed_by", (order) => order.asc().nullsLast())
      .orderBy("users.created_at")
      .executeTakeFirst();
    return row && { userId: row.user_id, managedBy: row.managed_by };
  }

  /** Whose accounts are nobody's but theirs, and who have a second factor: they come in while a tenant's provider is away. */
  async listSelfReliant(userIds: readonly UserId[]): Promise<readonly UserId[]> {
    const rows = await this.#db
      .selectFrom("users")
      .innerJoin("second_factors", "second_factors.user_id", "users.user_id")
      .select("users.user_id")
      .where("users.user_id", "=", sql<UserId>`any(${[...userIds]}::uuid[])`)
      .where("users.managed_by", "is", null)
      .where("second_factors.confirmed_at", "is not", null)
      .execute();
    return rows.map((row) => row.user_id);
  }

  /** Whether anybody has an account here. */
  async hasPeople(): Promise<boolean> {
    return (await this.#db.selectFrom("users").select("user_id").limit(1).executeTakeFirst()) !== undefined;
  }

  /** The tenants that a person belongs to, the oldest membership first. */
  async listMemberships(userId: UserId): Promise<readonly Membership[]> {
    const { rows } = await sql<{
      tenant_id: TenantId;
      role: Role;
      is_enforced: boolean;
      managed_by: TenantId | null;
      deletion: Membership["deletion"];
    }>`
      select memberships.tenant_id, memberships.role,
             exists (select from burgee.oidc_connections connection
                      where connection.tenant_id = memberships.tenant_id and connection.enforced) as is_enforced,
             users.managed_by,
             (select case when begun_at is null then 'waiting' else 'begun' end from burgee.tenant_deletions gone
               where gone.tenant_id = memberships.tenant_id) as deletion
        from burgee.memberships join burgee.users using (user_id)
       where memberships.user_id = ${userId} order by memberships.created_at`.execute(this.#db);
    return rows.map((row) => ({
      tenantId: row.tenant_id,
      role: row.role,
      isEnforced: row.is_enforced,
      managedBy: row.managed_by,
      deletion: row.deletion,
    }));
  }

  /** Undefined when the address has an account already. `email` is in lower case. */
  async createUser(user: {
    readonly email: string;
    readonly name: string;
    readonly passwordHash: string;
    /** The tenant whose provider speaks for the person, whose address then finds nobody. */
    readonly managedBy?: TenantId;
  }): Promise<UserId | undefined> {
    const row = await this.#db
      .insertInto("users")
      .values({
        user_id: newId<UserId>(),
        email: user.email,
        name: user.name,
        password_hash: user.passwordHash,
        managed_by: user.managedBy ?? null,
      })
      .onConflict((conflict) => conflict.column("email").where("managed_by", "is", null).doNothing())
      .returning("user_id")
      .executeTakeFirst();
    return row?.user_id;
  }

  /** Ends the person's sessions with the change. False where the credentials are others by now than those seen. */
  setPassword(change: CredentialChange, passwordHash: string): Promise<boolean> {
    return changeCredentials(this.#db, change, async (trx) => {
      const { numUpdatedRows } = await trx
        .updateTable("users")
        .set({ password_hash: passwordHash })
        .where("user_id", "=", change.userId)
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    });
  }

  /** The same password under another hash, unless somebody changed it meanwhile. */
  async rehash(userId: UserId, from: string, to: string): Promise<void> {
    await this.#db
      .updateTable("users")
      .set({ password_hash: to })
      .where("user_id", "=", userId)
      .where("password_hash", "=", from)
      .execute();
  }

  #selectUser() {
    return this.#db
      .selectFrom("users")
      .select(["user_id", "name", "email", "password_hash", "credentials_version"]);
  }
}

/**
 * Changes what a person signs in by, in one transaction with the end of their sessions and of sign-ins that are half done.
 * The person's row is changed first: a session that begins meanwhile waits for it, and then finds another version.
 * Where `work` finds nothing to do, only sign-ins that are under way are lost.
 */
export function changeCredentials(
  db: Kysely<Tables>,
  { userId, seenVersion, keptSession }: CredentialChange,
  work: (trx: Transaction<Tables>) => Promise<boolean>,
): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    let raise = trx
      .updateTable("users")
      .set((eb) => ({ credentials_version: eb("credentials_version", "+", 1) }))
      .where("user_id", "=", userId);
    if (seenVersion !== undefined) raise = raise.where("credentials_version", "=", seenVersion);
    const { numUpdatedRows } = await raise.executeTakeFirst();
    if (numUpdatedRows !== 1n) return false;

    if (!(await work(trx))) return false;
    let end = trx.deleteFrom("sessions").where("user_id", "=", userId);
    if (keptSession) end = end.where("session_hash", "<>", keptSession);
    await end.execute();
    await trx.deleteFrom("pending_sign_ins").where("user_id", "=", userId).execute();
    return true;
  });
}

/** All keys of a tenant that goes count as revoked, until it stays. */
const revokedAt = sql<Date | null>`coalesce(sdk_keys.revoked_at, (
  select requested_at from burgee.tenant_deletions gone where gone.tenant_id = sdk_keys.tenant_id))`;

function userOf(
  row: Pick<
    Selectable<Tables["users"]>,
    "user_id" | "name" | "email" | "password_hash" | "credentials_version"
  >,
): UserCredential {
  return {
    userId: row.user_id,
    name: row.name,
    email: row.email,
    passwordHash: row.password_hash,
    credentialsVersion: row.credentials_version,
  };
}
