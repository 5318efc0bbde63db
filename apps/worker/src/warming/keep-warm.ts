import { setTimeout as delay } from "node:timers/promises";
import { type WarmPorts, warmRulesets } from "@burgee/core";
import type { Logger, Metrics, RedisSnapshots } from "@burgee/runtime";
import { inTurn, type Turn } from "../upkeep/in-turn.ts";

interface WarmDeps {
  readonly publisher: WarmPorts;
  readonly copies: Pick<RedisSnapshots, "isWarm" | "beginWarming" | "endWarming"> | undefined;
  readonly perSecond: number;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

/** Between two of one installation: a Redis that is emptied again and again is filled no more often. */
const NOT_SOONER_MS = 15_000;

/**
 * Makes what keeps rulesets ready: fills Redis when this worker starts, when Redis was emptied, and when it was away. One worker does it for
 * all. Without Redis it publishes what waits at the start, those first that are used most.
 */
export function createWarming({
  publisher,
  copies,
  perSecond,
  metrics,
  log,
  signal,
}: WarmDeps): () => Promise<void> {
  const warmed = metrics.counter({
    name: "burgee_warmed_rulesets_total",
    help: "Rulesets that were looked at ahead of their first reader, by what was done about them.",
    labels: ["outcome"],
  });
  const done = metrics.gauge({
    name: "burgee_warming_done",
    help: "Environments that the last warming of this worker has looked at.",
  });
  const total = metrics.gauge({
    name: "burgee_warming_total",
    help: "Environments that the last warming of this worker looks at.",
  });
  /** At the start, and since Redis was last away. */
  let isDue = true;

  return async () => {
    const isCold = await looksCold();
    if (isCold === undefined || !(isDue || isCold)) return;
    // Where another worker is at it, or just was, there is nothing left to do; should that one die, Redis stays cold.
    isDue = false;
    await inTurn(publisher, { name: "warm-rulesets", everyMs: NOT_SOONER_MS, signal }, warm);
  };

  /** Undefined while Redis does not answer. */
  async function looksCold(): Promise<boolean | undefined> {
    try {
      return copies !== undefined && !(await copies.isWarm());
    } catch {
      isDue = true;
      return undefined;
    }
  }

  async function warm({ goOn }: Turn): Promise<void> {
    const filler = await copies?.beginWarming();
    const counts: Record<string, number> = {};
    const isWhole = await warmRulesets(publisher, {
      perSecond,
      goOn: (progress) => {
        done.set(progress.done);
        total.set(progress.total ?? 0);
        log.debug(progress, "Rulesets are made ready.");
        return goOn(progress);
      },
      onOutcome: (outcome) => {
        warmed.inc({ outcome });
        counts[outcome] = (counts[outcome] ?? 0) + 1;
      },
      pause: (ms) => delay(ms, undefined, { ref: false }),
      nowMs: () => performance.now(),
    });
    if (isWhole && filler !== undefined) await copies?.endWarming(filler);
    log.info({ ...counts, isWhole }, "Rulesets were made ready.");
  }
}
