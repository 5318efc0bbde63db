import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type BreakerState, createBreaker, isRefusedByBreaker } from "./create-breaker.ts";

const fail = async () => {
  throw new Error("No.");
};
const succeed = async () => "yes";
const hang = () => new Promise<never>(() => undefined);

let states: BreakerState[];

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
  states = [];
});
afterEach(() => {
  vi.useRealTimers();
});

test("opens at the 20th call within 10 s where half of them fail, and not before", async () => {
  const breaker = aBreaker();
  for (let calls = 0; calls < 19; calls++) await ended(breaker, calls % 2 === 0 ? fail : succeed);
  expect(breaker.state).toBe("closed");

  await ended(breaker, fail);

  expect(breaker.state).toBe("open");
  expect(await ended(breaker, succeed)).toSatisfy(isRefusedByBreaker);
});

test("stays closed while fewer than half fail, however many there are", async () => {
  const breaker = aBreaker();

  for (let calls = 0; calls < 300; calls++) await ended(breaker, calls % 5 < 2 ? fail : succeed);

  expect(breaker.state).toBe("closed");
});

test("stays closed where few fail, with long times between", async () => {
  const breaker = aBreaker();

  for (let calls = 0; calls < 40; calls++) {
    await ended(breaker, fail);
    vi.advanceTimersByTime(1_000);
  }

  expect(breaker.state).toBe("closed");
});

test("opens after five in a row that were not answered in time, and not for fewer, or not in a row", async () => {
  const breaker = aBreaker();
  for (let calls = 0; calls < 4; calls++) await timedOut(breaker);
  await ended(breaker, succeed);
  for (let calls = 0; calls < 4; calls++) await timedOut(breaker);
  expect(breaker.state).toBe("closed");

  await timedOut(breaker);

  expect(breaker.state).toBe("open");
});

test.each([
  [0, 1_000],
  [0.999, 1_999],
])(
  "tries one call after 1 to 2 s (chance %d), lets the others wait for how it ends, and closes",
  async (random, afterMs) => {
    const breaker = aBreaker({ random: () => random });
    for (let calls = 0; calls < 5; calls++) await timedOut(breaker);
    vi.advanceTimersByTime(afterMs - 2);
    expect(await ended(breaker, succeed)).toSatisfy(isRefusedByBreaker);
    vi.advanceTimersByTime(2);

    const { promise, resolve } = Promise.withResolvers<string>();
    const tries = vi.fn(() => promise);
    const probe = breaker.run(tries);
    const others = [breaker.run(tries), breaker.run(tries)];
    await vi.advanceTimersByTimeAsync(5);
    expect(tries).toHaveBeenCalledTimes(1);
    resolve("yes");

    expect(await Promise.all([probe, ...others])).toEqual(["yes", "yes", "yes"]);
    expect(states).toEqual(["closed", "open", "half_open", "closed"]);
  },
);

test("opens again where the one that tries fails", async () => {
  const breaker = aBreaker({ random: () => 0 });
  for (let calls = 0; calls < 5; calls++) await timedOut(breaker);
  vi.advanceTimersByTime(1_000);

  await ended(breaker, fail);

  expect(states).toEqual(["closed", "open", "half_open", "open"]);
});

test("takes no notice of errors that say nothing of the server", async () => {
  class Ours extends Error {}
  const breaker = aBreaker({ isFailure: (error) => !(error instanceof Ours) });

  for (let calls = 0; calls < 50; calls++) {
    expect(
      await ended(breaker, async () => {
        throw new Ours();
      }),
    ).toBeInstanceOf(Ours);
  }

  expect(breaker.state).toBe("closed");
});

function aBreaker(options: Partial<Parameters<typeof createBreaker>[0]> = {}) {
  return createBreaker({
    name: "Asking",
    timeoutMs: 20,
    onState: (state) => states.push(state),
    ...options,
  });
}

/** What it threw, or answered. */
function ended(breaker: ReturnType<typeof aBreaker>, work: () => Promise<unknown>): Promise<unknown> {
  return breaker.run(work).catch((error: unknown) => error);
}

async function timedOut(breaker: ReturnType<typeof aBreaker>): Promise<void> {
  const ending = ended(breaker, hang);
  await vi.advanceTimersByTimeAsync(20);
  await ending;
}
