import { newId, type TenantId } from "@burgee/db";
import { expect, test } from "vitest";
import { chainStart, hashOf } from "./append-entry.ts";

const tenantId = newId<TenantId>();
const entry = {
  seq: 1,
  createdAt: new Date("2026-11-24T12:00:00.123Z"),
  actor: "system",
  action: "toggle.created",
  object: "toggle/web/cart",
  environmentId: null,
  revision: 1,
  requestId: null,
  before: null,
  after: { b: 1, a: { d: 0.1, c: "é" } },
  previousHash: chainStart(tenantId),
};

test("an entry's hash does not depend on the order of its fields", () => {
  const { after, ...rest } = entry;
  const turned = { after: { a: { c: "é", d: 0.1 }, b: 1 }, ...rest };

  expect(hashOf(tenantId, turned)).toEqual(hashOf(tenantId, entry));
});

test("an entry's hash ignores a hash that is already there, so that it can be checked", () => {
  const stored = { ...entry, hash: Buffer.alloc(32, 1) };
  const { hash, ...unhashed } = stored;

  expect(hashOf(tenantId, stored)).toEqual(hashOf(tenantId, unhashed));
});

test("an entry's hash holds it at its place in its tenant's chain", () => {
  const hash = hashOf(tenantId, entry);

  expect(hashOf(tenantId, { ...entry, previousHash: Buffer.alloc(32) })).not.toEqual(hash);
  expect(hashOf(tenantId, { ...entry, seq: 2 })).not.toEqual(hash);
  expect(hashOf(newId<TenantId>(), entry)).not.toEqual(hash);
});

test("two tenants' chains start apart", () => {
  expect(chainStart(tenantId)).not.toEqual(chainStart(newId<TenantId>()));
});
