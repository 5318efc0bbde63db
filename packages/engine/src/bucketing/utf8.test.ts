import fc from "fast-check";
import { expect, test } from "vitest";
import { encodeUtf8, utf8Length } from "./utf8.ts";

test("encodes any text, lone surrogates included, as TextEncoder does", () => {
  const anyUnits = fc.array(fc.oneof(fc.nat(0xffff), fc.integer({ min: 0xd700, max: 0xe0ff })));
  fc.assert(
    fc.property(anyUnits, (units) => {
      const text = String.fromCharCode(...units);

      const bytes = encodeUtf8(text);

      expect(bytes).toEqual(new TextEncoder().encode(text));
      expect(utf8Length(text)).toBe(bytes.length);
    }),
  );
}, 30_000);
