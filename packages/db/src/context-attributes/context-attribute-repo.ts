import type { Selectable } from "kysely";
import { sql } from "kysely";
import { Repo } from "../repo.ts";
import type { Actor, ContextAttribute, ProjectId } from "../schema/records.ts";
import type { Tables } from "../schema/tables.ts";

export class ContextAttributeReader extends Repo {
  /** All of a project, in the order of their names. */
  async list(projectId: ProjectId): Promise<readonly ContextAttribute[]> {
    const rows = await this.trx
      .selectFrom("context_attributes")
      .selectAll()
      .where("tenant_id", "=", this.tenantId)
      .where("project_id", "=", projectId)
      .orderBy(sql`name collate "C"`)
      .execute();
    return rows.map(fromRow);
  }
}

export class ContextAttributeWriter extends ContextAttributeReader {
  /** Declares an attribute, or says something else of it. */
  async set(
    projectId: ProjectId,
    { name, type, description }: Pick<ContextAttribute, "name" | "type" | "description">,
    actor: Actor,
  ): Promise<ContextAttribute> {
    const said = { type, description, updated_by: actor, updated_at: sql<Date>`clock_timestamp()` };
    const row = await this.trx
      .insertInto("context_attributes")
      .values({ tenant_id: this.tenantId, project_id: projectId, name, ...said })
      .onConflict((conflict) => conflict.columns(["tenant_id", "project_id", "name"]).doUpdateSet(said))
      .returningAll()
      .executeTakeFirstOrThrow();
    return fromRow(row);
  }

  async remove(projectId: ProjectId, name: string): Promise<void> {
    await this.trx
      .deleteFrom("context_attributes")
      .where("tenant_id", "=", this.tenantId)
      .where("project_id", "=", projectId)
      .where("name", "=", name)
      .execute();
  }
}

function fromRow(row: Selectable<Tables["context_attributes"]>): ContextAttribute {
  return {
    name: row.name,
    type: row.type,
    description: row.description,
    updatedBy: row.updated_by,
    updatedAt: row.updated_at,
  };
}
