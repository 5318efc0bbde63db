import type { Selectable } from "kysely";
import { sql } from "kysely";
import { newId } from "../ids.ts";
import { Repo } from "../repo.ts";
import type {
  Actor,
  EnvironmentId,
  KeyReach,
  ProjectId,
  SdkKey,
  SdkKeyId,
  SdkKeyKind,
  UserId,
} from "../schema/records.ts";
import type { Tables } from "../schema/tables.ts";

export interface NewSdkKey {
  readonly kind: SdkKeyKind;
  readonly hash: Buffer;
  readonly display: string;
  readonly name: string;
  readonly projectId: ProjectId;
  readonly environmentId: EnvironmentId;
  readonly userId: UserId | null;
  readonly origins: readonly string[];
  readonly reach: KeyReach;
  readonly expiresAt: Date | null;
  /** The key in whose place it comes. */
  readonly replaces: SdkKeyId | null;
}

/** Neither revoked nor expired. */
export const isLive = sql<boolean>`revoked_at is null and (expires_at is null or expires_at > clock_timestamp())`;

const replacedBy = sql<SdkKeyId | null>`(
  select successor.sdk_key_id from burgee.sdk_keys successor
   where successor.tenant_id = sdk_keys.tenant_id and successor.replaces = sdk_keys.sdk_key_id)`.as(
  "replaced_by",
);

export class SdkKeyReader extends Repo {
  async list(): Promise<readonly SdkKey[]> {
    const rows = await this.#select().orderBy("created_at").orderBy("sdk_key_id").execute();
    return rows.map(fromRow);
  }

  /** A person's own. */
  async listOf(userId: UserId): Promise<readonly SdkKey[]> {
    const rows = await this.#select()
      .where("user_id", "=", userId)
      .orderBy("created_at")
      .orderBy("sdk_key_id")
      .execute();
    return rows.map(fromRow);
  }

  async find(sdkKeyId: SdkKeyId): Promise<SdkKey | undefined> {
    const row = await this.#select().where("sdk_key_id", "=", sdkKeyId).executeTakeFirst();
    return row && fromRow(row);
  }

  /** How many of a person's own neither expired nor were revoked. */
  async countLiveOf(userId: UserId): Promise<number> {
    const { count } = await this.#count().where("user_id", "=", userId).executeTakeFirstOrThrow();
    return Number(count);
  }

  #select() {
    return this.trx
      .selectFrom("sdk_keys")
      .selectAll()
      .select(replacedBy)
      .where("tenant_id", "=", this.tenantId);
  }

  #count() {
    return this.trx
      .selectFrom("sdk_keys")
      .select(({ fn }) => fn.countAll<string>().as("count"))
      .where("tenant_id", "=", this.tenantId)
      .where(isLive);
  }
}

export class SdkKeyWriter extends SdkKeyReader {
  async create(key: NewSdkKey, actor: Actor): Promise<SdkKey> {
    const row = await this.trx
      .insertInto("sdk_keys")
      .values({
        tenant_id: this.tenantId,
        sdk_key_id: newId<SdkKeyId>(),
        kind: key.kind,
        hash: key.hash,
        display: key.display,
        name: key.name,
        project_id: key.projectId,
        environment_id: key.environmentId,
        user_id: key.userId,
        origins: [...key.origins],
        permissions: key.reach.permissions && [...key.reach.permissions],
        environments: key.reach.environments && JSON.stringify(key.reach.environments),
        created_by: actor,
        expires_at: key.expiresAt,
        replaces: key.replaces,
      })
      .returningAll()
      .returning(replacedBy)
      .executeTakeFirstOrThrow();
    return fromRow(row);
  }

  /** Keeps others from changing the key until this transaction ends, and tells what time it is. Undefined where there is no such key. */
  async lock(sdkKeyId: SdkKeyId): Promise<Date | undefined> {
    const row = await this.trx
      .selectFrom("sdk_keys")
      .select("sdk_key_id")
      .where("tenant_id", "=", this.tenantId)
      .where("sdk_key_id", "=", sdkKeyId)
      .forUpdate()
      .executeTakeFirst();
    if (!row) return undefined;
    const { rows } = await sql<{ now: Date }>`select clock_timestamp() as now`.execute(this.trx);
    return rows[0]?.now;
  }

  async setEnd(sdkKeyId: SdkKeyId, expiresAt: Date): Promise<void> {
    await this.trx
      .updateTable("sdk_keys")
      .set({ expires_at: expiresAt })
      .where("tenant_id", "=", this.tenantId)
      .where("sdk_key_id", "=", sdkKeyId)
      .execute();
  }

  /** Undefined when there is no such key, or it was revoked before. */
  async revoke(sdkKeyId: SdkKeyId): Promise<SdkKey | undefined> {
    const row = await this.trx
      .updateTable("sdk_keys")
      .set({ revoked_at: sql<Date>`clock_timestamp()` })
      .where("tenant_id", "=", this.tenantId)
      .where("sdk_key_id", "=", sdkKeyId)
      .where("revoked_at", "is", null)
      .returningAll()
      .returning(replacedBy)
      .executeTakeFirst();
    return row && fromRow(row);
  }
}

function fromRow(row: Selectable<Tables["sdk_keys"]> & { readonly replaced_by: SdkKeyId | null }): SdkKey {
  return {
    sdkKeyId: row.sdk_key_id,
    kind: row.kind,
    display: row.display,
    name: row.name,
    projectId: row.project_id,
    environmentId: row.environment_id,
    userId: row.user_id,
    origins: row.origins,
    reach: { permissions: row.permissions, environments: row.environments },
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
    lastUsedAt: row.last_used_at,
    replaces: row.replaces,
    replacedBy: row.replaced_by,
  };
}
