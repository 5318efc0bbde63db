import { expect, test } from "vitest";
import { tenantId } from "../ids.ts";
import { type FairTurnLimits, FairTurns } from "./fair-turns.ts";

test("a tenant with much to do leaves the other turns to others", async () => {
  const { ask, begun } = turnsOf({ most: 3, mostOfOne: 2 });

  for (const name of ["a1", "a2", "a3", "b1"]) ask(name);

  expect(begun).toEqual(["a1", "a2", "b1"]);
});

test("a free turn goes to the tenant whose last one is longest ago, whoever waits longest", async () => {
  const { ask, begun, end } = turnsOf({ most: 1, mostOfOne: 1 });
  for (const name of ["a1", "a2", "a3", "b1", "c1", "b2"]) ask(name);

  for (const name of ["a1", "b1", "c1", "a2", "b2", "a3"]) await end(name);

  expect(begun).toEqual(["a1", "b1", "c1", "a2", "b2", "a3"]);
});

test("a turn that one tenant can't have yet goes to another", async () => {
  const { ask, begun, end } = turnsOf({ most: 2, mostOfOne: 1 });
  for (const name of ["a1", "b1", "a2", "b2"]) ask(name);

  await end("b1");

  expect(begun).toEqual(["a1", "b1", "b2"]);
});

test.each([
  ["of a tenant", { waitingOfOne: 1 }, "a3"],
  ["of all", { waiting: 1 }, "b1"],
])("more than may wait %s is refused at once, and what waits has its turn", async (_, limits, refused) => {
  const { ask, begun, end } = turnsOf({ most: 1, mostOfOne: 1, ...limits });
  for (const name of ["a1", "a2"]) ask(name);

  await expect(ask(refused)).rejects.toMatchObject({ code: "unavailable", message: "Full." });

  await end("a1");
  await end("a2");
  ask("c1");
  expect(begun).toEqual(["a1", "a2", "c1"]);
});

test("where all places to wait are taken, whoever has the most gives the last one to who has none", async () => {
  const { ask, begun, end } = turnsOf({ most: 1, mostOfOne: 1, waiting: 4 });
  for (const name of ["a1", "a2", "a3"]) ask(name);
  const last = ask("a4");
  ask("b1");

  ask("c1");
  await expect(last).rejects.toMatchObject({ code: "unavailable", message: "Full." });

  for (const name of ["a1", "b1", "c1", "a2", "a3"]) await end(name);
  expect(begun).toEqual(["a1", "b1", "c1", "a2", "a3"]);
});

test("nobody gives up the only place that they wait in", async () => {
  const { ask, begun, end } = turnsOf({ most: 1, mostOfOne: 1, waiting: 2 });
  for (const name of ["a1", "a2", "b1"]) ask(name);

  await expect(ask("c1")).rejects.toMatchObject({ code: "unavailable", message: "Full." });

  for (const name of ["a1", "b1", "a2"]) await end(name);
  expect(begun).toEqual(["a1", "b1", "a2"]);
});

test("work that fails gives its turn back", async () => {
  const { ask, begun, fail } = turnsOf({ most: 1, mostOfOne: 1 });
  const failing = ask("a1");
  ask("a2");

  await Promise.all([expect(failing).rejects.toThrow("broken"), fail("a1")]);

  expect(begun).toEqual(["a1", "a2"]);
});

/** Turns for work that is named after its tenant, begins when it may, and ends when it is told. */
function turnsOf(limits: Partial<FairTurnLimits>) {
  const turns = new FairTurns({
    most: 1,
    mostOfOne: 1,
    waiting: 100,
    waitingOfOne: 100,
    refusal: "Full.",
    ...limits,
  });
  const begun: string[] = [];
  const working = new Map<string, PromiseWithResolvers<void>>();
  const settled = new Map<string, Promise<void>>();
  const ask = (name: string) => {
    const work = Promise.withResolvers<void>();
    working.set(name, work);
    const asked = turns.take(tenant(name), () => {
      begun.push(name);
      return work.promise;
    });
    settled.set(
      name,
      asked.catch(() => undefined),
    );
    return asked;
  };
  return {
    begun,
    ask,
    end: async (name: string) => {
      working.get(name)?.resolve();
      await settled.get(name);
      await Promise.resolve();
    },
    fail: async (name: string) => {
      working.get(name)?.reject(new Error("broken"));
      await settled.get(name);
      await Promise.resolve();
    },
  };
}

function tenant(name: string) {
  return tenantId.parse(`00000000-0000-4000-8000-${name.charCodeAt(0).toString().padStart(12, "0")}`);
}
