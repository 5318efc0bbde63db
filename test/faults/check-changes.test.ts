import { expect, test } from "vitest";
import type { ChangeEvent } from "./changes.ts";
import { checkChanges, GAPS, GHOSTS, LOST, REORDERED } from "./check-changes.ts";
import type { Recorded } from "./history.ts";
import type { StoredEvent } from "./stored-changes.ts";

type Event = Recorded<ChangeEvent | StoredEvent>;

const place = { tenantId: "acme", environment: "production" };
const epoch = "e1";

function change(id: string, version: number) {
  return { ...place, id, toggle: `toggle-${id}`, version, enabled: true };
}

function answered(
  id: string,
  version: number,
  revision: number,
  [from, to]: readonly [number, number],
): Event[] {
  return [
    { type: "invoked", at: from, ...change(id, version) },
    { type: "acknowledged", at: to, epoch, revision, ...change(id, version) },
  ];
}

function stored(id: string, version: number, revision: number): Event {
  const { toggle } = change(id, version);
  return {
    type: "stored",
    at: 99,
    ...place,
    epoch,
    revision,
    toggle,
    version,
    enabled: true,
    published: true,
  };
}

const head = (revision: number): Event => ({ type: "head", at: 99, ...place, epoch, revision });

/** Two changes, one after the other, as they should be. */
const good = [
  ...answered("a", 2, 1, [0, 5]),
  ...answered("b", 2, 2, [10, 15]),
  stored("a", 2, 1),
  stored("b", 2, 2),
  head(2),
];

function broken(events: readonly Event[]): readonly string[] {
  return checkChanges(events)
    .verdicts.filter(({ holds }) => !holds)
    .map(({ claim }) => claim);
}

test("finds nothing in a history as it should be", () => {
  expect(broken(good)).toEqual([]);
});

test("finds a change that was acknowledged and is not there", () => {
  expect(broken(good.filter((event) => event.type !== "stored" || event.revision !== 2))).toEqual([
    LOST,
    GAPS,
  ]);
});

test("finds a change in whose place another one stands", () => {
  expect(
    broken(
      good.map((event) => (event.type === "stored" && event.revision === 2 ? stored("b", 3, 2) : event)),
    ),
  ).toEqual([LOST, GHOSTS]);
});

test("finds a change that was refused and is there", () => {
  const refused: Event[] = [
    { type: "invoked", at: 20, ...change("c", 2) },
    { type: "refused", at: 25, status: 409, ...change("c", 2) },
  ];

  expect(broken([...good, ...refused, stored("c", 2, 3)])).toEqual([GHOSTS]);
});

test("takes a change of which nobody knows how it went for either", () => {
  const unknown: Event[] = [
    { type: "invoked", at: 20, ...change("c", 2) },
    { type: "unknown", at: 25, why: "status 503", ...change("c", 2) },
  ];

  expect(broken([...good, ...unknown])).toEqual([]);
  expect(broken([...good, ...unknown, stored("c", 2, 3)])).toEqual([]);
});

test("finds a revision that is missing", () => {
  expect(broken([...good.slice(0, -1), head(3)])).toEqual([GAPS]);
});

test("finds a later change with a lower revision", () => {
  const swapped = [
    ...answered("a", 2, 2, [0, 5]),
    ...answered("b", 2, 1, [10, 15]),
    stored("a", 2, 2),
    stored("b", 2, 1),
    head(2),
  ];

  expect(broken(swapped)).toEqual([REORDERED]);
});
