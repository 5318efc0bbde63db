import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeUtf8, encodeUtf8 } from "./utf8.ts";

test("agrees with the runtime on every text, lone surrogates too", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(encodeUtf8(text)).toEqual(new TextEncoder().encode(text));
    }),
    { numRuns: 1_000, examples: [["\ud800a\udc00"], ["aé😀%25"]] },
  );
});

test("reads back what it wrote, and nothing that is no UTF-8", () => {
  expect(decodeUtf8(encodeUtf8("aé😀%"))).toBe("aé😀%");
  for (const bytes of [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xe2, 0x82]]) {
    expect(decodeUtf8(Uint8Array.from(bytes))).toBeUndefined();
  }
});
