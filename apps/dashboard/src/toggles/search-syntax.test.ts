import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readSearch, withoutTerm, withTerm } from "./search-syntax.ts";

const environments = ["production", "staging"];
const read = (text: string) => readSearch(text, { environments });

test("reads every kind of term in one search", () => {
  const text =
    'checkout "new page" tag:web tag:shop is:stale env:production=on env:staging=off type:boolean stage:never-seen updated:<7d';

  expect(read(text)).toMatchObject({
    problems: [],
    filter: {
      words: ["checkout", "new page"],
      tags: ["web", "shop"],
      stale: true,
      states: [
        { environment: "production", enabled: true },
        { environment: "staging", enabled: false },
      ],
      kind: "boolean",
      stage: "never_seen",
      changedWithinHours: 168,
    },
  });
});

describe("what can't be read is named at its place, and the rest is meant", () => {
  test.each([
    ["cart colour:red", 5, 15, "no filter colour"],
    ["cart is:old", 5, 11, "is:stale"],
    ["env:live=on cart", 0, 11, "no environment live"],
    ["cart env:staging=maybe", 5, 22, "env:staging=on"],
    ["cart updated:7d", 5, 15, "updated:<7d"],
    ["cart updated:<0d", 5, 16, "updated:<7d"],
    ["cart type:text", 5, 14, "type:string"],
    ["cart tag:", 5, 9, "tag:web"],
    ['cart "half', 5, 10, "nothing ends"],
    ['cart ""', 5, 7, "what to look for"],
    ["cart constructor:x", 5, 18, "no filter constructor"],
  ])("%s", (text, start, end, said) => {
    const { problems, filter } = read(text);

    expect(problems).toEqual([{ start, end, message: expect.stringContaining(said) }]);
    expect(filter).toEqual({ words: ["cart"] });
  });
});

const anyText = fc.oneof(
  fc.string({ unit: "binary" }),
  fc
    .array(
      fc.constantFrom(
        "tag:",
        "is:",
        "env:",
        "updated:",
        "<",
        ">",
        "=",
        '"',
        " ",
        ":",
        "stale",
        "web",
        "7d",
        "on",
      ),
    )
    .map((parts) => parts.join("")),
);

test("whatever is written, each of its characters is blank, understood, or part of a problem", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const { terms, problems } = read(text);
      const spans = [...terms, ...problems].sort((a, b) => a.start - b.start);
      let at = 0;
      for (const { start, end } of spans) {
        expect(text.slice(at, start).trim()).toBe("");
        expect(end).toBeGreaterThan(start);
        at = end;
      }
      expect(text.slice(at).trim()).toBe("");
    }),
  );
});

const goodTerm = fc.constantFrom(
  "cart",
  '"new page"',
  "tag:web",
  "is:stale",
  "type:json",
  "env:staging=on",
  "updated:>2w",
  "stage:live",
);

test("a search without one of its terms means what the others mean together", () => {
  fc.assert(
    fc.property(fc.array(goodTerm, { minLength: 1, maxLength: 6 }), fc.nat(), (written, n) => {
      const text = written.join("  ");
      const { terms } = read(text);
      const index = n % terms.length;
      const term = terms[index];
      if (!term) throw new Error("Nothing was understood.");

      expect(read(withoutTerm(text, term)).filter).toEqual(
        read(written.toSpliced(index, 1).join(" ")).filter,
      );
    }),
  );
});

test("a term is added once, and its search means both", () => {
  fc.assert(
    fc.property(fc.array(goodTerm, { maxLength: 6 }), goodTerm, (written, term) => {
      const text = withTerm(written.join(" "), term);

      expect(withTerm(text, term)).toBe(text);
      expect(read(text).terms.map((each) => each.text)).toContain(term);
    }),
  );
});
