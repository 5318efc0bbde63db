import { expect, test } from "vitest";
import { newId } from "../ids.ts";
import type { TenantId } from "../schema/records.ts";
import { BusyError } from "./busy-error.ts";
import { TenantTurns } from "./tenant-turns.ts";

const noisy = newId<TenantId>();
const quiet = newId<TenantId>();

test("lets so much of one tenant run at a time, and the rest in order", async () => {
  const turns = new TenantTurns({ atATime: 2, waiting: 10 });
  const begun: number[] = [];
  const gates = Array.from({ length: 4 }, () => Promise.withResolvers<void>());
  const taken = gates.map(({ promise }, index) =>
    turns.take(noisy, async () => {
      begun.push(index);
      await promise;
    }),
  );

  await turns.take(quiet, async () => undefined);
  expect(begun).toEqual([0, 1]);

  gates[1]?.resolve();
  await taken[1];
  await turns.take(quiet, async () => undefined);
  expect(begun).toEqual([0, 1, 2]);

  for (const { resolve } of gates) resolve();
  await Promise.all(taken);
  expect(begun).toEqual([0, 1, 2, 3]);
});

test("refuses what is one too many to wait, and takes on more once some went", async () => {
  const turns = new TenantTurns({ atATime: 1, waiting: 2 });
  const gate = Promise.withResolvers<void>();
  const taken = Array.from({ length: 3 }, () => turns.take(noisy, () => gate.promise));

  await expect(turns.take(noisy, async () => undefined)).rejects.toThrow(BusyError);
  await expect(turns.take(quiet, async () => "mine")).resolves.toBe("mine");

  gate.resolve();
  await Promise.all(taken);
  await expect(turns.take(noisy, async () => "again")).resolves.toBe("again");
});

test("gives a turn up that does not come in time, and never begins it", async () => {
  const turns = new TenantTurns({ atATime: 1, waiting: 1, patienceMs: 20 });
  const gate = Promise.withResolvers<void>();
  const begun: string[] = [];
  const first = turns.take(noisy, () => gate.promise);

  await expect(turns.take(noisy, async () => begun.push("given up"))).rejects.toThrow(BusyError);
  const patient = turns.take(noisy, async () => begun.push("patient"));
  gate.resolve();
  await Promise.all([first, patient]);

  expect(begun).toEqual(["patient"]);
  expect(turns.size).toBe(0);
});

test("remembers no tenant that is idle, however its work ended", async () => {
  const turns = new TenantTurns({ atATime: 1, waiting: 2 });
  const fail = async () => {
    throw new Error("No.");
  };
  const taken = [turns.take(noisy, async () => 1), turns.take(noisy, fail), turns.take(quiet, async () => 1)];
  expect(turns.size).toBe(2);

  await Promise.allSettled(taken);

  expect(turns.size).toBe(0);
});
