/**
 * Makes rulesets ready ahead of their first reader, those that are read most first: publishes what waits, and puts a copy of what is published where
 * there is none. May run twice, at once, and stop at any point: what is ready is passed over.
 */
import type { SystemDatabase, TenantId, UpkeepProgress } from "@burgee/db";
import { type PublisherPorts, publishEnvironment } from "./publish-environment.ts";
import { restoreCopy, type SnapshotStore } from "./ruleset-cache.ts";

type Used = Awaited<ReturnType<SystemDatabase["listByUse"]>>[number];

export interface WarmPorts extends PublisherPorts {
  readonly copies?: Pick<SnapshotStore, "put" | "heads"> | undefined;
}

export interface WarmOptions {
  /** Whose; all there are, unless told otherwise. */
  readonly tenantId?: TenantId;
  /** Rulesets that are made or copied; those that are ready cost nothing. */
  readonly perSecond: number;
  /** Told of progress now and then; false ends the work where it is. */
  readonly goOn: (progress: UpkeepProgress) => Promise<boolean>;
  readonly onOutcome: (outcome: WarmOutcome) => void;
  readonly pause: (ms: number) => Promise<void>;
  readonly nowMs: () => number;
}

export type WarmOutcome = "ready" | "copied" | "published" | "failed";

/** What was told in the last hours says who is read next. */
const USED_WITHIN_MS = 2 * 60 * 60 * 1000;
/** Whatever is used less is made ready by its first reader. */
const MOST = 50_000;
const AT_A_TIME = 200;
const TOLD_EVERY_MS = 2_000;
/** In a row: then what is leaned on is away, and the rest would fail as well. */
const MOST_FAILURES = 5;

/** Says whether it came to its end. @throws {Error} what failed again and again */
export async function warmRulesets(ports: WarmPorts, options: WarmOptions): Promise<boolean> {
  const { tenantId, goOn, onOutcome, nowMs } = options;
  const environments = await ports.system.listByUse({ tenantId, withinMs: USED_WITHIN_MS, most: MOST });
  const total = environments.length;
  const wait = pacer(options);
  let failures = 0;
  let done = 0;
  let toldMs = Number.NEGATIVE_INFINITY;

  for (let start = 0; start < total; start += AT_A_TIME) {
    const some = environments.slice(start, start + AT_A_TIME);
    const copied = (await ports.copies?.heads(some)) ?? [];
    for (const [at, used] of some.entries()) {
      if (nowMs() - toldMs >= TOLD_EVERY_MS) {
        toldMs = nowMs();
        if (!(await goOn({ done, total }))) return false;
      }
      const isReady = !used.waits && used.head && (!ports.copies || isSame(copied[at], used.head));
      if (!isReady) await wait();
      try {
        onOutcome(isReady ? "ready" : await makeReady(ports, used));
        failures = 0;
      } catch (error) {
        onOutcome("failed");
        failures += 1;
        if (failures === MOST_FAILURES) throw error;
      }
      done += 1;
    }
  }
  return goOn({ done, total });
}

async function makeReady(ports: WarmPorts, used: Used): Promise<WarmOutcome> {
  const { tenantId, environmentId, head, waits } = used;
  if (waits || !head) {
    // How it went is reported as of any other publication; what went wrong is tried again by the poll.
    const { outcome } = await publishEnvironment(ports, { tenantId, environmentId });
    return outcome === "failed" ? "failed" : "published";
  }
  const stored = await ports.db.read(tenantId, ({ rulesets }) => rulesets.find(environmentId));
  if (stored && ports.copies) await restoreCopy(ports.copies, { tenantId, environmentId }, stored);
  return "copied";
}

function isSame(
  copy: { readonly epoch: string; readonly revision: number } | undefined,
  head: NonNullable<Used["head"]>,
): boolean {
  return copy?.epoch === head.epoch && copy.revision >= head.revision;
}

/** Lets so many pass in a second, evenly. */
function pacer({ perSecond, pause, nowMs }: WarmOptions): () => Promise<void> {
  let nextMs = nowMs();
  return async () => {
    const waitMs = nextMs - nowMs();
    nextMs = Math.max(nextMs, nowMs()) + 1000 / perSecond;
    if (waitMs > 0) await pause(waitMs);
  };
}
