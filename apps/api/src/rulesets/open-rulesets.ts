import { LiveLists, LiveRulesets } from "@burgee/core";
import type { Database, SystemDatabase } from "@burgee/db";

export interface OpenRulesets {
  readonly rulesets: LiveRulesets;
  readonly lists: LiveLists;
}

/** What a node holds in memory, filled from the database. */
export function openRulesets(
  { db, system }: { readonly db: Database; readonly system: SystemDatabase },
  onError: ConstructorParameters<typeof LiveRulesets>[0]["onError"],
): OpenRulesets {
  const lists = new LiveLists({
    load: ({ tenantId, environmentId }, hash) =>
      db.read(tenantId, async ({ environments, segmentLists }) => {
        const environment = await environments.find(environmentId);
        return environment && segmentLists.findBytes(environment.projectId, hash);
      }),
  });
  const rulesets = new LiveRulesets({
    source: {
      load: ({ tenantId, environmentId }) =>
        db.read(tenantId, (readers) => readers.rulesets.find(environmentId)),
      list: (scope, hash) => lists.get(scope, hash),
      heads: (environmentIds) => system.listHeads(environmentIds),
    },
    onError,
    onGone: ({ tenantId }) => lists.forget(tenantId),
  });
  return { rulesets, lists };
}
