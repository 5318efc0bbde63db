import type { StoredAuditEntry, TenantId } from "@burgee/db";
import { newId } from "@burgee/db";
import { afterAll, beforeAll, expect, test } from "vitest";
import { install } from "../../test/installation.ts";
import { addEntries, storedEntries } from "../../test/seeded-chain.ts";
import { type ChainEnd, faultOf } from "./chain-fault.ts";
import { chainStart, hashOf } from "./entry-hash.ts";

const ENTRIES = 1_000;
const installation = await install();
let tenantId: TenantId;
let chain: readonly StoredAuditEntry[];

beforeAll(async () => {
  const { db, person } = await installation.newTenant();
  ({ tenantId } = person);
  const begun = await storedEntries(db, tenantId);
  await addEntries(db, tenantId, ENTRIES - begun.length);
  chain = await storedEntries(db, tenantId);
});
afterAll(() => installation.close());

type Change = (entry: StoredAuditEntry, index: number) => Partial<StoredAuditEntry>;

const longer = (text: string | null) => `${text ?? ""}x`;
const flipped = (bytes: Buffer, index: number) => {
  const changed = Buffer.from(bytes);
  changed[index % 32] = (changed[index % 32] ?? 0) ^ (1 << (index % 8));
  return changed;
};

/** Every column but the tenant's, each changed in the smallest way. */
const CHANGES: Readonly<Record<Exclude<keyof StoredAuditEntry, "month">, Change>> = {
  seq: ({ seq }, index) => ({ seq: index % 2 === 0 ? seq + 1 : seq - 1 }),
  createdAt: ({ createdAt }) => ({ createdAt: new Date(createdAt.getTime() + 1) }),
  actor: ({ actor }) => ({ actor: longer(actor) }),
  action: ({ action }) => ({ action: longer(action) }),
  object: ({ object }) => ({ object: longer(object) }),
  environmentId: ({ environmentId }) => ({ environmentId: environmentId === null ? newId() : null }),
  revision: ({ revision }) => ({ revision: (revision ?? 0) + 1 }),
  requestId: ({ requestId }) => ({ requestId: longer(requestId) }),
  address: ({ address }) => ({ address: address === null ? "192.0.2.1" : null }),
  userAgent: ({ userAgent }) => ({ userAgent: longer(userAgent) }),
  before: ({ before }) => ({ before: { ...before, x: 1 } }),
  after: ({ after }) => ({ after: { ...after, enabled: false } }),
  hashVersion: (_, index) => ({ hashVersion: index % 2 === 0 ? 1 : 3 }),
  previousHash: ({ previousHash }, index) => ({ previousHash: flipped(previousHash, index) }),
  hash: ({ hash }, index) => ({ hash: flipped(hash, index) }),
  isExact: () => ({ isExact: false }),
};

test.each(Object.entries(CHANGES))(
  `%s, changed in each of ${ENTRIES} entries, is found each time`,
  (_, change) => {
    const unnoticed = chain.filter(
      (entry, index) => !faultOf(tenantId, endBefore(index), { ...entry, ...change(entry, index) }),
    );

    expect(chain).toHaveLength(ENTRIES);
    expect(unnoticed.map(({ seq }) => seq)).toEqual([]);
  },
);

test("what was not touched is found good", () => {
  const faults = chain.map((entry, index) => faultOf(tenantId, endBefore(index), entry));

  expect(faults.filter((fault) => fault !== undefined)).toEqual([]);
});

test.each<[string, number]>([
  ["first", 1],
  ["second", 2],
])("an entry of the %s version is checked as that version made it", (_, hashVersion) => {
  const nowhere = { address: null, userAgent: null };
  const content = { ...first(), ...nowhere, hashVersion };
  const entry = { ...content, hash: hashOf(tenantId, content) };

  expect(faultOf(tenantId, endBefore(0), entry)).toBeUndefined();
  expect(faultOf(tenantId, endBefore(0), { ...entry, address: "192.0.2.1" })).toMatchObject({ kind: "hash" });
});

test("an entry of a version to come is not taken for good", () => {
  const fault = faultOf(tenantId, endBefore(0), { ...first(), hashVersion: 3 });

  expect(fault).toEqual({
    seq: 1,
    kind: "hash",
    message: "Its hash is of version 3, which this build does not know.",
  });
});

function endBefore(index: number): ChainEnd {
  return chain[index - 1] ?? { seq: 0, hash: chainStart(tenantId) };
}

function first(): StoredAuditEntry {
  const [entry] = chain;
  if (!entry) throw new Error("The chain is empty.");
  return entry;
}
