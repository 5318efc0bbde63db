import { RulesetCache } from "@burgee/core";
import type { Database } from "@burgee/db";
import { createBreaker, type Logger, type Metrics, onceWhileItLasts, RedisSnapshots } from "@burgee/runtime";
import type { ShowBreaker } from "../operations/expose-breakers.ts";

export interface OpenRulesetCacheOptions {
  readonly db: Database;
  readonly redisUrl: string;
  readonly applicationName: string;
  /** How long a copy is waited for; 20, left out: whoever asks for a ruleset waits too. */
  readonly readWithinMs?: number;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly showBreaker: ShowBreaker;
}

export interface OpenRulesetCache {
  readonly cache: RulesetCache;
  readonly close: () => void;
}

const READ_WITHIN_MS = 20;

/** Copies of rulesets in Redis, behind a breaker: a Redis that hangs costs a few readers 20 ms each, and then nobody anything. */
export function openRulesetCache({
  db,
  metrics,
  showBreaker,
  log,
  redisUrl: url,
  applicationName,
  readWithinMs = READ_WITHIN_MS,
}: OpenRulesetCacheOptions): OpenRulesetCache {
  const snapshots = new RedisSnapshots({ url, applicationName, readWithinMs, log });
  const breaker = createBreaker({
    name: "Asking Redis for a ruleset",
    timeoutMs: readWithinMs,
    onState: showBreaker("redis"),
  });
  const reads = metrics.counter({
    name: "burgee_ruleset_cache_reads_total",
    help: "Looks for a ruleset's copy in Redis, by how they ended; refused are those that were not to be believed.",
    labels: ["outcome"],
  });
  const onUnavailable = onceWhileItLasts((err) =>
    log.warn({ err }, "No copies of rulesets are to be had; they are read from the database."),
  );
  const cache = new RulesetCache({
    store: {
      find: (scope) => breaker.run(() => snapshots.find(scope)),
      heads: (scopes) => snapshots.heads(scopes),
      put: (scope, head, bytes, options) => snapshots.put(scope, head, bytes, options),
    },
    publicKeys: async (tenantId) => {
      const keys = await db.read(tenantId, ({ signingKeys }) => signingKeys.listValid());
      return keys.map(({ publicKey }) => publicKey);
    },
    onOutcome: (outcome, { environmentId }, error) => {
      reads.inc({ outcome });
      if (outcome === "unavailable") onUnavailable(error);
      if (outcome === "refused") {
        log.error({ environmentId }, "The copy of a ruleset in Redis is not the one that was published.");
      }
    },
  });
  return { cache, close: () => snapshots.close() };
}
