import { LiveLists, LiveRulesets, type RulesetCache, type Scope } from "@burgee/core";
import type { Database, SystemDatabase } from "@burgee/db";
import type { EdgeStore } from "../edge-store/edge-store.ts";
import type { GuardRead } from "./guard-reads.ts";

export type OnUnloaded = ConstructorParameters<typeof LiveRulesets>[0]["onError"];

export interface RulesetPorts {
  readonly db: Database;
  readonly system: SystemDatabase;
  readonly cache?: RulesetCache | undefined;
  /** Around what asks the database for rulesets and their heads. */
  readonly guard?: GuardRead;
  /** Counts milliseconds from any start: by it a ruleset grows stale. */
  readonly nowMs?: () => number;
}

export interface OpenRulesets {
  readonly rulesets: LiveRulesets;
  readonly lists: LiveLists;
}

/**
 * What a node holds in memory, filled from the database; and from the disk where the database can't be reached. A list is
 * what its hash names, so that one on disk is as good as the database's.
 */
export function openRulesets(
  { db, system, cache, guard = (read) => read(), nowMs = () => performance.now() }: RulesetPorts,
  onError: OnUnloaded,
  kept?: EdgeStore,
): OpenRulesets {
  const fromDisk = async (scope: Scope, hash: string) => {
    try {
      return await kept?.findList(scope, hash);
    } catch (error) {
      onError(error, scope);
      return undefined;
    }
  };
  const lists = new LiveLists({
    load: async (scope, hash) =>
      (await fromDisk(scope, hash)) ??
      db.read(scope.tenantId, async ({ environments, segmentLists }) => {
        const environment = await environments.find(scope.environmentId);
        return environment && segmentLists.findBytes(environment.projectId, hash);
      }),
  });
  const rulesets = new LiveRulesets({
    source: {
      load: ({ tenantId, environmentId }) =>
        guard(() => db.read(tenantId, (readers) => readers.rulesets.find(environmentId))),
      list: (scope, hash) => lists.get(scope, hash),
      heads: (environmentIds) => guard(() => system.listHeads(environmentIds)),
    },
    kept,
    cache,
    nowMs,
    onError,
    onGone: ({ tenantId }) => lists.forget(tenantId),
  });
  return { rulesets, lists };
}
