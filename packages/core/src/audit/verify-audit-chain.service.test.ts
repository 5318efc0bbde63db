import type { Database, TenantId } from "@burgee/db";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { install } from "../../test/installation.ts";
import { addEntries, storedEntries } from "../../test/seeded-chain.ts";
import { appendEntry } from "./append-entry.ts";
import { hashOf } from "./entry-hash.ts";
import { verifyAuditChain } from "./verify-audit-chain.ts";

const ENTRIES = 40;
const installation = await install();
const { admin } = installation;
let db: Database;
let tenantId: TenantId;
let other: TenantId;

beforeEach(async () => {
  const tenants = await Promise.all([installation.newTenant(), installation.newTenant()]);
  ({ db } = tenants[0]);
  tenantId = tenants[0].person.tenantId;
  other = tenants[1].person.tenantId;
  await addEntries(db, tenantId, ENTRIES - 3);
  await addEntries(db, other, ENTRIES - 3);
});
afterAll(() => installation.close());

describe("a chain that nobody touched", () => {
  test.each([1, 7, ENTRIES, 1_000])("is found good, read %i at a time", async (pageSize) => {
    const told: number[] = [];
    const report = await verifyAuditChain({ db }, { tenantId, pageSize, onProgress: (n) => told.push(n) });

    expect(report).toEqual({ verified: ENTRIES, fault: undefined });
    expect(told.at(-1)).toBe(ENTRIES);
  });

  test("is found good while entries are added to it", async () => {
    const adding = Promise.all(
      Array.from({ length: 30 }, (_, number) =>
        db.transact(tenantId, (writers) =>
          appendEntry(writers, tenantId, { actor: "system", action: "a", object: `o/${number}` }),
        ),
      ),
    );
    const reports = [];
    for (let round = 0; round < 10; round++) {
      reports.push(await verifyAuditChain({ db }, { tenantId, pageSize: 3 }));
    }
    await adding;

    expect(reports.map(({ fault }) => fault)).toEqual(reports.map(() => undefined));
    expect(await verifyAuditChain({ db }, { tenantId })).toMatchObject({ verified: ENTRIES + 30 });
  });

  test("goes on from entries of the first version to those of the second", async () => {
    await makeFirstVersion(3);

    expect(await verify()).toEqual({ verified: ENTRIES, fault: undefined });
  });
});

describe("whoever controls the database and changes one field of one entry", () => {
  const columns: Readonly<Record<string, string>> = {
    month: "month - interval '1 month'",
    created_at: "created_at + interval '1 microsecond'",
    actor: "actor || 'x'",
    action: "action || 'x'",
    object: "object || 'x'",
    environment_id: "case when environment_id is null then gen_random_uuid() end",
    revision: "coalesce(revision, 0) + 1",
    request_id: "coalesce(request_id, '') || 'x'",
    before: "case when before is null then 'null' else before || '{\"x\":1}' end",
    after: "jsonb_set(coalesce(after, '{}'), '{name}', '\"Zoe\"')",
    hash_version: "3 - hash_version",
    address: "case when address is null then '192.0.2.1' end",
    user_agent: "coalesce(user_agent, '') || ' '",
    previous_hash: "sha256(previous_hash)",
    hash: "sha256(hash)",
  };
  /** Both ends, and some between. */
  const rows = [1, 2, 4, 9, 17, 23, 38, ENTRIES];

  test.each(Object.entries(columns))("is found out by %s", async (column, changed) => {
    const faults = [];
    for (const seq of rows) {
      await tamper(
        `update burgee.audit_entries set ${column} = ${changed} where tenant_id = $1 and seq = $2`,
        [tenantId, seq],
      );
      const { fault } = await verify();
      faults.push(fault?.seq);
      await restore();
    }

    expect(faults).toEqual(rows);
    expect(await verify()).toMatchObject({ fault: undefined });
  });

  test("can't make an entry found under another object", async () => {
    const hidden = tamper("update burgee.audit_entries set object_key = 'x' where tenant_id = $1", [
      tenantId,
    ]);

    await expect(hidden).rejects.toMatchObject({ code: "428C9" });
  });
});

describe("the verifier names the first bad entry, and what is wrong with it", () => {
  test.each<[string, () => Promise<void>, object]>([
    [
      "an entry that was deleted",
      () => tamper("delete from burgee.audit_entries where tenant_id = $1 and seq = 12", [tenantId]),
      { seq: 12, kind: "gap", message: "It is missing; the next one there is 13." },
    ],
    [
      "the first one deleted",
      () => tamper("delete from burgee.audit_entries where tenant_id = $1 and seq = 1", [tenantId]),
      { seq: 1, kind: "gap" },
    ],
    [
      "two that were swapped",
      async () => {
        for (const [from, to] of [
          [12, 1_000],
          [20, 12],
          [1_000, 20],
        ]) {
          await tamper("update burgee.audit_entries set seq = $3 where tenant_id = $1 and seq = $2", [
            tenantId,
            from,
            to,
          ]);
        }
      },
      { seq: 12, kind: "link" },
    ],
    [
      "one that was moved to another tenant, in place of theirs",
      async () => {
        await tamper("delete from burgee.audit_entries where tenant_id = $1 and seq = 12", [tenantId]);
        await tamper("update burgee.audit_entries set tenant_id = $1 where tenant_id = $2 and seq = 12", [
          tenantId,
          other,
        ]);
      },
      { seq: 12, kind: "moved", message: expect.stringContaining("It was written for the tenant ") },
    ],
    [
      "one that was put in beside another of its number",
      () =>
        tamper(
          `insert into burgee.audit_entries (tenant_id, month, seq, created_at, actor, action, object, previous_hash, hash)
           select tenant_id, month + interval '1 month', seq, created_at, actor, action, object, previous_hash, hash
             from burgee.audit_entries where tenant_id = $1 and seq = 12`,
          [tenantId],
        ),
      { seq: 12, kind: "gap", message: "Its number is there twice." },
    ],
    [
      "one that was rewritten along with its hash",
      async () => {
        const entry = (await storedEntries(db, tenantId))[11];
        if (!entry) throw new Error("There is no entry 12.");
        const hash = hashOf(tenantId, { ...entry, actor: "user:mallory" });
        await tamper(
          "update burgee.audit_entries set actor = 'user:mallory', hash = $2 where tenant_id = $1 and seq = 12",
          [tenantId, hash],
        );
      },
      { seq: 13, kind: "link", message: "It does not carry the hash of the entry before it." },
    ],
    [
      "the newest ones cut off",
      () => tamper("delete from burgee.audit_entries where tenant_id = $1 and seq > 33", [tenantId]),
      { seq: 34, kind: "head", message: `It is missing, as is all that follows up to ${ENTRIES}.` },
    ],
    [
      "all of them gone",
      () => tamper("delete from burgee.audit_entries where tenant_id = $1", [tenantId]),
      { seq: 1, kind: "head" },
    ],
    [
      "an end that was set back",
      () => tamper("update burgee.audit_heads set seq = 30 where tenant_id = $1", [tenantId]),
      { seq: 31, kind: "head" },
    ],
    [
      "an end with another hash",
      () => tamper("update burgee.audit_heads set hash = sha256(hash) where tenant_id = $1", [tenantId]),
      { seq: ENTRIES, kind: "head", message: "The end is noted with another hash than this entry has." },
    ],
    [
      "an end that is gone",
      () => tamper("delete from burgee.audit_heads where tenant_id = $1", [tenantId]),
      { seq: ENTRIES + 1, kind: "head" },
    ],
  ])("%s", async (_, change, fault) => {
    await change();

    for (const pageSize of [1, 12, 1_000]) {
      const report = await verifyAuditChain({ db }, { tenantId, pageSize, otherTenants: [tenantId, other] });
      expect(report.fault).toMatchObject(fault);
    }
  });

  test("and finds it missing where it was taken from", async () => {
    await tamper("delete from burgee.audit_entries where tenant_id = $1 and seq = 12", [tenantId]);
    await tamper("update burgee.audit_entries set tenant_id = $1 where tenant_id = $2 and seq = 12", [
      tenantId,
      other,
    ]);

    const report = await verifyAuditChain({ db }, { tenantId: other });

    expect(report).toMatchObject({ verified: 11, fault: { seq: 12, kind: "gap" } });
  });

  test("but not an end that was cut off and noted anew: nothing in the database tells of it", async () => {
    await tamper("delete from burgee.audit_entries where tenant_id = $1 and seq > 33", [tenantId]);
    await tamper(
      `update burgee.audit_heads h set seq = 33, hash = e.hash from burgee.audit_entries e
        where h.tenant_id = $1 and e.tenant_id = $1 and e.seq = 33`,
      [tenantId],
    );

    expect(await verify()).toEqual({ verified: 33, fault: undefined });
  });
});

function verify() {
  return verifyAuditChain({ db }, { tenantId });
}

/** As the superuser, with triggers and foreign keys off. What was there before can be brought back. */
async function tamper(statement: string, values: readonly unknown[]): Promise<void> {
  const client = await admin.connect();
  try {
    await client.query("begin");
    await client.query("set local session_replication_role = replica");
    await client.query("drop table if exists public.untouched");
    await client.query("create table public.untouched as select * from burgee.audit_entries");
    await client.query(statement, [...values]);
    await client.query("commit");
  } catch (error) {
    await client.query("rollback");
    throw error;
  } finally {
    client.release();
  }
}

async function restore(): Promise<void> {
  const columns =
    "tenant_id, month, seq, created_at, actor, action, object, environment_id, revision, request_id, before, after, previous_hash, hash, hash_version, address, user_agent";
  const client = await admin.connect();
  await client.query("begin");
  await client.query("set local session_replication_role = replica");
  await client.query("delete from burgee.audit_entries where tenant_id = $1", [tenantId]);
  await client.query(
    `insert into burgee.audit_entries (${columns}) select ${columns} from public.untouched where tenant_id = $1`,
    [tenantId],
  );
  await client.query("commit");
  client.release();
}

/** Makes the chain as a node of the version before would have begun it. */
async function makeFirstVersion(upTo: number): Promise<void> {
  let previousHash: Buffer | undefined;
  for (const entry of await storedEntries(db, tenantId)) {
    const content = {
      ...entry,
      ...(entry.seq <= upTo ? { hashVersion: 1, address: null, userAgent: null } : {}),
      previousHash: previousHash ?? entry.previousHash,
    };
    previousHash = hashOf(tenantId, content);
    await tamper(
      `update burgee.audit_entries set hash_version = $3, address = $4, user_agent = $5, previous_hash = $6, hash = $7
        where tenant_id = $1 and seq = $2`,
      [
        tenantId,
        entry.seq,
        content.hashVersion,
        content.address,
        content.userAgent,
        content.previousHash,
        previousHash,
      ],
    );
  }
  await tamper("update burgee.audit_heads set hash = $2 where tenant_id = $1", [tenantId, previousHash]);
}
