import { expect, test } from "vitest";
import { toggleWith } from "../../test/rulesets.ts";
import { compileToggle } from "./compile-toggle.ts";

test("compiles a toggle once, and an edited one anew", () => {
  const toggle = toggleWith();

  const [first, again, edited] = [toggle, toggle, { ...toggle }].map(compileToggle);

  expect(again).toBe(first);
  expect(edited).not.toBe(first);
});
