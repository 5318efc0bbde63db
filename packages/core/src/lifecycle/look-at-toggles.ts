import type { Database, EnvironmentId, Project, Setting, TenantId, ToggleId, Writers } from "@burgee/db";
import { announceNotice } from "../notices/announce-notice.ts";
import { lifeOf } from "./life-of.ts";

export interface LookedAt {
  readonly toggles: number;
  readonly becameStale: number;
}

const TOGGLES_A_PAGE = 200;

/**
 * Looks how far each toggle of a tenant is in its life, a page of them in a transaction, and tells of those that became stale: once, also
 * where two look at a time. Safe to stop at any point.
 * @throws {TenantClosedError} for one that goes
 */
export async function lookAtToggles(
  { db }: { readonly db: Database },
  tenantId: TenantId,
  goOn: (looked: LookedAt) => Promise<boolean>,
): Promise<LookedAt> {
  const projects = await db.read(tenantId, (readers) => readers.projects.list());
  const looked = { toggles: 0, becameStale: 0 };
  for (const project of projects) {
    let after: string | undefined;
    do {
      if (!(await goOn(looked))) return looked;
      const page = await db.transact(tenantId, (writers) => lookAtPage(writers, project, after));
      looked.toggles += page.toggles;
      looked.becameStale += page.becameStale;
      after = page.nextAfter;
    } while (after !== undefined);
  }
  return looked;
}

async function lookAtPage(writers: Writers, { projectId }: Project, after: string | undefined) {
  // One after the other, so that nobody is told twice.
  await writers.lives.lock();
  const toggles = await writers.toggles.list({ projectId, after, limit: TOGGLES_A_PAGE });
  const toggleIds = toggles.map(({ toggleId }) => toggleId);
  const environments = await writers.environments.list(projectId);
  const environmentIds = environments.map(({ environmentId }) => environmentId);
  const settings = await settingsOf(writers, environmentIds, toggleIds);
  const seen = await writers.usage.lastHours(environmentIds, toggleIds);
  const ends = await writers.lives.listExpectedEnds(toggleIds);
  const before = await writers.lives.findAll(toggleIds);
  const days = await writers.lives.findDays(projectId);
  const now = await writers.lives.now();

  const lives = toggles.map(({ toggleId, key, createdAt }) => {
    const evidence = {
      createdAt,
      expectedEnd: ends.get(toggleId) ?? null,
      settings: settings.get(toggleId) ?? [],
      lastSeenAt: seen.get(toggleId) ?? null,
    };
    return { toggleId, key, ...lifeOf(evidence, days, now, before.get(toggleId)) };
  });
  await writers.lives.save(lives);
  const becameStale = lives.filter(
    ({ toggleId, staleSince }) => staleSince !== null && !before.get(toggleId)?.staleSince,
  );
  for (const { key, stage, stageSince, lastSeenAt } of becameStale) {
    await announceNotice(writers, {
      type: "toggle.stale",
      projectId,
      data: {
        toggle: key,
        stage,
        since: stageSince.toISOString(),
        lastSeenAt: lastSeenAt?.toISOString() ?? null,
      },
    });
  }
  return {
    toggles: toggles.length,
    becameStale: becameStale.length,
    nextAfter: toggles.length < TOGGLES_A_PAGE ? undefined : toggles.at(-1)?.key,
  };
}

async function settingsOf(
  { settings }: Writers,
  environmentIds: readonly EnvironmentId[],
  toggleIds: readonly ToggleId[],
): Promise<ReadonlyMap<ToggleId, readonly Setting[]>> {
  const found = new Map<ToggleId, Setting[]>();
  for (const environmentId of environmentIds) {
    for (const setting of await settings.listOfEnvironment(environmentId, toggleIds)) {
      found.set(setting.toggleId, [...(found.get(setting.toggleId) ?? []), setting]);
    }
  }
  return found;
}
