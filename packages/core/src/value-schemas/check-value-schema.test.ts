import { describe, expect, test } from "vitest";
import { checkValueSchema, type ValueSchema } from "./check-value-schema.ts";
import { checkVariants } from "./check-variants.ts";

const chain = (length: number) =>
  Object.fromEntries(
    Array.from({ length }, (_, n) => [
      `d${n}`,
      n + 1 === length
        ? { type: "string" }
        : { anyOf: [{ $ref: `#/$defs/d${n + 1}` }, { $ref: `#/$defs/d${n + 1}` }] },
    ]),
  );

describe("a schema is refused", () => {
  test.each<[string, ValueSchema, string, RegExp]>([
    ["with a keyword that is misspelt", { propertys: {} }, "/valueSchema/propertys", /no keyword propertys/],
    ["with a wrong type", { type: "int" }, "/valueSchema/type", /integer/],
    ["with a bound that is a text", { minimum: "1" }, "/valueSchema/minimum", /number/],
    ["with a list of no schemas", { anyOf: [] }, "/valueSchema/anyOf", /list of schemas/],
    [
      "deep in it",
      { properties: { a: { items: 5 } } },
      "/valueSchema/properties/a/items",
      /object, true or false/,
    ],
    ["that lies elsewhere", { $ref: "https://example.com/schema" }, "/valueSchema/$ref", /this very schema/],
    ["that names no definition", { $ref: "#/$defs/size" }, "/valueSchema/$ref", /this very schema/],
    ["with an id of its own", { $id: "https://example.com" }, "/valueSchema/$id", /no keyword/],
    [
      "of another dialect",
      { $schema: "http://json-schema.org/draft-04/schema#" },
      "/valueSchema/$schema",
      /2020-12/,
    ],
    [
      "that goes in a circle",
      { $defs: { a: { items: { $ref: "#/$defs/b" } }, b: { not: { $ref: "#/$defs/a" } } } },
      "/valueSchema/$defs/a/items/$ref",
      /refers back to itself/,
    ],
    ["that unfolds to a million parts", { $defs: chain(20) }, expect.any(String), /too large once/],
    ["that is too deep", deepSchema(40), expect.any(String), /32 levels/],
    ["of too many bytes", { description: "x".repeat(16_384) }, "/valueSchema", /16384 bytes/],
    ["with a format that takes long", { format: "uri-template" }, "/valueSchema/format", /date-time/],
    ["with a pattern that is none", { pattern: "(" }, "/valueSchema/pattern", /no regular expression/],
    [
      "with a pattern for names that goes back",
      { patternProperties: { "^(a+)+$": {} } },
      expect.any(String),
      /repeats/,
    ],
  ])("%s", (_, schema, pointer, message) => {
    expect(checkValueSchema(schema, "/valueSchema")).toEqual({
      ok: false,
      issue: { pointer, code: "invalid_schema", message: expect.stringMatching(message) },
    });
  });
});

describe("a schema is taken", () => {
  test.each<[string, ValueSchema]>([
    ["that says nothing", {}],
    ["whose properties are called as keywords are", { properties: { type: { const: 1 }, $id: true } }],
    [
      "with definitions",
      { $defs: { size: { type: "number" } }, properties: { size: { $ref: "#/$defs/size" } } },
    ],
    ["with a pattern", { pattern: "^[a-z]{2}-[0-9]+$" }],
    [
      "with what people write around it",
      { title: "Size", description: "…", examples: [1], deprecated: false },
    ],
  ])("%s", (_, schema) => {
    expect(checkValueSchema(schema, "/valueSchema")).toMatchObject({ ok: true });
  });

  test("and stays as it was written", () => {
    const schema = { $defs: { size: { type: "number" } }, $ref: "#/$defs/size" };

    expect(checkVariants(schema, { a: 1 })).toEqual([]);
    expect(schema).toEqual({ $defs: { size: { type: "number" } }, $ref: "#/$defs/size" });
  });
});

describe("variants are told apart by", () => {
  test.each<[string, ValueSchema, unknown, unknown]>([
    ["a reference", { $defs: { n: { type: "number" } }, items: { $ref: "#/$defs/n" } }, [1], ["1"]],
    [
      "what may not stand there",
      { properties: { a: true }, additionalProperties: false },
      { a: 1 },
      { b: 1 },
    ],
    ["one of several", { oneOf: [{ type: "string" }, { minimum: 5 }] }, 7, 3],
    ["a pattern", { pattern: "^[a-z]+$" }, "abc", "a1"],
    ["a format", { format: "date" }, "2026-01-31", "31.1.2026"],
    ["different items", { uniqueItems: true }, [1, 2], [1, 1]],
  ])("%s", (_, schema, good, bad) => {
    const issues = checkVariants(schema, { good: json(good), bad: json(bad) });

    expect(issues).toMatchObject([
      { code: "schema_mismatch", message: expect.stringContaining("The variant bad") },
    ]);
  });

  test("a schema whose check would take too long is refused beforehand", () => {
    const large = json(Array.from({ length: 4000 }, () => 1));

    expect(checkVariants({ uniqueItems: true }, { large })).toMatchObject([{ code: "invalid_schema" }]);
    expect(
      checkVariants({ items: { enum: Array.from({ length: 500 }, (_, n) => n) } }, { large }),
    ).toMatchObject([
      { pointer: "/valueSchema", code: "invalid_schema", message: expect.stringContaining("too long") },
    ]);
  });
});

function deepSchema(depth: number): ValueSchema {
  return depth === 0 ? {} : { not: deepSchema(depth - 1) };
}

function json(value: unknown) {
  return JSON.parse(JSON.stringify(value));
}
