import { LIMITS } from "@burgee/core";
import { expect, test } from "vitest";
import { scanJson } from "./scan-json.ts";

const MOST_VALUES = 50_000;
const deep = (levels: number, inside = "") => `${"[".repeat(levels)}${inside}${"]".repeat(levels)}`;
const long = `"${"x".repeat(20_000)}"`;

test.each([
  ["as deep as may be", deep(LIMITS.jsonDepth, long), 0],
  ["deeper, where the protocol adds a level of its own", deep(LIMITS.jsonDepth + 1, long), 1],
  ["as many values as may be", `[${"1,".repeat(MOST_VALUES - 1)}1]`, 0],
  ["brackets and commas in a text", `"${"[,{".repeat(MOST_VALUES)}"`, 0],
  ["a text with quotes of its own", `["\\"${"[,".repeat(MOST_VALUES)}","\\\\"]`, 0],
  ["lists beside each other", `[${"[],".repeat(10_000)}[]]`, 0],
  ["a short text, which is looked at once it is parsed", deep(1_000), 0],
  ["what is no JSON", "]".repeat(20_000), 0],
])("lets pass %s", (_, text, envelopes) => {
  expect(() => scanJson(text, envelopes)).not.toThrow();
});

test.each([
  ["one level more", deep(LIMITS.jsonDepth + 1, long), "json_too_deep"],
  ["objects as well", `${'{"a":'.repeat(LIMITS.jsonDepth + 1)}${long}`, "json_too_deep"],
  [
    "a level after a text that ends in a backslash",
    `["\\\\",${deep(LIMITS.jsonDepth, long)}`,
    "json_too_deep",
  ],
  ["one value more", `[${"1,".repeat(MOST_VALUES)}1]`, "body_too_large"],
  ["names, each of which has a value", `{${'"a":1,'.repeat(MOST_VALUES)}"a":1}`, "body_too_large"],
])("refuses %s", (_, text, code) => {
  expect(() => scanJson(text)).toThrow(expect.objectContaining({ code }));
});
