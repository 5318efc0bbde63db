import type { Selectable } from "kysely";
import { sql } from "kysely";
import { newId } from "../ids.ts";
import { Repo } from "../repo.ts";
import type {
  Actor,
  EnvironmentId,
  ProjectId,
  Segment,
  SegmentId,
  SegmentSummary,
  SegmentVersion,
} from "../schema/records.ts";
import type { Tables } from "../schema/tables.ts";
import type { Place } from "../settings/setting-repo.ts";

export type NewSegment = Pick<Segment, "projectId" | "key" | "state" | "segmentKeys" | "compiledBytes">;

export class SegmentReader extends Repo {
  /** Archived ones included: their keys stay taken. */
  async findByKey(projectId: ProjectId, key: string): Promise<Segment | undefined> {
    const row = await this.#segments(projectId).selectAll().where("key", "=", key).executeTakeFirst();
    return row && fromRow(row);
  }

  /** A page in key order, archived segments left out; `after` is the last key of the page before. */
  async list(page: {
    readonly projectId: ProjectId;
    readonly after: string | undefined;
    readonly limit: number;
  }): Promise<readonly SegmentSummary[]> {
    return this.#live(page.projectId)
      .select([
        "key",
        "version",
        "updated_by as updatedBy",
        "updated_at as updatedAt",
        sql<string>`state ->> 'description'`.as("description"),
        sql<string | null>`state ->> 'condition'`.as("condition"),
        sql<string>`state ->> 'stickiness'`.as("stickiness"),
        countOf("include").as("included"),
        countOf("exclude").as("excluded"),
      ])
      .$if(page.after !== undefined, (query) => query.where("key", ">", page.after ?? ""))
      .orderBy("key")
      .limit(page.limit)
      .execute();
  }

  /** Every segment of a project that is not archived, with the segments that it asks. */
  async listGraph(
    projectId: ProjectId,
  ): Promise<readonly { readonly key: string; readonly segmentKeys: readonly string[] }[]> {
    return this.#live(projectId).select(["key", "segment_keys as segmentKeys"]).orderBy("key").execute();
  }

  /** What each segment of a project that is not archived adds to a ruleset: what a new environment begins with. */
  async listSizes(
    projectId: ProjectId,
  ): Promise<readonly Pick<Segment, "segmentId" | "version" | "compiledBytes">[]> {
    return this.#live(projectId)
      .select(["segment_id as segmentId", "version", "compiled_bytes as compiledBytes"])
      .execute();
  }

  /** Which toggles of a project, archived ones left out, ask for a segment, and in which environment. */
  async listUsers(projectId: ProjectId, key: string, limit: number): Promise<readonly Place[]> {
    return this.trx
      .selectFrom("settings")
      .innerJoin("toggles", (join) =>
        join
          .onRef("toggles.tenant_id", "=", "settings.tenant_id")
          .onRef("toggles.toggle_id", "=", "settings.toggle_id"),
      )
      .innerJoin("environments", (join) =>
        join
          .onRef("environments.tenant_id", "=", "settings.tenant_id")
          .onRef("environments.environment_id", "=", "settings.environment_id"),
      )
      .select(["environments.key as environment", "toggles.key as toggle"])
      .where("settings.tenant_id", "=", this.tenantId)
      .where("toggles.project_id", "=", projectId)
      .where("toggles.archived_at", "is", null)
      .where(sql<boolean>`settings.segment_keys @> array[${key}]::text[]`)
      .orderBy("environments.key")
      .orderBy("toggles.key")
      .limit(limit)
      .execute();
  }

  /** Newest first; `before` is the last version of the page before. */
  async history(page: {
    readonly segmentId: SegmentId;
    readonly before: number | undefined;
    readonly limit: number;
  }): Promise<readonly SegmentVersion[]> {
    const rows = await this.trx
      .selectFrom("segment_versions")
      .selectAll()
      .where("tenant_id", "=", this.tenantId)
      .where("segment_id", "=", page.segmentId)
      .$if(page.before !== undefined, (query) => query.where("version", "<", page.before ?? 0))
      .orderBy("version", "desc")
      .limit(page.limit)
      .execute();
    return rows.map((row) => ({
      version: row.version,
      state: row.state,
      actor: row.actor,
      createdAt: row.created_at,
    }));
  }

  /** What stood at a moment. */
  async findVersionAt(segmentId: SegmentId, at: Date): Promise<SegmentVersion | undefined> {
    const row = await this.trx
      .selectFrom("segment_versions")
      .selectAll()
      .where("tenant_id", "=", this.tenantId)
      .where("segment_id", "=", segmentId)
      .where("created_at", "<=", at)
      .orderBy("version", "desc")
      .limit(1)
      .executeTakeFirst();
    return row && { version: row.version, state: row.state, actor: row.actor, createdAt: row.created_at };
  }

  /**
   * What the revisions `from` to `to` (both included) of one environment brought: for each segment that they changed,
   * the last of its versions, with its key and its revision there.
   */
  async listChanged(
    environmentId: EnvironmentId,
    { from, to }: { readonly from: number; readonly to: number },
  ): Promise<
    readonly (Pick<SegmentVersion, "state"> & { readonly key: string; readonly revision: number })[]
  > {
    const rows = await this.trx
      .selectFrom("segment_revisions")
      .innerJoin("segment_versions", (join) =>
        join
          .onRef("segment_versions.tenant_id", "=", "segment_revisions.tenant_id")
          .onRef("segment_versions.segment_id", "=", "segment_revisions.segment_id")
          .onRef("segment_versions.version", "=", "segment_revisions.version"),
      )
      .innerJoin("segments", (join) =>
        join
          .onRef("segments.tenant_id", "=", "segment_revisions.tenant_id")
          .onRef("segments.segment_id", "=", "segment_revisions.segment_id"),
      )
      .distinctOn("segment_revisions.segment_id")
      .select(["segments.key", "segment_versions.state", "segment_revisions.revision"])
      .where("segment_revisions.tenant_id", "=", this.tenantId)
      .where("segment_revisions.environment_id", "=", environmentId)
      .where("segment_revisions.revision", ">=", String(from))
      .where("segment_revisions.revision", "<=", String(to))
      .orderBy("segment_revisions.segment_id")
      .orderBy("segment_revisions.revision", "desc")
      .execute();
    return rows.map((row) => ({ ...row, revision: Number(row.revision) }));
  }

  #live(projectId: ProjectId) {
    return this.#segments(projectId).where("archived_at", "is", null);
  }

  #segments(projectId: ProjectId) {
    return this.trx
      .selectFrom("segments")
      .where("tenant_id", "=", this.tenantId)
      .where("project_id", "=", projectId);
  }
}

export class SegmentWriter extends SegmentReader {
  /** Undefined when the project has its key already, an archived segment's key included. */
  async create(segment: NewSegment, actor: Actor): Promise<Segment | undefined> {
    const row = await this.trx
      .insertInto("segments")
      .values({
        tenant_id: this.tenantId,
        segment_id: newId<SegmentId>(),
        project_id: segment.projectId,
        key: segment.key,
        version: 1,
        state: JSON.stringify(segment.state),
        segment_keys: [...segment.segmentKeys],
        compiled_bytes: segment.compiledBytes,
        created_by: actor,
        updated_by: actor,
      })
      .onConflict((conflict) => conflict.columns(["tenant_id", "project_id", "key"]).doNothing())
      .returningAll()
      .executeTakeFirst();
    return row && fromRow(row);
  }

  /** Saves over version `expectedVersion`. Undefined when the segment stands at another version by now. */
  async save(
    { segmentId }: Pick<Segment, "segmentId">,
    expectedVersion: number,
    next: Pick<Segment, "state" | "segmentKeys" | "compiledBytes">,
    actor: Actor,
  ): Promise<Segment | undefined> {
    const now = sql<Date>`clock_timestamp()`;
    const row = await this.trx
      .updateTable("segments")
      .set({
        state: JSON.stringify(next.state),
        segment_keys: [...next.segmentKeys],
        compiled_bytes: next.compiledBytes,
        version: expectedVersion + 1,
        updated_by: actor,
        updated_at: now,
        ...(next.state.archived && { archived_at: now }),
      })
      .where("tenant_id", "=", this.tenantId)
      .where("segment_id", "=", segmentId)
      .where("version", "=", expectedVersion)
      .returningAll()
      .executeTakeFirst();
    return row && fromRow(row);
  }

  /** Keeps what `segment` says now as an immutable version. */
  async addVersion({ segmentId, version, state }: Segment, actor: Actor): Promise<void> {
    await this.trx
      .insertInto("segment_versions")
      .values({
        tenant_id: this.tenantId,
        segment_id: segmentId,
        version,
        state: JSON.stringify(state),
        actor,
      })
      .execute();
  }

  /** Remembers which revision of an environment brought these versions. */
  async addRevisions(
    environmentId: EnvironmentId,
    revision: number,
    segments: readonly Pick<Segment, "segmentId" | "version">[],
  ): Promise<void> {
    if (segments.length === 0) return;
    await this.trx
      .insertInto("segment_revisions")
      .values(
        segments.map(({ segmentId, version }) => ({
          tenant_id: this.tenantId,
          environment_id: environmentId,
          segment_id: segmentId,
          revision: String(revision),
          version,
        })),
      )
      .execute();
  }
}

function fromRow(row: Selectable<Tables["segments"]>): Segment {
  return {
    segmentId: row.segment_id,
    projectId: row.project_id,
    key: row.key,
    version: row.version,
    state: row.state,
    segmentKeys: row.segment_keys,
    compiledBytes: row.compiled_bytes,
    createdBy: row.created_by,
    createdAt: row.created_at,
    updatedBy: row.updated_by,
    updatedAt: row.updated_at,
    archivedAt: row.archived_at,
  };
}

/** Of the ids in a segment's own list, or of the list that it names. */
function countOf(list: "include" | "exclude") {
  const own = sql`jsonb_array_length(state -> ${sql.lit(list)})`;
  const named = sql`(state -> ${sql.lit(`${list}List`)} ->> 'count')::int`;
  return sql<number>`${own} + coalesce(${named}, 0)`;
}
