import { expect, test } from "vitest";
import { backoffMs } from "./delays.ts";
import { type ConnectionEnd, RetryPolicy } from "./retry-policy.ts";

const lost: ConnectionEnd = { cause: "lost", lastedMs: 0 };
const latest = (): number => 1 - Number.EPSILON;
const half = (): number => 0.5;

function delays(policy: RetryPolicy, ends: readonly ConnectionEnd[]): number[] {
  return ends.map((end) => Math.round(policy.delayAfter(end)));
}

test("doubles the bound of the wait from a second to half a minute", () => {
  const bounds = [0, 1, 2, 3, 4, 5, 6, 60].map((failures) => Math.round(backoffMs(failures, latest)));

  expect(bounds).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
});

test("spreads the wait evenly from nothing to its bound", () => {
  expect([0, 0.25, 0.5].map((chance) => backoffMs(3, () => chance))).toEqual([0, 2_000, 4_000]);
});

test("opens the circuit after five failures, and then tries once in one to two minutes", () => {
  const policy = new RetryPolicy(half);

  expect(
    delays(
      policy,
      Array.from({ length: 7 }, () => lost),
    ),
  ).toEqual([500, 1_000, 2_000, 4_000, 8_000, 90_000, 90_000]);
});

test("spreads the first return after the loss of a stream that was up over five seconds", () => {
  const loss: ConnectionEnd = { cause: "lost", lastedMs: 1 };

  expect([0, 0.5, 1].map((chance) => delays(new RetryPolicy(() => chance), [loss, lost]))).toEqual([
    [0, 0],
    [2_500, 1_000],
    [5_000, 2_000],
  ]);
});

test("forgets failures once a connection held for a minute", () => {
  const policy = new RetryPolicy(half);
  delays(policy, [lost, lost, lost]);

  const [afterGoodOne, afterShortOne] = delays(policy, [
    { cause: "lost", lastedMs: 60_000 },
    { cause: "lost", lastedMs: 59_999 },
  ]);

  expect([afterGoodOne, afterShortOne]).toEqual([2_500, 1_000]);
});

test("does not count a proxy that ends each stream after half a minute as failures", () => {
  const ended: ConnectionEnd = { cause: "ended", lastedMs: 30_000 };
  const policy = new RetryPolicy(half);
  delays(policy, [lost, lost, lost, lost, lost, lost]);

  expect(
    delays(
      policy,
      Array.from({ length: 20 }, () => ended),
    ),
  ).toEqual(Array.from({ length: 20 }, () => 500));
});

test("backs off from streams that are ended at once, and does not open the circuit for them", () => {
  const ended: ConnectionEnd = { cause: "ended", lastedMs: 5 };
  const policy = new RetryPolicy(half);

  expect(delays(policy, [ended, ended, ended, ended, ended, ended, ended])).toEqual([
    500, 1_000, 2_000, 4_000, 8_000, 8_000, 8_000,
  ]);
});

test("does not open the circuit for a server that is full and says when to come back", () => {
  const full: ConnectionEnd = { cause: "lost", lastedMs: 0, askedMs: 4_000 };
  const policy = new RetryPolicy(half);

  expect(delays(policy, [lost, lost, lost, full, full, full, full])).toEqual([
    500, 1_000, 2_000, 4_400, 8_000, 8_000, 8_000,
  ]);
});

test("comes back when the server asked, and a little later", () => {
  const goodbye: ConnectionEnd = { cause: "goodbye", lastedMs: 5_000, askedMs: 2_000 };

  expect([0, 1].map((chance) => new RetryPolicy(() => chance).delayAfter(goodbye))).toEqual([2_000, 2_400]);
});

test("backs off from a server that says goodbye each time with no wait", () => {
  const goodbye: ConnectionEnd = { cause: "goodbye", lastedMs: 5, askedMs: 0 };

  expect(delays(new RetryPolicy(half), [goodbye, goodbye, goodbye])).toEqual([0, 1_000, 2_000]);
});

test("never waits longer than twelve minutes, whatever the server asks", () => {
  const asked: ConnectionEnd = { cause: "lost", lastedMs: 0, askedMs: Number.POSITIVE_INFINITY };

  expect(delays(new RetryPolicy(latest), [asked])).toEqual([720_000]);
});

test("asks for a whole ruleset at once, and backs off when that does not help", () => {
  const resync: ConnectionEnd = { cause: "resync", lastedMs: 100 };

  expect(delays(new RetryPolicy(half), [resync, resync, resync])).toEqual([0, 1_000, 2_000]);
});

test("asks again with a refused key every five to ten minutes, for ever", () => {
  const refused: ConnectionEnd = { cause: "unauthorized", lastedMs: 0 };
  const policy = new RetryPolicy(half);

  expect(delays(policy, [refused, refused, refused])).toEqual([450_000, 450_000, 450_000]);
  expect(policy.failures).toBe(0);
});
