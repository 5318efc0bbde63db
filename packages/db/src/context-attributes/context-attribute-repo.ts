import type { Selectable } from "kysely";
import { sql } from "kysely";
import { Repo } from "../repo.ts";
import type { Actor, ContextAttribute, EnvironmentId, ProjectId } from "../schema/records.ts";
import type { Tables } from "../schema/tables.ts";

/** A live condition with an attribute's name somewhere in its text. */
export interface MentioningCondition {
  readonly toggle?: string;
  readonly segment?: string;
  /** Within the setting, or the segment. */
  readonly pointer: string;
  readonly condition: string;
}

export interface NewContextAttribute extends Pick<ContextAttribute, "name" | "type" | "description"> {
  /** It is not, left out. */
  readonly isRecorded?: boolean | undefined;
}

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

  /** In one environment, of toggles that are not archived, in the order of their keys. */
  async listRulesMentioning(
    environmentId: EnvironmentId,
    name: string,
  ): Promise<readonly MentioningCondition[]> {
    const { rows } = await sql<{ toggle: string; pointer: string; condition: string }>`
      select toggles.key as toggle, '/rules/' || rule.at - 1 || '/condition' as pointer, rule.value ->> 'condition' as condition
        from burgee.settings
        join burgee.toggles on toggles.tenant_id = settings.tenant_id and toggles.toggle_id = settings.toggle_id
       cross join lateral jsonb_array_elements(settings.state -> 'rules') with ordinality as rule (value, at)
       where settings.tenant_id = ${this.tenantId} and settings.environment_id = ${environmentId}
         and toggles.archived_at is null
         and strpos(rule.value ->> 'condition', ${name}) > 0
       order by toggles.key, rule.at`.execute(this.trx);
    return rows;
  }

  /** Of segments that are not archived, in the order of their keys. */
  async listSegmentsMentioning(projectId: ProjectId, name: string): Promise<readonly MentioningCondition[]> {
    const { rows } = await sql<{ segment: string; pointer: string; condition: string }>`
      select key as segment, '/condition' as pointer, state ->> 'condition' as condition
        from burgee.segments
       where tenant_id = ${this.tenantId} and project_id = ${projectId} and archived_at is null
         and strpos(state ->> 'condition', ${name}) > 0
       order by key`.execute(this.trx);
    return rows;
  }
}

export class ContextAttributeWriter extends ContextAttributeReader {
  /** Declares an attribute, or says something else of it. */
  async set(
    projectId: ProjectId,
    { name, type, description, isRecorded = false }: NewContextAttribute,
    actor: Actor,
  ): Promise<ContextAttribute> {
    const said = {
      type,
      description,
      is_recorded: isRecorded,
      updated_by: actor,
      updated_at: sql<Date>`clock_timestamp()`,
    };
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
    isRecorded: row.is_recorded,
    updatedBy: row.updated_by,
    updatedAt: row.updated_at,
  };
}
