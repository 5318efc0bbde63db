import { newId } from "../ids.ts";
import { Repo } from "../repo.ts";
import type { Project, ProjectId } from "../schema/records.ts";

const COLUMNS = ["project_id", "key", "name"] as const;

export class ProjectReader extends Repo {
  async find(projectId: ProjectId): Promise<Project | undefined> {
    const row = await this.#all().where("project_id", "=", projectId).executeTakeFirst();
    return row && fromRow(row);
  }

  async findByKey(key: string): Promise<Project | undefined> {
    const row = await this.#all().where("key", "=", key).executeTakeFirst();
    return row && fromRow(row);
  }

  async list(): Promise<readonly Project[]> {
    const rows = await this.#all().orderBy("key").execute();
    return rows.map(fromRow);
  }

  #all() {
    return this.trx.selectFrom("projects").select(COLUMNS).where("tenant_id", "=", this.tenantId);
  }
}

export class ProjectWriter extends ProjectReader {
  /** Undefined when the key is taken. */
  async create(project: { readonly key: string; readonly name: string }): Promise<Project | undefined> {
    const row = await this.trx
      .insertInto("projects")
      .values({ tenant_id: this.tenantId, project_id: newId<ProjectId>(), ...project })
      .onConflict((conflict) => conflict.columns(["tenant_id", "key"]).doNothing())
      .returning(COLUMNS)
      .executeTakeFirst();
    return row && fromRow(row);
  }

  async rename(projectId: ProjectId, name: string): Promise<Project> {
    const row = await this.trx
      .updateTable("projects")
      .set({ name })
      .where("tenant_id", "=", this.tenantId)
      .where("project_id", "=", projectId)
      .returning(COLUMNS)
      .executeTakeFirstOrThrow();
    return fromRow(row);
  }
}

function fromRow(row: { project_id: ProjectId; key: string; name: string }): Project {
  return { projectId: row.project_id, key: row.key, name: row.name };
}
