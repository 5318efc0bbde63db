import type { Selectable } from "kysely";
import { sql } from "kysely";
import { newId } from "../ids.ts";
import { Repo } from "../repo.ts";
import type {
  Actor,
  EnvironmentId,
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
  readonly expiresAt: Date | null;
}

export class SdkKeyReader extends Repo {
  async list(): Promise<readonly SdkKey[]> {
    const rows = await this.trx
      .selectFrom("sdk_keys")
      .selectAll()
      .where("tenant_id", "=", this.tenantId)
      .orderBy("created_at")
      .orderBy("sdk_key_id")
      .execute();
    return rows.map(fromRow);
  }

  async find(sdkKeyId: SdkKeyId): Promise<SdkKey | undefined> {
    const row = await this.trx
      .selectFrom("sdk_keys")
      .selectAll()
      .where("tenant_id", "=", this.tenantId)
      .where("sdk_key_id", "=", sdkKeyId)
      .executeTakeFirst();
    return row && fromRow(row);
  }

  /** How many were not revoked. */
  async countLive(): Promise<number> {
    const { count } = await this.trx
      .selectFrom("sdk_keys")
      .select(({ fn }) => fn.countAll<string>().as("count"))
      .where("tenant_id", "=", this.tenantId)
      .where("revoked_at", "is", null)
      .executeTakeFirstOrThrow();
    return Number(count);
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
        created_by: actor,
        expires_at: key.expiresAt,
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    return fromRow(row);
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
      .executeTakeFirst();
    return row && fromRow(row);
  }
}

function fromRow(row: Selectable<Tables["sdk_keys"]>): SdkKey {
  return {
    sdkKeyId: row.sdk_key_id,
    kind: row.kind,
    display: row.display,
    name: row.name,
    projectId: row.project_id,
    environmentId: row.environment_id,
    userId: row.user_id,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
  };
}
