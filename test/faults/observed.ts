/** What clients saw of an environment's changes, checked against what its only writer was told. */
import type { Recorded } from "./history.ts";
import { atMost, never, quantile, type Verdict } from "./verdicts.ts";

export type ObservedEvent =
  | {
      /** A change was acknowledged. */
      readonly type: "changed";
      readonly revision: number;
      readonly toggle: string;
      readonly enabled: boolean;
    }
  | {
      /** A client is at another revision, and sees these toggles enabled. */
      readonly type: "applied";
      readonly client: string;
      readonly revision: number;
      readonly enabled?: readonly string[];
    };

export const WENT_BACK = "revisions that went back in a client";
export const WRONG_VALUES = "updates after which a client's values were not those of its revision";
export const LATE = "from the acknowledgement of a change until every client has it";

type Of<Type extends ObservedEvent["type"]> = Recorded<Extract<ObservedEvent, { type: Type }>>;

/** @param connected the clients of which it is asked that they are soon up to date */
export function checkObserved(
  events: readonly Recorded<ObservedEvent>[],
  {
    initial,
    connected,
    withinMs,
  }: {
    readonly initial: readonly string[];
    readonly connected: (client: string) => boolean;
    readonly withinMs: number;
  },
): readonly Verdict[] {
  const changed = events.filter((event): event is Of<"changed"> => event.type === "changed");
  const applied = events.filter((event): event is Of<"applied"> => event.type === "applied");
  const byClient = Map.groupBy(applied, ({ client }) => client);
  const back = [...byClient.values()].flatMap((updates) =>
    updates.filter(({ revision }, index) => revision <= (updates[index - 1]?.revision ?? -1)),
  );
  const enabledAt = statesOf(changed, initial);
  const told = applied.filter(({ enabled }) => enabled !== undefined);
  const wrong = told.filter(
    ({ revision, enabled = [] }) => enabledAt.get(revision) !== [...enabled].sort().join(),
  );
  const delaysMs = [...byClient]
    .filter(([client]) => connected(client))
    .flatMap(([, updates]) => changed.map((change) => delayOf(change, updates)));
  const late = atMost(LATE, Math.max(...delaysMs), withinMs, "ms");
  const quantiles = [0.5, 0.99].map((share) => `p${share * 100} ${Math.round(quantile(delaysMs, share))} ms`);
  return [
    never(WENT_BACK, back.length, { n: applied.length, what: "updates" }),
    never(WRONG_VALUES, wrong.length, { n: told.length, what: "updates" }),
    { ...late, seen: `${late.seen} (${quantiles.join(", ")}, n = ${delaysMs.length})` },
  ];
}

/** Which toggles are enabled at each revision that a change brought. */
function statesOf(
  changed: readonly Of<"changed">[],
  initial: readonly string[],
): ReadonlyMap<number, string> {
  const enabled = new Set(initial);
  return new Map(
    changed
      .toSorted((a, b) => a.revision - b.revision)
      .map(({ revision, toggle, enabled: isEnabled }) => {
        if (isEnabled) enabled.add(toggle);
        else enabled.delete(toggle);
        return [revision, [...enabled].sort().join()];
      }),
  );
}

/** It may have it before the answer arrives; that is no time at all. */
function delayOf({ at, revision }: Of<"changed">, updates: readonly Of<"applied">[]): number {
  const has = updates.find((update) => update.revision >= revision);
  return has === undefined ? Number.POSITIVE_INFINITY : Math.max(0, has.at - at);
}
