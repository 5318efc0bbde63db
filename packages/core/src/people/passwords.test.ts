import { availableParallelism } from "node:os";
import { hash } from "@node-rs/argon2";
import { expect, test } from "vitest";
import { hashPassword, isOutdated, isPassword } from "./passwords.ts";

const QUEUE = 50;

test("matches a password however its letters are composed", async () => {
  const hashed = await hashPassword("Ünïcode ﬁsh password");

  expect(await isPassword("Ünïcode fish password".normalize("NFD"), hashed)).toBe(true);
  expect(await isPassword("Unicode fish password", hashed)).toBe(false);
});

test("matches nothing for who has no account, after as much work", async () => {
  const hashed = await hashPassword("correct horse battery");
  const once = async (against: string | undefined) => {
    const startedMs = performance.now();
    expect(await isPassword("wrong horse battery", against)).toBe(false);
    return performance.now() - startedMs;
  };

  // By turns, and the quickest of each: another program's work slows some of them down.
  const [known, unknown]: [number[], number[]] = [[], []];
  for (let round = 0; round < 20; round += 1) {
    known.push(await once(hashed));
    unknown.push(await once(undefined));
  }
  const ratio = Math.min(...unknown) / Math.min(...known);

  expect(ratio).toBeGreaterThan(0.6);
  expect(ratio).toBeLessThan(1.6);
});

test.each([
  ["fewer passes", { memoryCost: 19_456, timeCost: 1, parallelism: 1 }],
  ["less memory", { memoryCost: 8192, timeCost: 2, parallelism: 1 }],
  ["another algorithm", { memoryCost: 19_456, timeCost: 2, parallelism: 1, algorithm: 1 }],
])("tells a hash of %s from one of today", async (_, cost) => {
  expect(isOutdated(await hash("correct horse battery", cost))).toBe(true);
  expect(isOutdated(await hashPassword("correct horse battery"))).toBe(false);
});

test("asks those to come back for whom there is no room to wait, and serves all others", async () => {
  const most = Math.max(1, availableParallelism() - 1) + QUEUE;

  const answers = await Promise.allSettled(
    Array.from({ length: 200 }, () => isPassword("wrong horse battery", undefined)),
  );

  const served = answers.filter(({ status }) => status === "fulfilled");
  const refused = answers.filter((answer) => answer.status === "rejected").map(({ reason }) => reason.code);
  expect(served).toHaveLength(most);
  expect(refused).toEqual(Array.from({ length: 200 - most }, () => "unavailable"));
  expect(await isPassword("wrong horse battery", undefined)).toBe(false);
});
