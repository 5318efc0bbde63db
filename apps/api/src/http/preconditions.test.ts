import { describe, expect, test } from "vitest";
import { expectedVersionOf, isCurrent, versionTag } from "./preconditions.ts";

test("a version's tag is read back as the version", () => {
  expect(expectedVersionOf(versionTag(42))).toBe(42);
});

test("a missing If-Match is asked for", () => {
  expect(() => expectedVersionOf(undefined)).toThrow(
    expect.objectContaining({ code: "precondition_required" }),
  );
});

describe("isCurrent", () => {
  const etag = '"e.7"';

  test.each(['"e.7"', 'W/"e.7"', '"e.6","e.7"', ' "a" , W/"e.7" ', "*"])("is met by %s", (header) => {
    expect(isCurrent(header, etag)).toBe(true);
  });

  test.each([undefined, "", '"e.70"', "e.7", 'W/"e.6"', '"*"'])("is not met by %s", (header) => {
    expect(isCurrent(header, etag)).toBe(false);
  });
});
