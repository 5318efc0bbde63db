import { expect, test } from "vitest";
import { RequestCounts } from "./request-counts.ts";

const WINDOW_MS = 10_000;

test("counts what comes under a name, and starts anew once the window of its first is over", () => {
  const counts = new RequestCounts(WINDOW_MS);
  const seen = [0, 1, 9_999, 10_000, 10_001].map((nowMs) => counts.add("a", nowMs).count);

  expect(seen).toEqual([1, 2, 3, 1, 2]);
});

test.each([1, 5_000, 9_999, 10_001, 19_999, 25_000])("holds a window from %i ms on to its end", (startMs) => {
  const counts = new RequestCounts(WINDOW_MS);
  counts.add("other", 0);
  counts.add("a", startMs);

  const inside = counts.add("a", startMs + WINDOW_MS - 1);
  const outside = counts.add("a", startMs + WINDOW_MS);

  expect(inside).toMatchObject({ count: 2 });
  expect(outside).toEqual({ count: 1, endsMs: startMs + 2 * WINDOW_MS });
});

test("keeps names apart, and says how many there were without counting", () => {
  const counts = new RequestCounts(WINDOW_MS);
  for (const name of ["a", "b", "a"]) counts.add(name, 0);

  expect(["a", "b", "c"].map((name) => counts.countOf(name, 9_999))).toEqual([2, 1, 0]);
  expect(counts.countOf("a", WINDOW_MS)).toBe(0);
});

test("counts as one who keeps every request's time would", () => {
  const counts = new RequestCounts(WINDOW_MS);
  const windows = new Map<string, { startMs: number; count: number }>();
  let nowMs = 0;
  for (let step = 0; step < 20_000; step++) {
    nowMs += (step * 7919) % 997;
    const name = `n${(step * 31) % 37}`;
    const known = windows.get(name);
    const window = known && nowMs < known.startMs + WINDOW_MS ? known : { startMs: nowMs, count: 0 };
    window.count += 1;
    windows.set(name, window);

    expect(counts.add(name, nowMs).count).toBe(window.count);
  }
});
