import type { ListReference } from "@burgee/engine";
import { sql } from "kysely";
import { Repo } from "../repo.ts";
import type { Actor, ProjectId, Segment } from "../schema/records.ts";

/** What a project holds of lists. */
export interface ListTotals {
  readonly lists: number;
  readonly bytes: number;
}

/** Packed lists of ids. Hashes are texts of 64 hexadecimal digits. */
export class SegmentListReader extends Repo {
  async findBytes(projectId: ProjectId, hash: string): Promise<Buffer | undefined> {
    const row = await this.#lists(projectId)
      .select("bytes")
      .where("hash", "=", bytesOf(hash))
      .executeTakeFirst();
    return row?.bytes;
  }

  /** Those of these lists that are there. */
  async findAll(projectId: ProjectId, hashes: readonly string[]): Promise<readonly ListReference[]> {
    if (hashes.length === 0) return [];
    const rows = await this.#lists(projectId)
      .select(["hash", "count"])
      .where("hash", "in", hashes.map(bytesOf))
      .execute();
    return rows.map(referenceOf);
  }

  async measure(projectId: ProjectId): Promise<ListTotals> {
    const row = await this.#lists(projectId)
      .select([sql<number>`count(*)::int`.as("lists"), sql<string>`coalesce(sum(size), 0)`.as("bytes")])
      .executeTakeFirstOrThrow();
    return { lists: row.lists, bytes: Number(row.bytes) };
  }

  #lists(projectId: ProjectId) {
    return this.trx
      .selectFrom("segment_lists")
      .where("tenant_id", "=", this.tenantId)
      .where("project_id", "=", projectId);
  }
}

export class SegmentListWriter extends SegmentListReader {
  /** Keeps a list; one that is there already stays another day. */
  async add(
    projectId: ProjectId,
    { hash, count, bytes }: ListReference & { readonly bytes: Uint8Array },
    actor: Actor,
  ): Promise<void> {
    await this.trx
      .insertInto("segment_lists")
      .values({
        tenant_id: this.tenantId,
        project_id: projectId,
        hash: bytesOf(hash),
        count,
        size: bytes.length,
        bytes: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length),
        created_by: actor,
      })
      .onConflict((conflict) =>
        conflict
          .columns(["tenant_id", "project_id", "hash"])
          .doUpdateSet({ used_at: sql<Date>`clock_timestamp()` }),
      )
      .execute();
  }

  /** Notes that lists are in use now, and answers those that are there: until this transaction ends, none of them is swept. */
  async use(projectId: ProjectId, hashes: readonly string[]): Promise<readonly ListReference[]> {
    if (hashes.length === 0) return [];
    const rows = await this.trx
      .updateTable("segment_lists")
      .set({ used_at: sql<Date>`clock_timestamp()` })
      .where("tenant_id", "=", this.tenantId)
      .where("project_id", "=", projectId)
      .where("hash", "in", hashes.map(bytesOf))
      .returning(["hash", "count"])
      .execute();
    return rows.map(referenceOf);
  }

  /** Says which lists a segment's version names. */
  async addReferences({ segmentId, projectId, version, state }: Segment): Promise<void> {
    const hashes = new Set([state.includeList, state.excludeList].flatMap((list) => list?.hash ?? []));
    if (hashes.size === 0) return;
    await this.trx
      .insertInto("segment_version_lists")
      .values(
        [...hashes].map((hash) => ({
          tenant_id: this.tenantId,
          segment_id: segmentId,
          version,
          project_id: projectId,
          hash: bytesOf(hash),
        })),
      )
      .execute();
  }
}

function bytesOf(hash: string): Buffer {
  return Buffer.from(hash, "hex");
}

function referenceOf({ hash, count }: { readonly hash: Buffer; readonly count: number }): ListReference {
  return { hash: hash.toString("hex"), count };
}
