import { createHash } from "node:crypto";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { utimes } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LiveList, Scope } from "@burgee/core";
import {
  type EnvironmentId,
  type KeyCredential,
  newId,
  type ProjectId,
  type SdkKeyId,
  type StoredRuleset,
  type TenantId,
  type UserId,
} from "@burgee/db";
import { packIds, readIdList } from "@burgee/engine/lists";
import { createLogger, createMetrics, type Metrics } from "@burgee/runtime";
import fc from "fast-check";
import { afterAll, beforeEach, describe, expect, test, vi } from "vitest";
import { EdgeStore, type EdgeStoreOptions } from "./edge-store.ts";

const EPOCH = "0b1f6f0e-6c1b-4f0e-9d0a-000000000001";
const NEXT_EPOCH = "0b1f6f0e-6c1b-4f0e-9d0a-000000000002";
const root = mkdtempSync(join(tmpdir(), "burgee-store-"));
const tenantId = newId<TenantId>();
const scope: Scope = { tenantId, environmentId: newId<EnvironmentId>() };
const NO_LISTS = new Map<string, LiveList>();

let folders = 0;
let folder: string;
let logged: string[];
let metrics: Metrics;

beforeEach(() => {
  folder = join(root, String(folders++), "store");
  logged = [];
});
afterAll(() => rmSync(root, { recursive: true }));

function open(more: Partial<EdgeStoreOptions> = {}): Promise<EdgeStore> {
  metrics = createMetrics({ service: "api", version: "test" });
  const log = createLogger({ level: "warn", name: "api", sink: { write: (line) => logged.push(line) } });
  return EdgeStore.open({ folder, log, metrics, ...more });
}

/** As another process finds it. */
async function openAgain(store: EdgeStore, more: Partial<EdgeStoreOptions> = {}): Promise<EdgeStore> {
  await store.flush();
  return open(more);
}

describe("a ruleset", () => {
  test("is found by another process as it was, text of any script included", async () => {
    // Nobody can name a toggle or a segment __proto__.
    const name = fc.string({ minLength: 1, unit: "grapheme" }).filter((each) => each !== "__proto__");
    const names = fc.dictionary(name, fc.nat());
    const text = fc.string({ unit: "grapheme", maxLength: 200 });
    await fc.assert(
      fc.asyncProperty(names, names, text, fc.nat(), async (removed, removedSegments, note, revision) => {
        folder = join(root, String(folders++), "store");
        const stored = { ...rulesetOf(revision), removed, removedSegments, body: JSON.stringify({ note }) };
        const store = await open();
        store.keep(scope, stored, NO_LISTS);

        expect((await (await openAgain(store)).find(scope))?.stored).toEqual(stored);
      }),
      { numRuns: 30 },
    );
  });

  test("is not another tenant's who names its environment", async () => {
    const store = await open();
    store.keep(scope, rulesetOf(1), NO_LISTS);
    const again = await openAgain(store);

    expect(await again.find({ ...scope, tenantId: newId<TenantId>() })).toBeUndefined();
    expect(await again.find({ ...scope, environmentId: newId<EnvironmentId>() })).toBeUndefined();
  });

  test("never gives way to an older one of its epoch, whichever process comes with it", async () => {
    const store = await open();
    store.keep(scope, rulesetOf(7), NO_LISTS);
    const other = await openAgain(store);
    other.keep(scope, rulesetOf(6), NO_LISTS);
    const third = await openAgain(other);
    expect((await third.find(scope))?.stored.revision).toBe(7);

    third.keep(scope, { ...rulesetOf(2), epoch: NEXT_EPOCH }, NO_LISTS);
    const fourth = await openAgain(third);
    expect((await fourth.find(scope))?.stored).toMatchObject({ epoch: NEXT_EPOCH, revision: 2 });
  });

  test("is written as it was noted last, however fast its revisions came", async () => {
    const store = await open();
    for (let revision = 1; revision <= 50; revision++) store.keep(scope, rulesetOf(revision), NO_LISTS);

    expect((await (await openAgain(store)).find(scope))?.stored.revision).toBe(50);
  });

  test("says how long ago the database called it the newest", async () => {
    const store = await open();
    store.keep(scope, rulesetOf(1), NO_LISTS);
    await store.flush();
    const hourAgo = Date.now() / 1_000 - 3_600;
    await utimes(join(folder, scope.environmentId, "ruleset"), hourAgo, hourAgo);

    const again = await open();
    expect(Math.round(((await again.find(scope))?.ageMs ?? 0) / 60_000)).toBe(60);
    again.confirm(scope);
    const third = await openAgain(again);
    expect((await third.find(scope))?.ageMs).toBeLessThan(60_000);
  });
});

describe("a list", () => {
  const one = listOf(["ada", "bob"]);
  const other = listOf(["cid"]);

  test("is kept beside the ruleset that names it, and goes with it", async () => {
    const store = await open();
    store.keep(scope, rulesetOf(1), new Map([one]));
    const again = await openAgain(store);
    expect(await again.findList(scope, one[0])).toEqual(Buffer.from(one[1].bytes));
    expect(await again.findList({ ...scope, tenantId: newId<TenantId>() }, one[0])).toBeUndefined();

    again.keep(scope, rulesetOf(2), new Map([other]));
    const third = await openAgain(again);
    expect(await third.findList(scope, one[0])).toBeUndefined();
    expect(await third.findList(scope, other[0])).toEqual(Buffer.from(other[1].bytes));
  });

  test("is none where its file holds another's bytes", async () => {
    const store = await open();
    store.keep(scope, rulesetOf(1), new Map([one, other]));
    await store.flush();
    const pathOf = (hash: string) => join(folder, scope.environmentId, `${hash}.list`);
    writeFileSync(pathOf(one[0]), readFileSync(pathOf(other[0])), { mode: 0o600 });

    expect(await (await open()).findList(scope, one[0])).toBeUndefined();
    expect(logged.join()).toContain("misplaced");
  });
});

describe("a key", () => {
  const id = Buffer.alloc(32, 7).toString("base64");
  const found = async (store: EdgeStore) => (await openAgain(store)).found.get(id);

  test.each(["srv", "cli"] as const)("of kind %s is found by another process as it was", async (kind) => {
    const credential = credentialOf({ kind, origins: ["https://shop.example"], quotas: { streams: 5 } });
    const store = await open();
    store.note(id, credential);

    expect(await found(store)).toEqual(credential);
  });

  test.each([
    ["a person's", credentialOf({ kind: "pat", userId: newId<UserId>(), role: "owner" })],
    ["one that was revoked", credentialOf({ revokedAt: new Date() })],
    ["one that has expired", credentialOf({ expiresInMs: 0 })],
  ])("is not kept where it is %s", async (_, credential) => {
    const store = await open();
    store.note(id, credential);
    await store.flush();

    expect(readdirSync(folder)).toEqual([]);
  });

  test.each([
    ["was revoked", credentialOf({ revokedAt: new Date() })],
    ["is not there any more", undefined],
  ])("goes once the database says that it %s", async (_, credential) => {
    const store = await open();
    store.note(id, credentialOf());
    const again = await openAgain(store);
    again.note(id, credential);

    expect(await found(again)).toBeUndefined();
  });

  test("ends when it would have, in whichever process", async () => {
    const store = await open();
    store.note(id, credentialOf({ expiresInMs: 60_000 }));

    const left = (await found(store))?.expiresInMs;
    expect(left).toBeLessThanOrEqual(60_000);
    expect(left).toBeGreaterThan(0);
  });

  test("lives no longer where the clock was set back", async () => {
    const store = await open();
    store.note(id, credentialOf({ expiresInMs: 60_000 }));
    await store.flush();
    vi.useFakeTimers({ now: Date.now() - 24 * 3_600_000, toFake: ["Date"] });
    try {
      expect((await open()).found.get(id)?.expiresInMs).toBeLessThanOrEqual(60_000);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe("an environment that is no more", () => {
  const other = { tenantId, environmentId: newId<EnvironmentId>() };
  const headOf = (each: Scope) => ({ ...each, epoch: EPOCH, revision: 1 });

  test("is forgotten, with its lists and keys, also where it was to be written", async () => {
    const store = await open();
    store.keep(scope, rulesetOf(1), new Map([listOf(["ada"])]));
    store.note(keyIdOf(scope), credentialOf(scope));
    await store.flush();
    store.keep(scope, rulesetOf(2), NO_LISTS);
    store.keep(other, rulesetOf(1), NO_LISTS);
    for (const each of [scope, other]) store.forget(each);

    const again = await openAgain(store);
    expect([await again.find(scope), again.found.size, readdirSync(folder)]).toEqual([undefined, 0, []]);
  });

  test("is found by asking for all that is kept, and where nobody can be asked nothing goes", async () => {
    const store = await open();
    for (const each of [scope, other]) store.keep(each, rulesetOf(1), NO_LISTS);
    const again = await openAgain(store);
    await expect(again.sweep(() => Promise.reject(new Error("down")))).rejects.toThrow("down");
    expect((await openAgain(again)).environments).toBe(2);

    await again.sweep(async (asked) =>
      asked.map(headOf).filter((head) => head.environmentId !== scope.environmentId),
    );
    await again.flush();
    expect(readdirSync(folder)).toEqual([other.environmentId]);
  });

  test("may come back", async () => {
    const store = await open();
    store.keep(scope, rulesetOf(1), NO_LISTS);
    await store.flush();
    store.forget(scope);
    store.keep(scope, rulesetOf(2), NO_LISTS);

    expect((await (await openAgain(store)).find(scope))?.stored.revision).toBe(2);
  });
});

describe("the bounds", () => {
  test("let the environment go that was used longest ago, its keys with it", async () => {
    const scopes = Array.from({ length: 4 }, () => ({ tenantId, environmentId: newId<EnvironmentId>() }));
    const [first, second, third, fourth] = scopes as [Scope, Scope, Scope, Scope];
    const store = await open({ mostEnvironments: 3 });
    for (const each of [first, second, third]) {
      store.note(keyIdOf(each), credentialOf(each));
      store.keep(each, rulesetOf(1), NO_LISTS);
    }
    store.use(first.environmentId);
    await store.flush();
    store.keep(fourth, rulesetOf(1), NO_LISTS);
    await store.flush();

    const again = await open();
    const held = await Promise.all(scopes.map(async (each) => (await again.find(each)) !== undefined));
    expect(held).toEqual([true, false, true, true]);
    expect(again.found.has(keyIdOf(second))).toBe(false);
    expect(readdirSync(folder)).toHaveLength(3);
  });

  test("count bytes, and the metrics show them", async () => {
    const store = await open({ mostBytes: 3_000 });
    for (let n = 0; n < 5; n++) {
      const each = { tenantId, environmentId: newId<EnvironmentId>() };
      store.keep(each, { ...rulesetOf(1), body: "x".repeat(1_000) }, NO_LISTS);
    }
    await store.flush();

    expect(store.environments).toBe(2);
    expect(await metrics.expose()).toContain("burgee_edge_store_environments 2");
    expect(Number(/burgee_edge_store_bytes (\d+)/.exec(await metrics.expose())?.[1])).toBe(store.bytes);
  });
});

test("a file that was changed, cut, or is no file of ours is told of and passed over, and the rest is served", async () => {
  const store = await open();
  const other = { tenantId, environmentId: newId<EnvironmentId>() };
  const id = keyIdOf(scope);
  store.keep(scope, rulesetOf(3), new Map([listOf(["ada"])]));
  store.keep(other, rulesetOf(4), NO_LISTS);
  store.note(id, credentialOf(scope));
  await store.flush();
  const files = readdirSync(join(folder, scope.environmentId)).map((name) =>
    join(folder, scope.environmentId, name),
  );
  const good = new Map(files.map((file) => [file, readFileSync(file)]));
  expect(files).toHaveLength(3);

  const poison = fc.oneof(
    fc.record({ cutAt: fc.nat() }),
    fc.record({ at: fc.nat(), by: fc.integer({ min: 1, max: 255 }) }),
    fc.record({ noise: fc.uint8Array({ maxLength: 300 }) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...files), poison, async (file, how) => {
      const bytes = good.get(file) ?? Buffer.alloc(0);
      writeFileSync(file, poisoned(bytes, how));
      logged = [];

      const again = await open();
      const [ruleset, list] = [await again.find(scope), await again.findList(scope, listOf(["ada"])[0])];
      expect({
        isLost: [ruleset === undefined, list === undefined, !again.found.has(id)].filter(Boolean).length,
        isTold: logged.length > 0,
        rest: (await again.find(other))?.stored.revision,
      }).toEqual({ isLost: 1, isTold: true, rest: 4 });
      if (ruleset) expect(ruleset.stored).toEqual(rulesetOf(3));
      writeFileSync(file, bytes);
    }),
    { numRuns: 150 },
  );
});

test("a broken ruleset that calls itself newer does not keep a good one out", async () => {
  const store = await open();
  store.keep(scope, rulesetOf(3), NO_LISTS);
  await store.flush();
  const file = join(folder, scope.environmentId, "ruleset");
  writeFileSync(file, readFileSync(file, "latin1").replace('"revision":3', '"revision":9'), "latin1");

  store.keep(scope, rulesetOf(4), NO_LISTS);

  expect((await (await openAgain(store)).find(scope))?.stored.revision).toBe(4);
});

describe("what is in another environment's place is passed over", () => {
  const other = { tenantId: newId<TenantId>(), environmentId: newId<EnvironmentId>() };
  const placeOf = ({ environmentId }: Scope) => join(folder, environmentId);

  beforeEach(async () => {
    const store = await open();
    store.keep(scope, rulesetOf(1), NO_LISTS);
    store.note(keyIdOf(scope), credentialOf(scope));
    await store.flush();
  });

  test("at a start", async () => {
    renameSync(placeOf(scope), placeOf(other));

    const again = await open();

    expect(await again.find(other)).toBeUndefined();
    expect(await again.find({ ...other, tenantId })).toBeUndefined();
    expect({ keys: again.found.size, environments: again.environments }).toEqual({
      keys: 0,
      environments: 0,
    });
  });

  test("and later", async () => {
    const store = await open();
    store.keep(other, rulesetOf(2), NO_LISTS);
    await store.flush();
    renameSync(join(placeOf(scope), "ruleset"), join(placeOf(other), "ruleset"));

    expect(await store.find(other)).toBeUndefined();
    expect(logged.join()).toContain("misplaced");
  });
});

test("a disk that can't be written is told of once, and what was noted is written when it can", async () => {
  const store = await open();
  writeFileSync(join(folder, scope.environmentId), "in the way");
  store.keep(scope, rulesetOf(1), NO_LISTS);
  store.keep(scope, rulesetOf(2), NO_LISTS);
  await store.flush();
  expect(logged.filter((line) => line.includes("could not be written"))).toHaveLength(1);
  expect(await metrics.expose()).toContain('burgee_edge_store_failures_total{at="write"}');

  rmSync(join(folder, scope.environmentId));
  store.keep(scope, rulesetOf(3), NO_LISTS);
  expect((await (await openAgain(store)).find(scope))?.stored.revision).toBe(3);
});

test("a folder that was open to others is closed to them before anything is written", async () => {
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o777);

  await open();

  expect(statSync(folder).mode & 0o777).toBe(0o700);
});

function poisoned(
  bytes: Buffer,
  how: { cutAt: number } | { at: number; by: number } | { noise: Uint8Array },
): Uint8Array {
  if ("noise" in how) return how.noise;
  if ("cutAt" in how) return bytes.subarray(0, how.cutAt % bytes.length);
  const changed = Buffer.from(bytes);
  const at = how.at % bytes.length;
  changed[at] = (changed[at] ?? 0) ^ how.by;
  return changed;
}

function rulesetOf(revision: number): StoredRuleset {
  return {
    epoch: EPOCH,
    revision,
    body: JSON.stringify({ revision, text: "über\nall" }),
    removed: { gone: 2 },
    removedSegments: {},
    attributesRevision: 1,
    sha256: Buffer.alloc(32, revision),
    seal: `burgee1|revision ${revision}`,
  };
}

function listOf(ids: readonly string[]): readonly [string, LiveList] {
  const { bytes } = packIds(ids);
  const hash = createHash("sha256").update(bytes).digest("hex");
  const read = readIdList(bytes);
  if (!read.ok) throw new Error(read.error.message);
  return [hash, { bytes, list: read.list }];
}

function keyIdOf({ environmentId }: Scope): string {
  return Buffer.from(environmentId.replaceAll("-", ""), "utf8").toString("base64");
}

function credentialOf(more: Partial<KeyCredential> = {}): KeyCredential {
  return {
    ...scope,
    sdkKeyId: newId<SdkKeyId>(),
    kind: "srv",
    projectId: newId<ProjectId>(),
    userId: null,
    origins: [],
    reach: { permissions: null, environments: null },
    role: null,
    bindings: { permissions: null, grants: [] },
    quotas: {},
    expiresInMs: null,
    revokedAt: null,
    ...more,
  };
}
