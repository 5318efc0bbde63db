import { describe, expect, test } from "vitest";
import { AcceptLimiter, LONGEST_AWAY_MS } from "./accept-limiter.ts";

const PER_SECOND = 500;

const limiter = () => new AcceptLimiter({ acceptsPerSecond: PER_SECOND }, 0);

/** How long those who come together are sent away for. */
function awayMs(accepts: AcceptLimiter, count: number): readonly number[] {
  const turns = Array.from({ length: count }, () => accepts.next(0));
  return turns.flatMap((turn) => ("comeBackInMs" in turn ? [turn.comeBackInMs] : []));
}

describe("an accept limiter", () => {
  test("lets nobody wait who comes alone", () => {
    const accepts = limiter();

    const turns = Array.from({ length: 100 }, (_, n) => accepts.next(n * 10));

    expect(turns).toEqual(Array(100).fill({ beginInMs: 0 }));
  });

  test("lets no more begin in any second than its rate and a tenth of it at once, however many come", () => {
    const accepts = limiter();
    const beginMs: number[] = [];

    for (let nowMs = 0; nowMs < 4_000; nowMs++) {
      for (let n = 0; n < 20; n++) {
        const turn = accepts.next(nowMs);
        if ("beginInMs" in turn) beginMs.push(nowMs + turn.beginInMs);
      }
    }

    const most = Math.max(
      ...beginMs.map((from) => beginMs.filter((at) => at >= from && at < from + 1_000).length),
    );
    expect(beginMs.length).toBeGreaterThan(4 * PER_SECOND);
    expect(most).toBeLessThanOrEqual(PER_SECOND * 1.1);
  });

  test("gives those who lost their turns others, behind those that are given, at the same rate", () => {
    const accepts = limiter();
    const given = Array.from({ length: 400 }, () => accepts.next(0));

    const lateMs = 700;
    const beginMs = given.map(() => lateMs + accepts.again(lateMs));

    expect(given).toEqual(Array(400).fill({ beginInMs: expect.any(Number) }));
    expect(Math.min(...beginMs)).toBeGreaterThan(700);
    expect(beginMs.toSorted((a, b) => a - b).map((at, n, all) => at - (all[n - 1] ?? at - 2))).toEqual(
      Array(400).fill(expect.closeTo(2)),
    );
  });

  test("gives those whom it sends away times of their own to come back, at the rate at which they may begin", () => {
    const away = awayMs(limiter(), 4_000);

    const bySecond = Map.groupBy(away, (ms) => Math.floor(ms / 1_000));
    expect(Math.min(...away)).toBeGreaterThanOrEqual(1_000);
    expect(Math.max(...[...bySecond.values()].map((each) => each.length))).toBeLessThanOrEqual(PER_SECOND);
    expect(new Set(away).size).toBe(away.length);
  });

  test("asks nobody to stay away for longer than half a minute, and those of a longer line not for the same time", () => {
    const away = awayMs(limiter(), 50_000);

    expect(Math.max(...away)).toBeLessThanOrEqual(LONGEST_AWAY_MS);
    expect(new Set(away.slice(-1_000).map((ms) => Math.floor(ms / 1_000))).size).toBeGreaterThan(10);
  });

  test("brings 10,000 in within half a minute that come together, and keep to the time that they were given", () => {
    const accepts = limiter();
    let coming = Array.from({ length: 10_000 }, () => ({ atMs: 0, times: 0 }));
    let nowMs = 0;
    let mostTimes = 0;

    for (; coming.length > 0; nowMs += 1_000) {
      coming = coming.flatMap(({ atMs, times }) => {
        if (atMs > nowMs) return [{ atMs, times }];
        const turn = accepts.next(nowMs);
        mostTimes = Math.max(mostTimes, times + 1);
        if ("beginInMs" in turn) return [];
        return [{ atMs: nowMs + Math.ceil(turn.comeBackInMs / 1_000) * 1_000, times: times + 1 }];
      });
    }

    expect(nowMs).toBeLessThanOrEqual(30_000);
    expect(mostTimes).toBe(2);
  });
});
