import { expect, test } from "vitest";
import { repeat } from "./repeat.ts";

test("does the work again after it failed, one run at a time, until it is told to stop", async () => {
  const stop = new AbortController();
  const errors: unknown[] = [];
  let running = 0;
  let most = 0;
  let runs = 0;

  await repeat(
    async () => {
      running++;
      most = Math.max(most, running);
      await Promise.resolve();
      running--;
      runs++;
      if (runs === 5) stop.abort();
      if (runs % 2 === 1) throw new Error(`run ${runs}`);
    },
    { everyMs: 1, jitter: 0.2, signal: stop.signal, onError: (error) => errors.push(error) },
  );

  expect({ runs, most, errors: errors.length }).toEqual({ runs: 5, most: 1, errors: 3 });
});
