import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createRetries } from "./create-retries.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("tries again after a random pause, twice at most", async () => {
  const { run, tries } = failing({ saved: 20 });
  const ended = run().catch((error: Error) => error.message);
  expect(tries()).toBe(1);

  await vi.advanceTimersByTimeAsync(24);
  expect(tries()).toBe(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(tries()).toBe(2);
  await vi.advanceTimersByTimeAsync(50);
  expect(tries()).toBe(3);

  expect(await ended).toBe("Try 3.");
});

test("never tries again for more than a tenth of all calls", async () => {
  const { run, tries } = failing();

  const calls = Array.from({ length: 1_000 }, () => run().catch(() => undefined));
  await vi.advanceTimersByTimeAsync(1_000);
  await Promise.all(calls);

  expect(tries() - 1_000).toBeGreaterThan(0);
  expect(tries() - 1_000).toBeLessThanOrEqual(101);
});

test("tries what can't be helped once", async () => {
  const { run, tries } = failing({ saved: 20, isTransient: false });

  await expect(run()).rejects.toThrow("Try 1.");

  expect(tries()).toBe(1);
});

/** Work that fails; `saved` calls succeeded before. */
function failing({ saved = 0, isTransient = true } = {}) {
  const retries = createRetries({ isTransient: () => isTransient, random: () => 0.5 });
  for (let calls = 0; calls < saved; calls++) void retries.run(async () => undefined);
  let tries = 0;
  const run = () =>
    retries.run(async () => {
      tries += 1;
      throw new Error(`Try ${tries}.`);
    });
  return { run, tries: () => tries };
}
