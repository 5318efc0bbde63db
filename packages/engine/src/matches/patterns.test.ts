import { expect, test } from "vitest";
import { patternOf } from "./patterns.ts";

test("keeps a pattern that is asked for among many others, and lets those go", () => {
  const kept = patternOf("kept");
  const others = Array.from({ length: 1_000 }, (_, at) => {
    expect(patternOf("kept")).toBe(kept);
    return patternOf(`other${at}`);
  });

  expect(patternOf("other999")).toBe(others[999]);
  expect(patternOf("other0")).not.toBe(others[0]);
});
