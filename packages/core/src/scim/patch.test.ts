import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AppError } from "../errors/app-error.ts";
import { LIMITS } from "../limits.ts";
import { patchedGroup } from "./group-resource.ts";
import { patched, readOperations } from "./patch.ts";
import { KEPT_ATTRIBUTES, readUser } from "./user-resource.ts";

const ADA = {
  username: "ada@example.com",
  displayname: "Ada",
  name: { givenname: "Ada", familyname: "Lovelace" },
  emails: [{ value: "ada@example.com", type: "work", primary: true }],
  active: true,
};

describe("a PATCH", () => {
  test.each([
    [
      "replaces a part",
      { op: "replace", path: "name.familyName", value: "King" },
      { name: { givenname: "Ada", familyname: "King" } },
    ],
    [
      "merges parts",
      { op: "add", path: "name", value: { familyName: "King" } },
      { name: { givenname: "Ada", familyname: "King" } },
    ],
    ["takes a part away", { op: "remove", path: "name.familyName" }, { name: { givenname: "Ada" } }],
    [
      "takes an object without a path",
      { op: "REPLACE", value: { displayName: "A", "name.givenName": "B" } },
      { displayname: "A", name: { givenname: "B", familyname: "Lovelace" } },
    ],
    [
      "changes the value that fits",
      { op: "Replace", path: 'emails[type eq "work"].value', value: "a@b.example" },
      { emails: [{ value: "a@b.example", type: "work", primary: true }] },
    ],
    [
      "adds a value where none fits",
      { op: "Add", path: 'emails[type eq "home"].value', value: "a@b.example" },
      { emails: [...ADA.emails, { type: "home", value: "a@b.example" }] },
    ],
    [
      "adds what is not there yet",
      { op: "add", path: "emails", value: [ADA.emails[0], { value: "x@y.example" }] },
      { emails: [...ADA.emails, { value: "x@y.example" }] },
    ],
    [
      "takes the value away that fits",
      { op: "remove", path: 'emails[value eq "ADA@example.com"]' },
      { emails: [] },
    ],
    ["takes nothing away where none fits", { op: "remove", path: 'emails[type eq "home"]' }, {}],
  ])("%s", (_, operation, changed) => {
    expect(run({ Operations: [operation] }, ADA)).toEqual({ ...ADA, ...changed });
  });

  test.each([
    [{}, "invalidSyntax"],
    [null, "invalidSyntax"],
    [{ Operations: [] }, "invalidSyntax"],
    [{ Operations: [{ op: "move" }] }, "invalidSyntax"],
    [{ Operations: [{ op: "add", value: 5 }] }, "invalidSyntax"],
    [{ Operations: [{ op: "remove" }] }, "noTarget"],
    [{ Operations: [{ op: "add", path: "a[", value: 1 }] }, "invalidPath"],
    [{ Operations: Array(LIMITS.scimOperations + 1).fill({ op: "remove", path: "a" }) }, "invalidSyntax"],
  ])("that is none (%#) is refused", (body, scimType) => {
    expect(() => readOperations(body)).toThrow(expect.objectContaining({ details: { scimType } }));
  });

  test("adds no more values than somebody has use for, however it goes about it", () => {
    const value = Array.from({ length: 11 }, (_, n) => ({ value: `${n}@example.com` }));
    const more = Array.from({ length: 11 }, (_, n) => ({ value: `${n}@example.org` }));

    for (const Operations of [
      [
        { op: "add", path: "emails", value },
        { op: "add", path: "emails", value: more },
      ],
      [{ op: "replace", path: "emails", value: [...value, ...more] }],
    ]) {
      expect(() => run({ Operations }, ADA)).toThrow("An attribute has at most 20 values.");
    }
  });

  test("passes over what nobody keeps, and names that objects have by nature", () => {
    const value = { title: "Countess", constructor: { prototype: 1 }, "urn:x:2.0:User": { a: 1 } };

    expect(run({ Operations: [{ op: "add", value }] }, ADA)).toEqual(ADA);
  });

  test("once more changes nothing more", () => {
    fc.assert(
      fc.property(operations, (body) => {
        const once = attempt(() => readUser(run(body, ADA)));
        if (once instanceof AppError) return;
        expect(readUser(run(body, run(body, ADA)))).toEqual(once);
      }),
      { numRuns: 2_000 },
    );
  });

  test("of any shape at all leaves a User or a Group, or is refused in our words", () => {
    fc.assert(
      fc.property(fc.oneof(operations, fc.jsonValue({ maxDepth: 4 })), (body) => {
        attempt(() => readUser(run(body, ADA)));
        const group = { displayName: "Crew", externalId: null, members: new Set<never>() };
        attempt(() => patchedGroup(group, readOperations(body)));
      }),
      { numRuns: 2_000 },
    );
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});

const PATHS = [
  "active",
  "userName",
  "name",
  "name.givenName",
  "emails",
  'emails[type eq "work"]',
  'emails[type eq "work"].value',
  'emails[primary eq true and not (value co "x")].value',
  "members",
  'members[value eq "00000000-0000-4000-8000-000000000000"]',
  "constructor",
  "constructor.prototype",
  "tostring",
  "urn:a:b",
];

const operations = fc.record({
  Operations: fc.array(
    fc.record(
      {
        op: fc.constantFrom("add", "Replace", "remove"),
        path: fc.constantFrom(...PATHS),
        value: fc.oneof(
          fc.constantFrom("True", true, "x@y.example", null, { value: "x" }, [{ value: "x" }], {
            givenName: "G",
            constructor: "C",
          }),
          fc.jsonValue({ maxDepth: 2 }),
        ),
      },
      { requiredKeys: ["op", "path"] },
    ),
    // Of several, a later one may undo what an earlier one did.
    { minLength: 1, maxLength: 1 },
  ),
});

function run(body: unknown, resource: Parameters<typeof patched>[0]) {
  return patched(resource, readOperations(body), KEPT_ATTRIBUTES);
}

function attempt<T>(work: () => T): T | AppError {
  try {
    return work();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}
