import { createHash, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { type AuditFilter, newId, type TenantId } from "@burgee/db";
import { describe, expect, test } from "vitest";
import { chainStart, hashOf } from "../audit/entry-hash.ts";
import { type EntryOfExport, writeEnd, writeEntry, writeStatement } from "./export-form.ts";
import { verifyAuditExport } from "./verify-audit-export.ts";

type Pair = { readonly publicKey: KeyObject; readonly privateKey: KeyObject };

const ENTRIES = 30;
const ours: Pair = generateKeyPairSync("ed25519");
const theirs: Pair = generateKeyPairSync("ed25519");
const tenantId = newId<TenantId>();
const chain = chainOf(tenantId, ENTRIES);
const whole = exportOf(chain, {});
/** Of each three entries the last; the trail's last among them. */
const someOf = chain.filter(({ seq }) => seq % 3 === 0);
const some = exportOf(someOf, { actor: "user:0" });

describe("an export that nobody touched", () => {
  test("is found good, with what it is of", async () => {
    const told: number[] = [];

    const report = await verify(whole, (count) => told.push(count));

    expect(report).toMatchObject({ isWhole: true, verified: ENTRIES, fault: undefined });
    expect(report.statement).toMatchObject({ tenantId, last: { seq: ENTRIES } });
  });

  test("is found good by a filter, as far as that can be seen", async () => {
    expect(await verify(some)).toMatchObject({ isWhole: false, verified: 10, fault: undefined });
    expect(await verify(exportOf([], { action: "none" }))).toMatchObject({ verified: 0, fault: undefined });
  });
});

describe("in a whole export the first bad entry is named, and what is wrong with it", () => {
  const otherChain = chainOf(newId<TenantId>(), ENTRIES);
  const line = (seq: number) => seq;

  test.each<[string, readonly string[], object]>([
    [
      "a text changed",
      withLine(line(12), (text) => text.replace("user:0", "user:9")),
      { seq: 12, kind: "hash" },
    ],
    ["a state changed", withLine(line(4), (text) => text.replace("0.25", "0.26")), { seq: 4, kind: "hash" }],
    ["a time changed", withLine(line(4), (text) => text.replace(".000Z", ".001Z")), { seq: 4, kind: "hash" }],
    [
      "another version named",
      withLine(line(4), (text) => text.replace('"hashVersion":2', '"hashVersion":1')),
      { seq: 4, kind: "hash" },
    ],
    ["one deleted", whole.toSpliced(12, 1), { seq: 12, kind: "gap" }],
    ["the first deleted", whole.toSpliced(1, 1), { seq: 1, kind: "gap" }],
    ["one there twice", whole.toSpliced(12, 0, whole[12] ?? ""), { seq: 12, kind: "gap" }],
    ["two swapped", whole.with(5, whole[6] ?? "").with(6, whole[5] ?? ""), { seq: 5, kind: "gap" }],
    ["another tenant's", whole.with(12, writeEntry(entryAt(otherChain, 12))), { seq: 12, kind: "link" }],
    [
      "one rewritten along with its hash",
      withEntry(12, (entry) => ({
        ...entry,
        actor: "user:m",
        hash: hashOf(tenantId, { ...entry, actor: "user:m" }),
      })),
      { seq: 13, kind: "link" },
    ],
    ["the end cut off", ended(whole.slice(0, 20)), { seq: 20, kind: "head" }],
    [
      "one that lay otherwise in its table",
      withEntry(7, (entry) => ({ ...entry, isExact: false })),
      { seq: 7, kind: "hash" },
    ],
    [
      "another tenant named",
      withLine(0, (text) => text.replace(tenantId, newId())),
      { seq: 1, kind: "link" },
    ],
    [
      "another last hash named",
      withLine(0, (text) => text.replace(/"hash":"(.)/, (_, first) => `"hash":"${first === "0" ? 1 : 0}`)),
      { seq: ENTRIES, kind: "head" },
    ],
    [
      "a last entry named that is none",
      withLine(0, (text) => text.replace(/"seq":\d+/, '"seq":31')),
      { seq: 31, kind: "head" },
    ],
  ])("%s", async (_, lines, fault) => {
    expect((await verify(lines)).fault).toMatchObject(fault);
  });
});

describe("in an export by a filter", () => {
  test.each<[string, readonly string[], object]>([
    [
      "a text changed is found",
      some.with(4, (some[4] ?? "").replace("user:0", "user:9")),
      { seq: 12, kind: "hash" },
    ],
    [
      "an entry in another's place is found",
      some.with(5, some[6] ?? "").with(6, some[5] ?? ""),
      { seq: 15, kind: "gap" },
    ],
    [
      "an entry beyond the end is found",
      ended([...some.slice(0, -1), writeEntry(entryAt(chainOf(tenantId, 33), 33))]),
      { seq: 33, kind: "head" },
    ],
    [
      "another last hash is found",
      some.with(0, (some[0] ?? "").replace(/"hash":"../, '"hash":"00')),
      { seq: ENTRIES, kind: "head" },
    ],
    [
      "neighbours that don't follow each other are found",
      exportOf([...someOf.slice(0, 1), rehashed(entryAt(chain, 4))], { actor: "x" }),
      { seq: 4, kind: "link" },
    ],
    ["an entry taken away is found by the count", some.toSpliced(4, 1), { kind: "form" }],
  ])("%s", async (_, lines, fault) => {
    expect((await verify(lines)).fault).toMatchObject(fault);
  });

  test("an entry taken away along with the count is not: what a filter leaves out can't be shown", async () => {
    const lines = ended(some.toSpliced(4, 1).slice(0, -1));

    expect(await verify(lines)).toMatchObject({ isWhole: false, verified: 9, fault: undefined });
  });
});

describe("an end that is signed", () => {
  const lines = whole.slice(0, -1);
  const signed = ended(lines, { keys: [ours] });

  test("shows by which keys, and is held to the one that is asked for", async () => {
    const twice = ended(lines, { keys: [ours, theirs] });

    expect(await verify(signed, undefined, publicHalf(ours))).toMatchObject({
      signedBy: [publicHalf(ours)],
      fault: undefined,
    });
    expect((await verify(twice, undefined, publicHalf(theirs))).fault).toBeUndefined();
    expect((await verify(signed, undefined, publicHalf(theirs))).fault).toMatchObject({ kind: "signature" });
    expect((await verify(whole, undefined, publicHalf(ours))).fault).toMatchObject({ kind: "signature" });
  });

  test.each<[string, readonly string[]]>([
    ["of another chain that somebody wrote", [...ended(someOther()).slice(0, -1), signed.at(-1) ?? ""]],
    [
      "that names a key which did not sign",
      signed.map((line) => line.replace(publicHalf(ours), publicHalf(theirs))),
    ],
    [
      "of other lines than it says",
      signed.with(-1, (signed.at(-1) ?? "").replace(/"sha256":"../, '"sha256":"00')),
    ],
  ])("is found bad %s", async (_, forged) => {
    expect((await verify(forged)).fault).toMatchObject({ kind: "signature", line: ENTRIES + 2 });
  });

  /** As good a chain, of which one entry says something else. */
  function someOther(): readonly string[] {
    const other = chainOf(tenantId, ENTRIES, "toggle.disabled");
    const last = entryAt(other, ENTRIES);
    return [writeStatement({ tenantId, filter: {}, last }), ...other.map(writeEntry)];
  }
});

describe("what is no export, or not all of one, is told by its line", () => {
  test.each<[string, readonly string[], number]>([
    ["an empty file", [], 1],
    ["a CSV", ["seq,at,actor\n", "1,2,3\n"], 1],
    ["an entry without its statement", whole.slice(1), 1],
    ["a later form", withLine(0, (text) => text.replace('"version":1', '"version":2')), 1],
    ["a line that is no JSON", whole.with(9, "{\n"), 10],
    ["a line with more in it", withLine(9, (text) => text.replace("{", '{"note":"x",')), 10],
    ["a line cut off", whole.with(9, (whole[9] ?? "").slice(0, 40)), 10],
    ["no end", whole.slice(0, -1), ENTRIES + 2],
    ["something after the end", [...whole, whole[3] ?? ""], ENTRIES + 3],
    ["another count", ended(whole.slice(0, -1), { entries: ENTRIES + 1 }), ENTRIES + 2],
  ])("%s", async (_, lines, line) => {
    expect((await verify(lines)).fault).toEqual({ kind: "form", line, message: expect.any(String) });
  });
});

function verify(lines: readonly string[], onProgress?: (count: number) => void, key?: string) {
  return verifyAuditExport(each(lines), { ...(onProgress && { onProgress }), key });
}

async function* each(lines: readonly string[]): AsyncGenerator<string> {
  for (const line of lines) yield line.trimEnd();
}

function exportOf(entries: readonly EntryOfExport[], filter: AuditFilter): readonly string[] {
  const last = entryAt(chain, ENTRIES);
  return ended([writeStatement({ tenantId, filter, last }), ...entries.map(writeEntry)]);
}

/** With the end that lines like these have: so a fault is in them, and not in what vouches for them. */
function ended(
  lines: readonly string[],
  {
    entries = lines.length - 1,
    keys = [],
  }: { readonly entries?: number; readonly keys?: readonly Pair[] } = {},
): readonly string[] {
  const sha256 = createHash("sha256").update(lines.join("")).digest();
  const statement = Buffer.from(`burgee-audit-export1|${tenantId}|${sha256.toString("hex")}|${entries}`);
  const signatures = keys.map((pair) => ({
    key: publicHalf(pair),
    value: sign(null, statement, pair.privateKey).toString("base64url"),
  }));
  return [...lines, writeEnd({ entries, sha256, signatures })];
}

function publicHalf({ publicKey }: Pair): string {
  return publicKey.export({ format: "jwk" }).x ?? "";
}

function chainOf(owner: TenantId, length: number, action = "toggle.enabled"): readonly EntryOfExport[] {
  let previousHash = chainStart(owner);
  return Array.from({ length }, (_, index) => {
    const entry = {
      seq: index + 1,
      createdAt: new Date(Date.UTC(2026, 0, 1, 0, 0, index)),
      actor: `user:${(index + 1) % 3}`,
      action,
      object: "toggle/web/cart",
      environmentId: null,
      revision: index,
      requestId: null,
      address: "2001:db8::7",
      userAgent: null,
      before: null,
      after: { percentage: 0.25, name: "Zoë 🧺", list: [1, "2", null] },
      hashVersion: 2,
      previousHash,
      isExact: true,
    };
    previousHash = hashOf(owner, entry);
    return { ...entry, hash: previousHash };
  });
}

function entryAt(entries: readonly EntryOfExport[], seq: number): EntryOfExport {
  const entry = entries.find((each) => each.seq === seq);
  if (!entry) throw new Error(`There is no entry ${seq}.`);
  return entry;
}

/** As it would be with another one before it. */
function rehashed(entry: EntryOfExport): EntryOfExport {
  const moved = { ...entry, previousHash: Buffer.alloc(32) };
  return { ...moved, hash: hashOf(tenantId, moved) };
}

function withLine(index: number, change: (text: string) => string): readonly string[] {
  const text = whole[index] ?? "";
  const changed = change(text);
  if (changed === text) throw new Error(`Nothing was changed in ${text}.`);
  return whole.with(index, changed);
}

function withEntry(seq: number, change: (entry: EntryOfExport) => EntryOfExport): readonly string[] {
  return whole.with(seq, writeEntry(change(entryAt(chain, seq))));
}
