import { newId } from "../ids.ts";
import { Repo } from "../repo.ts";
import type { Environment, EnvironmentId, ProjectId } from "../schema/records.ts";
import { newEpoch } from "./new-epoch.ts";

const COLUMNS = ["environment_id", "project_id", "key", "name", "critical", "epoch", "revision"] as const;

export class EnvironmentReader extends Repo {
  async find(environmentId: EnvironmentId): Promise<Environment | undefined> {
    const row = await this.selectAll().where("environment_id", "=", environmentId).executeTakeFirst();
    return row && fromRow(row);
  }

  async findByKey(projectId: ProjectId, key: string): Promise<Environment | undefined> {
    const row = await this.selectAll()
      .where("project_id", "=", projectId)
      .where("key", "=", key)
      .executeTakeFirst();
    return row && fromRow(row);
  }

  async list(projectId: ProjectId): Promise<readonly Environment[]> {
    const rows = await this.selectAll().where("project_id", "=", projectId).orderBy("key").execute();
    return rows.map(fromRow);
  }

  protected selectAll() {
    return this.trx.selectFrom("environments").select(COLUMNS).where("tenant_id", "=", this.tenantId);
  }
}

export class EnvironmentWriter extends EnvironmentReader {
  /** A new environment at revision 0 of a new epoch. Undefined when the project has its key already. */
  async create(environment: {
    readonly projectId: ProjectId;
    readonly key: string;
    readonly name: string;
    readonly critical: boolean;
  }): Promise<Environment | undefined> {
    const row = await this.trx
      .insertInto("environments")
      .values({
        tenant_id: this.tenantId,
        environment_id: newId<EnvironmentId>(),
        project_id: environment.projectId,
        key: environment.key,
        name: environment.name,
        critical: environment.critical,
        epoch: newEpoch(),
      })
      .onConflict((conflict) => conflict.columns(["tenant_id", "project_id", "key"]).doNothing())
      .returning(COLUMNS)
      .executeTakeFirst();
    if (!row) return undefined;

    await this.trx
      .insertInto("publications")
      .values({ tenant_id: this.tenantId, environment_id: row.environment_id, epoch: row.epoch })
      .execute();
    return fromRow(row);
  }

  /**
   * Locks a project and its environments until the transaction ends, in the order of their ids, so that nobody
   * deadlocks. The project's row comes first: an environment that is being added has no row yet to wait for.
   */
  async lockAll(projectId: ProjectId): Promise<readonly Environment[]> {
    await this.trx
      .selectFrom("projects")
      .select("project_id")
      .where("tenant_id", "=", this.tenantId)
      .where("project_id", "=", projectId)
      .forNoKeyUpdate()
      .execute();
    const rows = await this.selectAll()
      .where("project_id", "=", projectId)
      .orderBy("environment_id")
      .forUpdate()
      .execute();
    return rows.map(fromRow);
  }

  /** Locks one environment until the transaction ends: whoever changes it next waits, so revisions follow commits. */
  async lock(environmentId: EnvironmentId): Promise<Environment | undefined> {
    const row = await this.selectAll()
      .where("environment_id", "=", environmentId)
      .forUpdate()
      .executeTakeFirst();
    return row && fromRow(row);
  }

  /** Says anew what people call it, and how careful they are asked to be. */
  async describe(
    environmentId: EnvironmentId,
    { name, critical }: Pick<Environment, "name" | "critical">,
  ): Promise<Environment> {
    const row = await this.trx
      .updateTable("environments")
      .set({ name, critical })
      .where("tenant_id", "=", this.tenantId)
      .where("environment_id", "=", environmentId)
      .returning(COLUMNS)
      .executeTakeFirstOrThrow();
    return fromRow(row);
  }

  /** Gives a locked environment another epoch, later than the one it has: its next revision is of that one. */
  async renewEpoch(environmentId: EnvironmentId): Promise<void> {
    await this.trx
      .updateTable("environments")
      .set({ epoch: newEpoch() })
      .where("tenant_id", "=", this.tenantId)
      .where("environment_id", "=", environmentId)
      .execute();
  }

  /**
   * The next revision, taken inside the changing transaction: a roll-back gives the number back, so there are no gaps.
   *
   * @param grownBytes by how much the change makes the ruleset larger, or smaller
   */
  async raiseRevision(
    environmentId: EnvironmentId,
    grownBytes: number,
  ): Promise<{ readonly epoch: string; readonly revision: number; readonly rulesetBytes: number }> {
    const row = await this.trx
      .updateTable("environments")
      .set((eb) => ({
        revision: eb("revision", "+", "1"),
        ruleset_bytes: eb("ruleset_bytes", "+", String(grownBytes)),
      }))
      .where("tenant_id", "=", this.tenantId)
      .where("environment_id", "=", environmentId)
      .returning(["epoch", "revision", "ruleset_bytes"])
      .executeTakeFirstOrThrow();
    return { epoch: row.epoch, revision: Number(row.revision), rulesetBytes: Number(row.ruleset_bytes) };
  }
}

function fromRow(row: {
  environment_id: EnvironmentId;
  project_id: ProjectId;
  key: string;
  name: string;
  critical: boolean;
  epoch: string;
  revision: string;
}): Environment {
  return {
    environmentId: row.environment_id,
    projectId: row.project_id,
    key: row.key,
    name: row.name,
    critical: row.critical,
    epoch: row.epoch,
    revision: Number(row.revision),
  };
}
