import { sql } from "kysely";
import { Repo } from "../repo.ts";
import type { LifeDays, LifeStage, ProjectId, ToggleId, ToggleLife } from "../schema/records.ts";

export interface LifeFilter {
  readonly projectId: ProjectId;
  readonly stage?: LifeStage | undefined;
  readonly isStale?: boolean | undefined;
  /** The last key of the page before. */
  readonly after?: string | undefined;
  readonly limit: number;
}

/** A toggle that is not archived, and what was last found of it; null before anybody looked. */
export interface ToggleWithLife {
  readonly key: string;
  readonly createdAt: Date;
  readonly expectedEnd: string | null;
  readonly life: Omit<ToggleLife, "toggleId"> | null;
}

export class LifeReader extends Repo {
  /** In the order of their keys. */
  async list({ projectId, stage, isStale, after, limit }: LifeFilter): Promise<readonly ToggleWithLife[]> {
    const rows = await this.trx
      .selectFrom("toggles")
      .leftJoin("toggle_lives", (join) =>
        join
          .onRef("toggle_lives.tenant_id", "=", "toggles.tenant_id")
          .onRef("toggle_lives.toggle_id", "=", "toggles.toggle_id"),
      )
      .select(["key", "created_at", "stage", "stage_since", "last_seen_at", "stale_since", "looked_at"])
      .select(sql<string | null>`expected_end::text`.as("expected_end"))
      .where("toggles.tenant_id", "=", this.tenantId)
      .where("project_id", "=", projectId)
      .where("archived_at", "is", null)
      .$if(stage !== undefined, (query) => query.where("stage", "=", stage ?? null))
      .$if(isStale === true, (query) => query.where("stale_since", "is not", null))
      .$if(isStale === false, (query) => query.where("stale_since", "is", null))
      .$if(after !== undefined, (query) => query.where("key", ">", after ?? ""))
      .orderBy("key")
      .limit(limit)
      .execute();
    return rows.map((row) => ({
      key: row.key,
      createdAt: row.created_at,
      expectedEnd: row.expected_end,
      life:
        row.stage && row.stage_since && row.looked_at
          ? {
              stage: row.stage,
              stageSince: row.stage_since,
              lastSeenAt: row.last_seen_at,
              staleSince: row.stale_since,
              lookedAt: row.looked_at,
            }
          : null,
    }));
  }

  async findAll(toggleIds: readonly ToggleId[]): Promise<ReadonlyMap<ToggleId, ToggleLife>> {
    const rows = await this.trx
      .selectFrom("toggle_lives")
      .selectAll()
      .where("tenant_id", "=", this.tenantId)
      .where("toggle_id", "=", sql<ToggleId>`any(${[...toggleIds]}::uuid[])`)
      .execute();
    return new Map(
      rows.map((row) => [
        row.toggle_id,
        {
          toggleId: row.toggle_id,
          stage: row.stage,
          stageSince: row.stage_since,
          lastSeenAt: row.last_seen_at,
          staleSince: row.stale_since,
          lookedAt: row.looked_at,
        },
      ]),
    );
  }

  /** The days of a project after which something is called stale. */
  async findDays(projectId: ProjectId): Promise<LifeDays> {
    const row = await this.trx
      .selectFrom("projects")
      .select(["settled_after_days", "unseen_after_days"])
      .where("tenant_id", "=", this.tenantId)
      .where("project_id", "=", projectId)
      .executeTakeFirstOrThrow();
    return { settledAfterDays: row.settled_after_days, unseenAfterDays: row.unseen_after_days };
  }

  /** Of those of some toggles that have one: `YYYY-MM-DD`. */
  async listExpectedEnds(toggleIds: readonly ToggleId[]): Promise<ReadonlyMap<ToggleId, string>> {
    const rows = await this.trx
      .selectFrom("toggles")
      .select(["toggle_id", sql<string>`expected_end::text`.as("expected_end")])
      .where("tenant_id", "=", this.tenantId)
      .where("toggle_id", "=", sql<ToggleId>`any(${[...toggleIds]}::uuid[])`)
      .where("expected_end", "is not", null)
      .execute();
    return new Map(rows.map((row) => [row.toggle_id, row.expected_end]));
  }

  /** By the clock that all share. */
  async now(): Promise<Date> {
    const { rows } = await sql<{ now: Date }>`select clock_timestamp() as now`.execute(this.trx);
    return rows[0]?.now ?? new Date();
  }
}

export class LifeWriter extends LifeReader {
  /** Who looks at the tenant's toggles does so alone, until the transaction ends. */
  async lock(): Promise<void> {
    await sql`select pg_advisory_xact_lock(hashtextextended('burgee.toggle_lives ' || ${this.tenantId}::text, 0))`.execute(
      this.trx,
    );
  }

  async setExpectedEnd(toggleId: ToggleId, expectedEnd: string | null): Promise<void> {
    await this.trx
      .updateTable("toggles")
      .set({ expected_end: expectedEnd, updated_at: sql<Date>`clock_timestamp()` })
      .where("tenant_id", "=", this.tenantId)
      .where("toggle_id", "=", toggleId)
      .execute();
  }

  async save(lives: readonly Omit<ToggleLife, "lookedAt">[]): Promise<void> {
    if (lives.length === 0) return;
    await this.trx
      .insertInto("toggle_lives")
      .values(
        lives.map((life) => ({
          tenant_id: this.tenantId,
          toggle_id: life.toggleId,
          stage: life.stage,
          stage_since: life.stageSince,
          last_seen_at: life.lastSeenAt,
          stale_since: life.staleSince,
        })),
      )
      .onConflict((conflict) =>
        conflict.columns(["tenant_id", "toggle_id"]).doUpdateSet((eb) => ({
          stage: eb.ref("excluded.stage"),
          stage_since: eb.ref("excluded.stage_since"),
          last_seen_at: eb.ref("excluded.last_seen_at"),
          stale_since: eb.ref("excluded.stale_since"),
          looked_at: sql<Date>`clock_timestamp()`,
        })),
      )
      .execute();
  }

  async setDays(projectId: ProjectId, { settledAfterDays, unseenAfterDays }: LifeDays): Promise<void> {
    await this.trx
      .updateTable("projects")
      .set({ settled_after_days: settledAfterDays, unseen_after_days: unseenAfterDays })
      .where("tenant_id", "=", this.tenantId)
      .where("project_id", "=", projectId)
      .execute();
  }
}
