import { createSecretKey, randomBytes } from "node:crypto";
import { type DataKeyId, newId, type SealedPlace, type TenantId } from "@burgee/db";
import { expect, test } from "vitest";
import { BrokenSealError, keyIdOf, openWith, sealWith } from "./envelope.ts";

const place: SealedPlace = { owner: newId<TenantId>(), table: "t", row: "r", field: "f", version: 1 };
const key = { dataKeyId: newId<DataKeyId>(), key: createSecretKey(randomBytes(32)) };

test.each(["", "swordfish", "\u0000", "𝒮eed ☂", "x".repeat(100_000)])("opens %j as it was", (text) => {
  const sealed = sealWith(key, place, text);

  expect(openWith(key, place, sealed)).toBe(text);
  expect(keyIdOf(sealed)).toBe(key.dataKeyId);
});

test.each<[string, Partial<SealedPlace>]>([
  ["owner", { owner: "installation" }],
  ["table", { table: "u" }],
  ["row", { row: "s" }],
  ["field", { field: "g" }],
  ["version", { version: 2 }],
  ["table and row whose names run together alike", { table: "tr", row: "" }],
])("does not open for another %s, were the key the same", (_, other) => {
  const sealed = sealWith(key, place, "swordfish");

  expect(() => openWith(key, { ...place, ...other }, sealed)).toThrow(BrokenSealError);
});

test("does not open by another key, nor by the same one of another name", () => {
  const sealed = sealWith(key, place, "swordfish");

  expect(() => openWith({ ...key, key: createSecretKey(randomBytes(32)) }, place, sealed)).toThrow(
    BrokenSealError,
  );
  expect(() => openWith({ ...key, dataKeyId: newId<DataKeyId>() }, place, sealed)).toThrow(BrokenSealError);
});

test("does not open with a tag cut short", () => {
  const sealed = sealWith(key, place, "swordfish");

  expect(() => openWith(key, place, sealed.slice(0, -6))).toThrow("This is no sealed text");
});
