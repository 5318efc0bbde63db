/** What an earlier process served last is in memory before anybody can ask: the first evaluations have 100 ms like all others. */
import { setTimeout as delay } from "node:timers/promises";
import type { LiveRulesets, Scope } from "@burgee/core";

const MOST = 1_000;
const AT_ONCE = 16;
/** A node that keeps its callers waiting for longer had better load with their requests. */
const WITHIN_MS = 3_000;

/** @param scopes last used last; what of them can't be loaded is tried again when it is asked for */
export async function loadKept(
  rulesets: Pick<LiveRulesets, "get">,
  scopes: readonly Scope[],
  withinMs = WITHIN_MS,
): Promise<void> {
  const waiting = scopes.slice(-MOST);
  const over = new AbortController();
  const loadOneByOne = async () => {
    for (let scope = waiting.pop(); scope && !over.signal.aborted; scope = waiting.pop()) {
      await rulesets.get(scope).catch(() => undefined);
    }
  };
  const all = Promise.all(Array.from({ length: AT_ONCE }, loadOneByOne));
  await Promise.race([all, delay(withinMs, undefined, { signal: over.signal }).catch(() => undefined)]);
  over.abort();
}
