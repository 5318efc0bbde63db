import { expect, test } from "vitest";
import { logEvidenceAbove } from "./evidence-above.ts";
import { logEvidenceOfMismatch } from "./evidence-of-mismatch.ts";

/** As many looks as users. */
const USERS = 1_000;

test.each([
  [0.5, 0.05],
  [0.5, 0.001],
  [0.6, 0.01],
  [0.05, 0.05],
  [0.002, 0.05],
])(
  "at a bound of %d that is kept, looking after each user errs in at most %d of all cases",
  (bound, rate) => {
    const needed = -Math.log(rate);

    const wrong = everCrossed(bound, (hits, of) => logEvidenceAbove(bound, { hits, of }) >= needed);

    expect(wrong).toBeLessThanOrEqual(rate);
    // A test that never says anything would be right as well.
    expect(wrong).toBeGreaterThan(rate / 100);
  },
);

test("a share below its bound is accused less often still", () => {
  const needed = -Math.log(0.05);
  const accused = (share: number) =>
    everCrossed(share, (hits, of) => logEvidenceAbove(0.05, { hits, of }) >= needed);

  expect(accused(0.04)).toBeLessThan(accused(0.05));
});

test("what is no more than the bound speaks for nothing", () => {
  expect(logEvidenceAbove(0.5, { hits: 0, of: 0 })).toBe(0);
  expect(logEvidenceAbove(0.5, { hits: 10, of: 20 })).toBe(0);
  expect(logEvidenceAbove(0, { hits: 1, of: 20 })).toBe(Number.POSITIVE_INFINITY);
});

test("evidence of millions is a number", () => {
  expect(logEvidenceAbove(0.01, { hits: 2_000_000, of: 100_000_000 })).toBeGreaterThan(100_000);
  expect(logEvidenceOfMismatch(50_000_000, 50_100_000)).toBeGreaterThan(30);
});

test.each([0.05, 0.001])(
  "arms of one size are called unequal in at most %d of all cases, looked at after each user",
  (rate) => {
    const wrong = everCrossed(0.5, (one, of) => logEvidenceOfMismatch(one, of - one) >= -Math.log(rate));

    expect(wrong).toBeLessThanOrEqual(rate);
    expect(wrong).toBeGreaterThan(rate / 100);
  },
);

test("an arm that loses a fifth of its users is found among some thousand", () => {
  const found = everCrossed(
    0.8 / 1.8,
    (one, of) => logEvidenceOfMismatch(one, of - one) >= -Math.log(0.001),
    5_000,
  );

  expect(found).toBeGreaterThan(0.99);
});

/** How likely it is that the test says something at any of all looks: exactly, by the probabilities of all ways to get there. */
function everCrossed(share: number, isCrossed: (hits: number, of: number) => boolean, most = USERS): number {
  let crossed = 0;
  let alive = new Map([[0, 1]]);
  for (let users = 1; users <= most; users += 1) {
    const reached = new Map<number, number>();
    for (const [hits, probability] of alive) {
      reached.set(hits, (reached.get(hits) ?? 0) + probability * (1 - share));
      reached.set(hits + 1, (reached.get(hits + 1) ?? 0) + probability * share);
    }
    // What is this unlikely adds nothing.
    alive = new Map([...reached].filter(([, probability]) => probability > 1e-12));
    for (const [hits, probability] of alive) {
      if (!isCrossed(hits, users)) continue;
      crossed += probability;
      alive.delete(hits);
    }
  }
  return crossed;
}
