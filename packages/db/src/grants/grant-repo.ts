import { sql } from "kysely";
import { newId } from "../ids.ts";
import { Repo } from "../repo.ts";
import type { EnvironmentId, GrantId, GrantOfPerson, ProjectId, UserId } from "../schema/records.ts";

/** Which grants are meant: those of which all that is given holds. */
export interface GrantFilter {
  readonly projectId?: ProjectId | undefined;
  readonly environmentId?: EnvironmentId | undefined;
  readonly userId?: UserId | undefined;
}

/** A grant with the keys of its place. */
export interface ListedGrant extends GrantOfPerson {
  readonly grantId: GrantId;
  readonly project: string;
  readonly environment: string | null;
}

export type GrantPlace = Pick<GrantOfPerson, "userId" | "projectId" | "environmentId">;

export class GrantReader extends Repo {
  /** In the order of their ids, which is that of the milliseconds in which they were made. */
  async list(
    { projectId, environmentId, userId }: GrantFilter,
    { after, limit }: { readonly after?: GrantId | undefined; readonly limit: number },
  ): Promise<readonly ListedGrant[]> {
    const { rows } = await sql<ListedGrant>`
      select grants.grant_id as "grantId", grants.user_id as "userId", grants.role,
             grants.project_id as "projectId", projects.key as project,
             grants.environment_id as "environmentId", environments.key as environment
        from burgee.grants
        join burgee.projects on projects.tenant_id = grants.tenant_id and projects.project_id = grants.project_id
        left join burgee.environments
          on environments.tenant_id = grants.tenant_id and environments.environment_id = grants.environment_id
       where grants.tenant_id = ${this.tenantId}
         and (${projectId ?? null}::uuid is null or grants.project_id = ${projectId ?? null})
         and (${environmentId ?? null}::uuid is null or grants.environment_id = ${environmentId ?? null})
         and (${userId ?? null}::uuid is null or grants.user_id = ${userId ?? null})
         and (${after ?? null}::uuid is null or grants.grant_id > ${after ?? null})
       order by grants.grant_id limit ${limit}`.execute(this.trx);
    return rows;
  }

  /** Those of some people, with who made them. */
  async listOfPeople(
    userIds: readonly UserId[],
  ): Promise<readonly (GrantOfPerson & { readonly createdBy: string })[]> {
    const rows = await this.trx
      .selectFrom("grants")
      .select(["user_id", "project_id", "environment_id", "role", "created_by"])
      .where("tenant_id", "=", this.tenantId)
      .where("user_id", "=", sql<UserId>`any(${[...userIds]}::uuid[])`)
      .orderBy("grant_id")
      .execute();
    return rows.map((row) => ({
      userId: row.user_id,
      projectId: row.project_id,
      environmentId: row.environment_id,
      role: row.role,
      createdBy: row.created_by,
    }));
  }

  async countOfPerson(userId: UserId): Promise<number> {
    const { count } = await this.trx
      .selectFrom("grants")
      .select(({ fn }) => fn.countAll<string>().as("count"))
      .where("tenant_id", "=", this.tenantId)
      .where("user_id", "=", userId)
      .executeTakeFirstOrThrow();
    return Number(count);
  }
}

export class GrantWriter extends GrantReader {
  /** In place of what stands there. @param createdBy an `Actor`, as text where it was kept */
  async set(grant: GrantOfPerson, createdBy: string): Promise<void> {
    await this.setAll([grant], createdBy);
  }

  /** Each in place of what stands there. */
  async setAll(grants: readonly GrantOfPerson[], createdBy: string): Promise<void> {
    if (grants.length === 0) return;
    await this.removeAll(grants);
    await sql`
      insert into burgee.grants (tenant_id, grant_id, user_id, project_id, environment_id, role, created_by)
      select ${this.tenantId}::uuid, made.*, ${createdBy}::text
        from unnest(${grants.map(() => newId<GrantId>())}::uuid[], ${grants.map(({ userId }) => userId)}::uuid[],
                    ${grants.map(({ projectId }) => projectId)}::uuid[],
                    ${grants.map(({ environmentId }) => environmentId)}::uuid[],
                    ${grants.map(({ role }) => role)}::text[]) as made`.execute(this.trx);
  }

  async remove(place: GrantPlace): Promise<void> {
    await this.removeAll([place]);
  }

  async removeAll(places: readonly GrantPlace[]): Promise<void> {
    if (places.length === 0) return;
    await sql`
      delete from burgee.grants
       using unnest(${places.map(({ userId }) => userId)}::uuid[],
                    ${places.map(({ projectId }) => projectId)}::uuid[],
                    ${places.map(({ environmentId }) => environmentId)}::uuid[]) as gone (person, project, environment)
       where grants.tenant_id = ${this.tenantId} and grants.user_id = gone.person
         and grants.project_id = gone.project
         and grants.environment_id is not distinct from gone.environment`.execute(this.trx);
  }
}
