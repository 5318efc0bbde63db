import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AppError } from "../errors/app-error.ts";
import { LIMITS } from "../limits.ts";
import { type Filter, parseFilter, parsePath } from "./filter.ts";

const RUNS = 3_000;
const attribute = fc.constantFrom("userName", "externalId", "emails.value", "active", "displayName", "id");
const value = fc.oneof(
  fc
    .string({ unit: "grapheme", maxLength: 12 })
    .filter((text) => text.isWellFormed() && !text.includes("\0")),
  fc.boolean(),
);
const { tree } = fc.letrec<{ tree: Filter; leaf: Filter }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    tie("leaf"),
    fc.record({
      is: fc.constantFrom("all", "any"),
      of: fc.array(tie("tree"), { minLength: 2, maxLength: 3 }),
    }),
    fc.record({ is: fc.constant("not"), of: tie("tree") }),
    fc.record({ is: fc.constant("some"), attribute: fc.constant("emails"), of: tie("leaf") }),
  ) as fc.Arbitrary<Filter>,
  leaf: fc.oneof(
    fc.record({ is: fc.constant("present"), attribute }),
    fc.record({
      is: fc.constant("compared"),
      attribute,
      by: fc.constantFrom("eq", "ne", "co", "sw", "ew"),
      value,
    }),
  ) as fc.Arbitrary<Filter>,
}));
/** Pieces of filters, put together as nobody would. */
const scraps = fc
  .array(
    fc.constantFrom(
      ...'userName,eq,and,or,not,pr,(,),[,],","a",\\,.value,emails,urn:x:2.0:User:a,true,-1,\n'.split(","),
      "\0",
      "\ud800",
    ),
    { maxLength: 40 },
  )
  .map((parts) => parts.join(" "));
const hostile = fc.oneof(fc.string({ unit: "binary", maxLength: 300 }), scraps);

describe("a filter", () => {
  test("that is written down reads as what it was", () => {
    fc.assert(
      fc.property(tree, (filter) => {
        const text = written(filter);
        fc.pre(text.length <= LIMITS.scimFilterLength);
        expect(parseFilter(text)).toEqual(folded(filter));
      }),
      { numRuns: RUNS },
    );
  });

  test("binds and before or, and a name is the same in any case", () => {
    const [a, b, c] = ["a", "b", "c"].map((name) => ({ is: "present", attribute: name }));

    expect(parseFilter("A PR OR B PR AND C PR")).toEqual({ is: "any", of: [a, { is: "all", of: [b, c] }] });
    expect(parseFilter("(a pr or b pr) and c pr")).toEqual({ is: "all", of: [{ is: "any", of: [a, b] }, c] });
  });

  test.each([
    ["", "expected an attribute at its end"],
    ["userName eq", "expected a text in quotes, true or false at its end"],
    ['userName gt "5"', "expected eq, ne, co, sw, ew or pr: nothing here is greater at character 10"],
    ['userName eq "a" userName pr', "expected the end at character 17"],
    ['userName eq "a', "expected a name, a text in quotes or a bracket at character 13"],
    ['userName eq "\\x"', "expected a text as JSON writes it at character 13"],
    ["5 pr", "expected an attribute at character 1"],
  ])("%j is refused, with where and what would be right", (text, message) => {
    expect(() => parseFilter(text)).toThrow(message);
  });

  test("is bounded in its length, its depth and its comparisons", () => {
    const { scimFilterDepth: depth, scimFilterComparisons: comparisons, scimFilterLength: length } = LIMITS;
    const nested = (levels: number) => `${"(".repeat(levels)}a pr${")".repeat(levels)}`;
    const many = (count: number) => Array(count).fill("a pr").join(" or ");

    for (const text of [nested(depth), many(comparisons)]) expect(() => parseFilter(text)).not.toThrow();
    for (const text of [nested(depth + 1), many(comparisons + 1), `a eq "${"x".repeat(length)}"`]) {
      expect(() => parseFilter(text)).toThrow(AppError);
    }
  });
});

describe.each([
  ["a filter", parseFilter],
  ["a path", parsePath],
])("%s of any text at all", (_, parse) => {
  test("is read or refused in our words, and soon", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        try {
          parse(text);
        } catch (error) {
          expect(error).toBeInstanceOf(AppError);
          expect(error).toMatchObject({ code: "invalid_input" });
        }
      }),
      { numRuns: RUNS },
    );
  });

  test.each(['a eq "', "(", '"\n', "not (", 'a[b eq "'])("that repeats %j is read in one pass", (piece) => {
    const text = piece.repeat(LIMITS.scimFilterLength).slice(0, LIMITS.scimFilterLength);

    expect(() => parse(text)).toThrow(AppError);
  });
});

describe("a path", () => {
  test.each([
    ["active", { attribute: "active" }],
    ["name.givenName", { attribute: "name", sub: "givenname" }],
    ["urn:ietf:params:scim:schemas:core:2.0:User:name.familyName", { attribute: "name", sub: "familyname" }],
    [
      'emails[type eq "work"].value',
      {
        attribute: "emails",
        filter: { is: "compared", attribute: "type", by: "eq", value: "work" },
        sub: "value",
      },
    ],
    [
      "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager",
      { attribute: "urn:ietf:params:scim:schemas:extension:enterprise:2.0:user:manager" },
    ],
  ])("%s names a part of a resource", (text, path) => {
    expect(parsePath(text)).toEqual(path);
  });

  test.each(["", "a.b.c", "a[", 'a[b eq "c"', 'a[b eq "c"]x', 'a.b[c eq "d"]', "a b", "5"])(
    "%j is none",
    (text) => {
      expect(() => parsePath(text)).toThrow(AppError);
    },
  );
});

function written(filter: Filter): string {
  switch (filter.is) {
    case "all":
    case "any":
      return `(${filter.of.map(written).join(filter.is === "all" ? " and " : " or ")})`;
    case "not":
      return `not (${written(filter.of)})`;
    case "some":
      return `${filter.attribute}[${written(filter.of)}]`;
    case "present":
      return `${filter.attribute} pr`;
    case "compared":
      return `${filter.attribute} ${filter.by} ${JSON.stringify(filter.value)}`;
    default:
      return filter satisfies never;
  }
}

function folded(filter: Filter): Filter {
  switch (filter.is) {
    case "all":
    case "any":
      return { is: filter.is, of: filter.of.map(folded) };
    case "not":
      return { is: "not", of: folded(filter.of) };
    case "some":
      return { ...filter, of: folded(filter.of) };
    default:
      return { ...filter, attribute: filter.attribute.toLowerCase() };
  }
}
