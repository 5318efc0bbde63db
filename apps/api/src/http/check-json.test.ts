import { describe, expect, test } from "vitest";
import { checkJson } from "./check-json.ts";

const nested = (depth: number): unknown => JSON.parse(`${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`);

describe("checkJson", () => {
  test("takes what is nested forty deep, and no deeper", () => {
    expect(() => checkJson(nested(40))).not.toThrow();
    expect(() => checkJson(nested(41))).toThrow(expect.objectContaining({ code: "json_too_deep" }));
  });

  test("lets a protocol's own levels come on top", () => {
    expect(() => checkJson(nested(41), 1)).not.toThrow();
  });

  test("bears any depth that can be parsed", () => {
    const deep: unknown = JSON.parse(`${"[".repeat(400_000)}${"]".repeat(400_000)}`);

    expect(() => checkJson(deep)).toThrow(expect.objectContaining({ code: "json_too_deep" }));
  });

  test.each(['{"__proto__":1}', '[{"a":{"\\u005f_proto__":{}}}]'])("refuses %s", (text) => {
    expect(() => checkJson(JSON.parse(text))).toThrow(expect.objectContaining({ code: "invalid_input" }));
  });

  test.each(["null", "1", '"a"', "[]", "{}", '{"constructor":1,"prototype":2}'])("takes %s", (text) => {
    expect(() => checkJson(JSON.parse(text))).not.toThrow();
  });
});
