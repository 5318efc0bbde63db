import { expect, test } from "vitest";
import { z } from "zod";
import type { AppError } from "./app-error.ts";
import { invalidInput, refuse } from "./invalid-input.ts";
import { shownIssues, WARNING_BOUNDS } from "./shown-issues.ts";

const issue = (pointer: string, message: string) => ({ pointer, code: "invalid", message });

test("a refusal is a few kilobytes, however much is wrong, and says how much is", () => {
  const many = Array.from({ length: 300 }, (_, at) => issue(`/rules/${at}`, "x".repeat(10_000)));

  const refusal = refuse(many);

  expect(sizeOf(refusal)).toBeLessThan(6_000);
  expect(refusal.message).toMatch(/^At \/rules\/0: x{400}… \(and 299 more\)$/);
  expect(refusal.issues.length).toBeGreaterThan(5);
});

test("a refusal is no larger for a name of a megabyte, and names one place at least", () => {
  const weights = z.strictObject({ weights: z.record(z.string().max(64), z.number()) });
  const { error } = weights.safeParse({
    weights: { ["k".repeat(1_000_000)]: "x" },
    ["u".repeat(500_000)]: 1,
  });

  const refusal = error && invalidInput(error);

  expect(refusal?.issues.length).toBeGreaterThan(0);
  expect(sizeOf(refusal)).toBeLessThan(6_000);
});

test("warnings are told in full where they are short, and are bounded where they are not", () => {
  const each = (length: number) =>
    Array.from({ length: 200 }, (_, at) => issue(`/rules/${at}/condition`, "y".repeat(length)));

  expect(shownIssues(each(100), WARNING_BOUNDS)).toHaveLength(200);
  expect(JSON.stringify(shownIssues(each(100_000), WARNING_BOUNDS)).length).toBeLessThan(60_000);
});

test("a text is not cut within a character", () => {
  const [shown] = shownIssues([issue("", "😀".repeat(1_000))], WARNING_BOUNDS);
  const [other] = shownIssues([issue("", `a${"😀".repeat(1_000)}`)], WARNING_BOUNDS);

  expect([shown?.message.isWellFormed(), other?.message.isWellFormed()]).toEqual([true, true]);
});

function sizeOf(error: AppError | undefined): number {
  return JSON.stringify([error?.message, error?.issues]).length;
}
