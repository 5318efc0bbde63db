import type { ToggleKind } from "@burgee/engine";
import { type Selectable, sql } from "kysely";
import { newId } from "../ids.ts";
import { Repo } from "../repo.ts";
import type { Actor, ProjectId, Toggle, ToggleId, Variants } from "../schema/records.ts";
import type { Tables } from "../schema/tables.ts";
import { countFoundToggles, type FoundToggle, searchToggles, type ToggleFilter } from "./search-toggles.ts";

export interface NewToggle {
  readonly projectId: ProjectId;
  readonly key: string;
  readonly name: string;
  readonly tags: readonly string[];
  readonly kind: ToggleKind;
  readonly description: string;
  readonly variants: Variants;
  readonly valueSchema: Readonly<Record<string, unknown>> | null;
  readonly defaultVariant: string;
  readonly offVariant: string;
}

/** What may change of a toggle later on. */
export type ToggleDefinition = Pick<Toggle, "name" | "description" | "tags" | "variants" | "valueSchema">;

export class ToggleReader extends Repo {
  async find(toggleId: ToggleId): Promise<Toggle | undefined> {
    const row = await this.trx
      .selectFrom("toggles")
      .selectAll()
      .where("tenant_id", "=", this.tenantId)
      .where("toggle_id", "=", toggleId)
      .executeTakeFirst();
    return row && fromRow(row);
  }

  async findByKey(projectId: ProjectId, key: string): Promise<Toggle | undefined> {
    const row = await this.#all(projectId).where("key", "=", key).executeTakeFirst();
    return row && fromRow(row);
  }

  /** A page in key order, archived toggles left out; `after` is the last key of the page before. */
  async list(page: {
    readonly projectId: ProjectId;
    readonly after: string | undefined;
    readonly limit: number;
  }): Promise<readonly Toggle[]> {
    const rows = await this.#all(page.projectId)
      .where("archived_at", "is", null)
      .$if(page.after !== undefined, (query) => query.where("key", ">", page.after ?? ""))
      .orderBy("key")
      .limit(page.limit)
      .execute();
    return rows.map(fromRow);
  }

  /** A page of those that a filter lets through, each with how far it is in its life. */
  search(filter: ToggleFilter): Promise<readonly FoundToggle[]> {
    return searchToggles(this.trx, this.tenantId, filter);
  }

  /** How many there are in all. */
  countFound(filter: ToggleFilter): Promise<number> {
    return countFoundToggles(this.trx, this.tenantId, filter);
  }

  /** Those of some keys that a project has, archived ones included. */
  async listByKeys(projectId: ProjectId, keys: readonly string[]): Promise<readonly Toggle[]> {
    if (keys.length === 0) return [];
    const rows = await this.#all(projectId)
      .where("key", "in", [...keys])
      .execute();
    return rows.map(fromRow);
  }

  /** The keys of some toggles, whatever their project. */
  async listKeys(toggleIds: readonly ToggleId[]): Promise<ReadonlyMap<ToggleId, string>> {
    const rows = await this.trx
      .selectFrom("toggles")
      .select(["toggle_id", "key"])
      .where("tenant_id", "=", this.tenantId)
      .where("toggle_id", "=", sql<ToggleId>`any(${[...toggleIds]}::uuid[])`)
      .execute();
    return new Map(rows.map((row) => [row.toggle_id, row.key]));
  }

  /** How many toggles of a project are not archived. */
  async count(projectId: ProjectId): Promise<number> {
    const { count } = await this.trx
      .selectFrom("toggles")
      .select((eb) => eb.fn.countAll<string>().as("count"))
      .where("tenant_id", "=", this.tenantId)
      .where("project_id", "=", projectId)
      .where("archived_at", "is", null)
      .executeTakeFirstOrThrow();
    return Number(count);
  }

  /** Every toggle of a project that is not archived. */
  async listAll(projectId: ProjectId): Promise<readonly Toggle[]> {
    const rows = await this.#all(projectId).where("archived_at", "is", null).orderBy("key").execute();
    return rows.map(fromRow);
  }

  #all(projectId: ProjectId) {
    return this.trx
      .selectFrom("toggles")
      .selectAll()
      .where("tenant_id", "=", this.tenantId)
      .where("project_id", "=", projectId);
  }
}

export class ToggleWriter extends ToggleReader {
  /** Undefined when the project has its key already, an archived toggle's key included. */
  async create(toggle: NewToggle, actor: Actor): Promise<Toggle | undefined> {
    const row = await this.trx
      .insertInto("toggles")
      .values({
        tenant_id: this.tenantId,
        toggle_id: newId<ToggleId>(),
        project_id: toggle.projectId,
        key: toggle.key,
        name: toggle.name,
        tags: [...toggle.tags],
        kind: toggle.kind,
        description: toggle.description,
        variants: JSON.stringify(toggle.variants),
        value_schema: toggle.valueSchema && JSON.stringify(toggle.valueSchema),
        default_variant: toggle.defaultVariant,
        off_variant: toggle.offVariant,
        created_by: actor,
      })
      .onConflict((conflict) => conflict.columns(["tenant_id", "project_id", "key"]).doNothing())
      .returningAll()
      .executeTakeFirst();
    return row && fromRow(row);
  }

  /** Remembers that one of its settings changed just now. */
  async touch(toggleId: ToggleId): Promise<Toggle> {
    const row = await this.#update(toggleId)
      .set({ updated_at: sql<Date>`clock_timestamp()` })
      .returningAll()
      .executeTakeFirstOrThrow();
    return fromRow(row);
  }

  /** Says anew what the toggle is; its kind and key stay. */
  async define(
    toggleId: ToggleId,
    { name, description, tags, variants, valueSchema }: ToggleDefinition,
  ): Promise<Toggle> {
    const row = await this.#update(toggleId)
      .set({
        name,
        description,
        tags: [...tags],
        variants: JSON.stringify(variants),
        value_schema: valueSchema && JSON.stringify(valueSchema),
        updated_at: sql<Date>`clock_timestamp()`,
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    return fromRow(row);
  }

  async archive(toggleId: ToggleId): Promise<Toggle> {
    const now = sql<Date>`clock_timestamp()`;
    const row = await this.#update(toggleId)
      .set({ archived_at: now, updated_at: now })
      .returningAll()
      .executeTakeFirstOrThrow();
    return fromRow(row);
  }

  #update(toggleId: ToggleId) {
    return this.trx
      .updateTable("toggles")
      .where("tenant_id", "=", this.tenantId)
      .where("toggle_id", "=", toggleId);
  }
}

function fromRow(row: Selectable<Tables["toggles"]>): Toggle {
  return {
    toggleId: row.toggle_id,
    projectId: row.project_id,
    key: row.key,
    name: row.name,
    tags: row.tags,
    kind: row.kind,
    description: row.description,
    variants: row.variants,
    valueSchema: row.value_schema,
    defaultVariant: row.default_variant,
    offVariant: row.off_variant,
    createdBy: row.created_by,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    archivedAt: row.archived_at,
  };
}
