import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { displayOf, hashKey, isWellFormed, makeKey } from "./key-format.ts";

const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-";

describe("a key", () => {
  test.each(["srv", "cli", "pat", "scim"] as const)("shows its kind: %s", (kind) => {
    expect(makeKey(kind)).toMatch(new RegExp(`^bg_${kind}_[0-9A-Za-z]{32}_[0-9A-Za-z]{6}$`));
  });

  test("is well formed, and never the same twice", () => {
    const keys = Array.from({ length: 1000 }, () => makeKey("srv"));

    expect(keys.every(isWellFormed)).toBe(true);
    expect(new Set(keys).size).toBe(1000);
  });

  test.each(["srv", "cli", "pat", "scim"] as const)(
    "of the kind %s is found by the expression that scanners are given",
    (kind) => {
      const docs = readFileSync(join(import.meta.dirname, "../../../../docs/security.md"), "utf8");
      const expression = new RegExp(/^ {4}(\\bbg_.+)$/m.exec(docs)?.[1] ?? "nothing", "g");
      const key = makeKey(kind);

      expect(`token="${key}", next`.match(expression)).toEqual([key]);
      expect(`x${key} ${key}y`.match(expression)).toBeNull();
    },
  );

  test("is shown by a part that tells it from others and does not give it away", () => {
    const key = makeKey("srv");

    expect(displayOf(key)).toBe(`${key.slice(0, 10)}…`);
    const token = makeKey("scim");
    expect(displayOf(token)).toBe(`${token.slice(0, 11)}…`);
    expect(hashKey(key)).toHaveLength(32);
    expect(hashKey(key)).not.toEqual(hashKey(makeKey("srv")));
  });

  test("with any one character mistyped is no key", () => {
    const typo = fc.tuple(
      fc.constantFrom("srv" as const, "cli" as const, "pat" as const).map(makeKey),
      fc.nat(),
      fc.constantFrom(...DIGITS),
    );
    fc.assert(
      fc.property(typo, ([key, position, wrong]) => {
        const at = position % key.length;
        fc.pre(key[at] !== wrong);
        return !isWellFormed(key.slice(0, at) + wrong + key.slice(at + 1));
      }),
      { numRuns: 5000 },
    );
  });

  test("with two neighbours swapped, or one character lost or doubled, is no key", () => {
    fc.assert(
      fc.property(fc.nat({ max: 44 }), (at) => {
        const key = makeKey("pat");
        const [a = "", b = ""] = [key[at], key[at + 1]];
        fc.pre(a !== b);
        const swapped = key.slice(0, at) + b + a + key.slice(at + 2);
        const lost = key.slice(0, at) + key.slice(at + 1);
        const doubled = key.slice(0, at) + a + key.slice(at);
        return ![swapped, lost, doubled].some(isWellFormed);
      }),
    );
  });

  test.each([
    "",
    "bg_srv_",
    "Bearer bg_srv_x",
    `bg_adm_${"a".repeat(32)}_000000`,
    `${makeKey("srv")}\n`,
    ` ${makeKey("srv")}`,
  ])("is not %j", (text) => {
    expect(isWellFormed(text)).toBe(false);
  });
});
