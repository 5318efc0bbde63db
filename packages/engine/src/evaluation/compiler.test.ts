import { expect, test } from "vitest";
import { condition } from "../../test/rulesets.ts";
import { plainCompiler } from "./compiler.ts";

test("compiles a tree once, however many toggles and revisions share it", () => {
  const inIndia = condition("region == 'IN'");

  expect(plainCompiler.compile(inIndia)).toBe(plainCompiler.compile(inIndia));
  expect(plainCompiler.compile(inIndia)).not.toBe(plainCompiler.compile(condition("region == 'US'")));
});
