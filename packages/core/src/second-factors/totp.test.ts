import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { makeSeed, seedUri, stepOfCode } from "./totp.ts";

/** RFC 6238, appendix B: the seed "12345678901234567890", and the last six of its eight digits. */
const RFC_SEED = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

test.each([
  [59, "287082"],
  [1_111_111_109, "081804"],
  [1_111_111_111, "050471"],
  [1_234_567_890, "005924"],
  [2_000_000_000, "279037"],
  [20_000_000_000, "353130"],
])("reads the code of the RFC at second %i", (second, code) => {
  expect(stepOfCode(RFC_SEED, code, new Date(second * 1000))).toBe(Math.floor(second / 30));
});

test("takes a code for one step more on both sides, and names its step", () => {
  const seed = makeSeed();
  const at = (step: number) => new Date((step * 30 + 15) * 1000);
  const step = 58_000_000;
  const code = codeOf(seed, step);

  expect([-2, -1, 0, 1, 2].map((offset) => stepOfCode(seed, code, at(step + offset)))).toEqual([
    undefined,
    step,
    step,
    step,
    undefined,
  ]);
});

test.each(["", "12345", "1234567", "abcdef", "１２３４５６", " 287082"])("takes %j for no code", (code) => {
  expect(stepOfCode(RFC_SEED, code, new Date(59_000))).toBeUndefined();
});

test("makes seeds of 160 bits, each another, and writes them as authenticators read them", () => {
  const seeds = Array.from({ length: 50 }, () => makeSeed());

  expect(new Set(seeds).size).toBe(50);
  for (const seed of seeds) expect(seed).toMatch(/^[A-Z2-7]{32}$/);
  const uri = new URL(seedUri(RFC_SEED, "ada+x@example.com"));
  expect(uri.protocol).toBe("otpauth:");
  expect(decodeURIComponent(uri.pathname)).toContain("Burgee:ada+x@example.com");
  expect(Object.fromEntries(uri.searchParams)).toMatchObject({
    issuer: "Burgee",
    secret: RFC_SEED,
    algorithm: "SHA1",
    digits: "6",
    period: "30",
  });
});

/** RFC 4226 by hand, so that the library is held to it. */
function codeOf(seed: string, step: number): string {
  const bits = [...seed].map((letter) =>
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0"),
  );
  const key = Buffer.from((bits.join("").match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac("sha1", key).update(counter).digest();
  const offset = (mac.at(-1) ?? 0) & 15;
  return String((mac.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}
