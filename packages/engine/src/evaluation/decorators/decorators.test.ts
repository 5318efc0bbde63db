import { expect, test } from "vitest";
import { rulesetWith, toggleWith } from "../../../test/rulesets.ts";
import type { Evaluation } from "../evaluation.ts";
import { prepare } from "../prepare.ts";
import { withCounting } from "./with-counting.ts";
import { withFallback } from "./with-fallback.ts";
import { withLogging } from "./with-logging.ts";

const evaluator = prepare(rulesetWith([toggleWith({ defaultVariant: "on" }), toggleWith({ key: "menu" })]));

test("logs every answer, and gives the evaluator's own", () => {
  const logged: Evaluation[] = [];
  const logging = withLogging(evaluator, (evaluation) => logged.push(evaluation));

  const evaluations = [logging.evaluate("cart", {}), ...logging.evaluateAll({})];

  expect(evaluations[0]).toBe(evaluator.evaluate("cart", {}));
  expect(logged).toEqual(evaluations);
  expect(logging.ruleset).toBe(evaluator.ruleset);
});

test("evaluates on when the log throws", () => {
  const logging = withLogging(evaluator, () => {
    throw new Error("disk full");
  });

  expect(logging.evaluate("cart", {}).enabled).toBe(true);
});

test("counts answers by toggle, variant and reason until they are taken", () => {
  const counting = withCounting(evaluator);
  counting.evaluate("cart", {});
  counting.evaluateAll({});
  counting.evaluate("gone", {});
  counting.evaluate("__proto__", {});

  expect(counting.takeCounts()).toEqual([
    { key: "cart", variant: "on", reason: "STATIC", count: 2 },
    { key: "menu", variant: "off", reason: "STATIC", count: 1 },
    { key: "gone", variant: undefined, reason: "ERROR", count: 1 },
    { key: "__proto__", variant: undefined, reason: "ERROR", count: 1 },
  ]);
  expect(counting.takeCounts()).toEqual([]);
});

test("counts no more than its bound, whatever keys are asked for", () => {
  const counting = withCounting(evaluator);
  for (let at = 0; at < 10_500; at++) counting.evaluate(`t${at}`, {});
  counting.evaluate("t1", {});

  const counts = counting.takeCounts();

  expect(counts).toHaveLength(10_000);
  expect(counts[1]).toMatchObject({ key: "t1", count: 2 });
});

test("falls back where a toggle can't be evaluated, and only there", () => {
  const falling = withFallback(evaluator, { gone: "none", cart: false, menu: true });

  expect(falling.evaluate("gone", {})).toMatchObject({
    value: "none",
    enabled: false,
    errorCode: "FLAG_NOT_FOUND",
  });
  expect(falling.evaluate("menu", JSON.parse(`"no context"`))).toMatchObject({
    value: true,
    enabled: true,
    reason: "ERROR",
  });
  expect(falling.evaluate("cart", {})).toBe(evaluator.evaluate("cart", {}));
  expect(falling.evaluate("constructor", {}).value).toBeUndefined();
});

test.each([{ toString: false, toJSON: null }, 1n, Symbol("cart"), undefined])(
  "answers for %o, which is no key, and counts nothing",
  (key) => {
    const counting = withCounting(evaluator);

    expect(counting.evaluate(asKey(key), {}).errorCode).toBe("FLAG_NOT_FOUND");
    expect(withFallback(evaluator, { undefined: true }).evaluate(asKey(key), {}).value).toBeUndefined();
    expect(counting.takeCounts()).toEqual([]);
  },
);

test("composes, in the order in which they are put around", () => {
  const logged: unknown[] = [];
  const counting = withCounting(evaluator);
  const composed = withLogging(withFallback(counting, { gone: 1 }), ({ value }) => logged.push(value));

  composed.evaluate("gone", {});
  composed.evaluate("cart", {});

  expect(logged).toEqual([1, true]);
  expect(counting.takeCounts().map(({ key }) => key)).toEqual(["gone", "cart"]);
});

/** Callers without types pass what they like. */
function asKey(key: unknown): string {
  return key as string;
}
