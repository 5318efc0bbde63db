import { sql } from "kysely";
import { Repo } from "../repo.ts";
import type { NewNotice, NoticeId } from "../schema/records.ts";
import { timeOrderedId } from "../time-ordered-id.ts";

export class NoticeWriter extends Repo {
  /**
   * Notes what happened, in the transaction in which it did. Its project is its environment's, where none is given; the keys of both
   * stand in its data, since whoever delivers it looks nothing up.
   */
  async add({ type, projectId, environmentId, revision, data }: NewNotice): Promise<NoticeId> {
    const { rows } = await sql<{ notice_id: NoticeId }>`
      insert into burgee.notices (tenant_id, notice_id, type, project_id, environment_id, revision, data)
      select ${this.tenantId}::uuid, ${timeOrderedId<NoticeId>()}, ${type}, projects.project_id, environments.environment_id,
             ${revision ?? null}::bigint,
             jsonb_strip_nulls(jsonb_build_object('project', projects.key, 'environment', environments.key)) || ${JSON.stringify(data)}::jsonb
        from (select ${projectId ?? null}::uuid as project_id, ${environmentId ?? null}::uuid as environment_id) place
        left join burgee.environments
          on environments.tenant_id = ${this.tenantId} and environments.environment_id = place.environment_id
        left join burgee.projects
          on projects.tenant_id = ${this.tenantId} and projects.project_id = coalesce(place.project_id, environments.project_id)
      returning notice_id`.execute(this.trx);
    const [row] = rows;
    if (!row) throw new Error("A notice that was just added is not there.");
    return row.notice_id;
  }
}
