import { LIMITS } from "@burgee/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { evaluateBody, plainEvaluateBody } from "./evaluate-body.ts";

const name = fc.oneof(
  fc.constantFrom("userId", "", "constructor", "toString", "x".repeat(128), "x".repeat(129)),
  fc.string({ maxLength: 10 }),
);
const text = fc.oneof(
  fc.string({ maxLength: 10 }),
  fc.constantFrom("x".repeat(LIMITS.contextTextLength), "x".repeat(LIMITS.contextTextLength + 1)),
);
const value = fc.oneof(
  { weight: 8, arbitrary: text },
  { weight: 4, arbitrary: fc.oneof(fc.double(), fc.boolean(), fc.constant(null)) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) },
);
const context = fc.oneof(
  { weight: 9, arbitrary: fc.dictionary(name, value, { maxKeys: 5 }) },
  fc.jsonValue(),
);
const key = fc.oneof(
  { weight: 20, arbitrary: fc.string({ maxLength: 8 }) },
  { weight: 1, arbitrary: fc.constantFrom("x".repeat(256), "x".repeat(257)) },
  { weight: 1, arbitrary: fc.jsonValue() },
);
const body = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.record({ context, toggles: fc.array(key, { maxLength: 5 }) }, { requiredKeys: [] }),
  },
  { weight: 1, arbitrary: fc.dictionary(fc.constantFrom("context", "toggles", "toggle"), context) },
  { weight: 1, arbitrary: fc.jsonValue() },
);

test("a plain body is read as its schema reads it, and one that the schema refuses is no plain one", () => {
  let plain = 0;
  fc.assert(
    fc.property(body, (made) => {
      const sent: unknown = JSON.parse(JSON.stringify(made));
      const read = plainEvaluateBody(sent);
      if (!read) return;
      plain += 1;
      expect(evaluateBody.safeParse(sent)).toEqual({ success: true, data: read });
    }),
    { numRuns: 3_000, seed: 20_261_201 },
  );
  expect(plain).toBeGreaterThan(500);
});

test.each([
  ["nothing", {}],
  ["a flat context", { context: { userId: "ada", age: 42, isStaff: true, plan: null } }],
  ["as many toggles as may be", { context: {}, toggles: Array(LIMITS.togglesPerEvaluation).fill("cart") }],
])("%s is plain", (_, sent) => {
  expect(plainEvaluateBody(sent)).toEqual(evaluateBody.parse(sent));
});

test.each([
  ["one toggle more", { toggles: Array(LIMITS.togglesPerEvaluation + 1).fill("cart") }],
  [
    "one attribute more",
    {
      context: Object.fromEntries(
        Array.from({ length: LIMITS.contextAttributes + 1 }, (_, n) => [`a${n}`, 1]),
      ),
    },
  ],
  ["another field", { context: {}, toggle: "cart" }],
  ["a name of nature", JSON.parse('{ "context": { "__proto__": { "a": 1 } } }')],
])("%s is left to the schema", (_, sent) => {
  expect(plainEvaluateBody(sent)).toBeUndefined();
});
