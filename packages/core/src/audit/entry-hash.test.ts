import { newId, type TenantId } from "@burgee/db";
import { expect, test } from "vitest";
import { chainStart, hashOf } from "./entry-hash.ts";

const tenantId = newId<TenantId>();
const fixedTenantId = "5a1c1d6e-0000-4000-8000-000000000001" as TenantId;
const entry = {
  seq: 1,
  createdAt: new Date("2026-11-24T12:00:00.123Z"),
  actor: "system",
  action: "toggle.created",
  object: "toggle/web/cart",
  environmentId: null,
  revision: 1,
  requestId: null,
  address: "192.0.2.7",
  userAgent: "curl/8",
  before: null,
  after: { b: 1, a: { d: 0.1, c: "é" } },
  hashVersion: 2,
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

test("an entry of the first version keeps its hash", () => {
  const previousHash = chainStart(fixedTenantId);

  expect(previousHash.toString("hex")).toBe(
    "37338d256988eec459e92f3fff87ae5aae842a4c3f49ab56c9160d80496fd9c4",
  );
  expect(hashOf(fixedTenantId, { ...entry, hashVersion: 1, previousHash }).toString("hex")).toBe(
    "847dc2f48c43e48cb054bfc8e49aaf29570900e2dd1a7612cf7ffe1801cf0ed5",
  );
});

test("an entry of the second version holds where it came from", () => {
  const hash = hashOf(tenantId, entry);

  expect(hashOf(tenantId, { ...entry, address: null })).not.toEqual(hash);
  expect(hashOf(tenantId, { ...entry, userAgent: null })).not.toEqual(hash);
  expect(hashOf(tenantId, { ...entry, hashVersion: 1 })).not.toEqual(hash);
});
