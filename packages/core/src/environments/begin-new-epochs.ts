/** What follows when a database was restored to an earlier time: its revisions may stand for other changes than readers saw. */
import type { Database, TenantId } from "@burgee/db";
import { appendEntries, type Happening } from "../audit/append-entry.ts";

/**
 * Begins a new epoch in every environment of a tenant, with a revision that brings the whole of it to every reader. Safe to run twice: they
 * take the later one.
 *
 * @returns how many environments there are
 * @throws {TenantClosedError} of a tenant that is being deleted
 */
export function beginNewEpochs(db: Database, tenantId: TenantId): Promise<number> {
  return db.transact(tenantId, async (writers) => {
    const happened: Happening[] = [];
    for (const { projectId, key: project } of await writers.projects.list()) {
      for (const { environmentId, key, epoch: before } of await writers.environments.lockAll(projectId)) {
        await writers.environments.renewEpoch(environmentId);
        const { epoch, revision } = await writers.environments.raiseRevision(environmentId, 0);
        const type = "environment.recompiled";
        await writers.outbox.append({ environmentId, epoch, revision, type, traceparent: null });
        happened.push({
          actor: "system",
          action: "environment.restored",
          object: `environment/${project}/${key}`,
          environmentId,
          revision,
          before: { epoch: before },
          after: { epoch },
        });
      }
    }
    await appendEntries(writers, tenantId, happened);
    return happened.length;
  });
}
