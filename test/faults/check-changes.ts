/** Reads a history of changes once all is over, and says what of it can't be. */
import type { ChangeEvent } from "./changes.ts";
import type { Recorded } from "./history.ts";
import type { StoredEvent } from "./stored-changes.ts";
import { never, type Verdict } from "./verdicts.ts";

export const LOST = "acknowledged changes that are not there";
export const GHOSTS = "changes that are there and nobody asked for, or that were refused";
export const GAPS = "revisions that are missing";
export const REORDERED =
  "changes with a lower revision than one that was acknowledged before they were asked for";

type Acknowledged = Extract<ChangeEvent, { type: "acknowledged" }>;

export interface ChangeCounts {
  readonly acknowledged: number;
  readonly refused: number;
  readonly unknown: number;
  /** Of the unknown ones, those that turned out to be there. */
  readonly unknownAndThere: number;
}

export function checkChanges(events: readonly Recorded<ChangeEvent | StoredEvent>[]): {
  readonly verdicts: readonly Verdict[];
  readonly counts: ChangeCounts;
} {
  const of = <Type extends (ChangeEvent | StoredEvent)["type"]>(type: Type) =>
    events.filter(
      (event): event is Recorded<Extract<ChangeEvent | StoredEvent, { type: Type }>> => event.type === type,
    );
  const [stored, acknowledged, unknown, refused] = [
    of("stored"),
    of("acknowledged"),
    of("unknown"),
    of("refused"),
  ];
  const byRevision = new Map(stored.map((row) => [revisionOf(row), row]));
  const isThere = (change: Recorded<Acknowledged>) => {
    const row = byRevision.get(revisionOf(change));
    return row?.toggle === change.toggle && row.version === change.version && row.enabled === change.enabled;
  };
  const lost = acknowledged.filter((change) => !isThere(change));
  const changed = stored.filter(({ version }) => version !== null && version > 1);
  const asked = new Set([...acknowledged, ...unknown].map(versionOf));
  const acknowledgedVersions = new Set(acknowledged.map(versionOf));
  const there = new Set(changed.map(versionOf).filter((version) => !acknowledgedVersions.has(version)));
  const ghosts = changed.filter((row) => !asked.has(versionOf(row)));
  const gaps = of("head").flatMap((head) =>
    Array.from({ length: head.revision }, (_, index) => revisionOf({ ...head, revision: index + 1 })).filter(
      (revision) => !byRevision.has(revision),
    ),
  );
  const acked = { n: acknowledged.length, what: "acknowledged" };
  return {
    verdicts: [
      never(LOST, lost.length, acked),
      never(GHOSTS, ghosts.length, { n: changed.length, what: "stored" }),
      never(GAPS, gaps.length, { n: stored.length, what: "revisions" }),
      never(REORDERED, countReordered(of("invoked"), acknowledged), acked),
    ],
    counts: {
      acknowledged: acknowledged.length,
      refused: refused.length,
      unknown: unknown.length,
      unknownAndThere: new Set(unknown.map(versionOf).filter((version) => there.has(version))).size,
    },
  };
}

/** Real time rules: what was asked for once another change was acknowledged comes after it. */
function countReordered(
  invoked: readonly Recorded<ChangeEvent>[],
  acknowledged: readonly Recorded<Acknowledged>[],
): number {
  const invokedAt = new Map(invoked.map(({ id, at }) => [id, at]));
  const byEnvironment = Map.groupBy(acknowledged, ({ tenantId, environment, epoch }) =>
    [tenantId, environment, epoch].join("/"),
  );
  let reordered = 0;
  for (const changes of byEnvironment.values()) {
    const byAsking = changes.toSorted((a, b) => (invokedAt.get(a.id) ?? 0) - (invokedAt.get(b.id) ?? 0));
    let answered = 0;
    let highest = 0;
    for (const change of byAsking) {
      for (; (changes[answered]?.at ?? Infinity) < (invokedAt.get(change.id) ?? 0); answered++) {
        highest = Math.max(highest, changes[answered]?.revision ?? 0);
      }
      if (change.revision <= highest) reordered += 1;
    }
  }
  return reordered;
}

function revisionOf({
  tenantId,
  environment,
  epoch,
  revision,
}: Pick<Acknowledged, "tenantId" | "environment" | "epoch" | "revision">) {
  return [tenantId, environment, epoch, revision].join("/");
}

function versionOf({
  tenantId,
  environment,
  toggle,
  version,
}: {
  readonly tenantId: string;
  readonly environment: string;
  readonly toggle: string | null;
  readonly version: number | null;
}) {
  return [tenantId, environment, toggle, version].join("/");
}
