import { BusyError, type EnvironmentId, newId, type StoredRuleset, type TenantId } from "@burgee/db";
import { packIds, readIdList } from "@burgee/engine/lists";
import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import type { LiveList } from "./live-lists.ts";
import type { KeptRuleset, LiveRuleset } from "./live-ruleset.ts";
import { type KeptRulesets, LiveRulesets } from "./live-rulesets.ts";
import { encodeHint } from "./ruleset-hint.ts";
import type { Scope } from "./scope.ts";

const EPOCH = "0b1f6f0e-6c1b-4f0e-9d0a-000000000001";
const NEXT_EPOCH = "0b1f6f0e-6c1b-4f0e-9d0a-000000000002";
const scope: Scope = { tenantId: newId<TenantId>(), environmentId: newId<EnvironmentId>() };

/** The store as a node sees it: it answers each load when it is told to. */
class Store {
  stored: StoredRuleset | undefined;
  isDown = false;
  isBusy = false;
  loads = 0;
  readonly #waiting: (() => void)[] = [];
  isSlow = false;

  publish(revision: number, epoch = EPOCH, removed: Readonly<Record<string, number>> = {}): void {
    this.stored = storedRuleset(revision, epoch, removed);
  }

  readonly load = async (): Promise<StoredRuleset | undefined> => {
    this.loads += 1;
    const seen = this.stored;
    if (this.isSlow) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    if (this.isDown) throw new Error("The database is down.");
    if (this.isBusy) throw new BusyError();
    return seen;
  };

  readonly lists = new Map<string, LiveList>();

  readonly list = async (_scope: Scope, hash: string): Promise<LiveList | undefined> => this.lists.get(hash);

  readonly heads = async (scopes: readonly Scope[]) => {
    if (this.isDown) throw new Error("The database is down.");
    const { stored } = this;
    return stored ? scopes.map((each) => ({ ...each, epoch: stored.epoch, revision: stored.revision })) : [];
  };

  /** Lets every load that waits go on. */
  release(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

let store: Store;
let errors: unknown[];
let live: LiveRulesets;

beforeEach(() => {
  store = new Store();
  errors = [];
  live = new LiveRulesets({ source: store, onError: (error) => errors.push(error) });
});

test("a tenant is followed once for all that is held of it, until nothing is", async () => {
  const other: Scope = { ...scope, environmentId: newId<EnvironmentId>() };
  const told: string[] = [];
  live.followTenants((tenantId) => {
    told.push(`follow ${tenantId}`);
    return () => told.push(`leave ${tenantId}`);
  });
  store.publish(1);
  await Promise.all([live.get(scope), live.get(other)]);
  expect(told).toEqual([`follow ${scope.tenantId}`]);

  store.stored = undefined;
  await live.refresh(new Set([newId<TenantId>()]));
  expect(told).toHaveLength(1);
  await live.refresh(new Set([scope.tenantId]));

  expect(told).toEqual([`follow ${scope.tenantId}`, `leave ${scope.tenantId}`]);
});

test("a ruleset waits for its lists while the one before it answers, and is taken once they are there", async () => {
  const hash = "ab".repeat(32);
  store.publish(1);
  await live.get(scope);
  store.stored = withList(storedRuleset(2, EPOCH, {}), hash);

  await live.refresh();
  await turn();
  expect((await live.get(scope)).revision).toBe(1);
  expect(errors).toEqual([expect.objectContaining({ message: expect.stringContaining(hash) })]);

  const { bytes } = packIds(["ada"]);
  const read = readIdList(bytes);
  if (read.ok) store.lists.set(hash, { bytes, list: read.list });
  await live.refresh();
  await turn();
  const { revision, list } = await live.get(scope);
  expect({ revision, isListed: list(hash)?.has("ada") }).toEqual({ revision: 2, isListed: true });
});

function withList(stored: StoredRuleset, hash: string): StoredRuleset {
  const many = { key: "many", revision: 2, include: [], exclude: [], condition: null };
  const segments = { many: { ...many, includeList: { hash, count: 1 } } };
  return { ...stored, body: JSON.stringify({ ...JSON.parse(stored.body), segments }) };
}

/** Lets what was begun go on. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

test("a tenant that asks for too much is told so by its first load, and nobody else is", async () => {
  store.publish(1);
  store.isBusy = true;
  await expect(live.get(scope)).rejects.toBeInstanceOf(BusyError);
  expect(errors).toEqual([]);

  store.isBusy = false;
  await live.get(scope);
  store.publish(2);
  store.isBusy = true;
  await live.refresh();

  expect((await live.get(scope)).revision).toBe(1);
  expect(errors).toEqual([expect.any(BusyError)]);
});

test("a patch tells of segments that left and of attributes that changed since, and of no others", async () => {
  store.publish(9);
  if (store.stored) store.stored = { ...store.stored, removedSegments: { beta: 6 }, attributesRevision: 7 };
  const { patchFrom } = await live.get(scope);

  expect(patchFrom(EPOCH, 5)).toMatchObject({ segments: { beta: null }, attributes: {} });
  expect(patchFrom(EPOCH, 6)).not.toHaveProperty("segments");
  expect(patchFrom(EPOCH, 7)).not.toHaveProperty("attributes");
});

describe("a ruleset", () => {
  test("is loaded once for any number who ask, and then answered from memory", async () => {
    store.publish(3);

    const all = await Promise.all(Array.from({ length: 50 }, () => live.get(scope)));

    expect(new Set(all).size).toBe(1);
    expect(all[0]).toMatchObject({
      epoch: EPOCH,
      revision: 3,
      etag: `"${EPOCH}.3"`,
      body: store.stored?.body,
    });
    expect(all[0]?.evaluator.evaluate("t3").value).toBe(true);
    await live.get(scope);
    expect(store.loads).toBe(1);
  });

  test("is not ready before its first revision, and is found when it is there", async () => {
    await expect(live.get(scope)).rejects.toMatchObject({ code: "ruleset_not_ready" });

    store.publish(1);

    await expect(live.get(scope)).resolves.toMatchObject({ revision: 1 });
  });

  test("that was never loaded is unavailable while the store is down, and is found afterwards", async () => {
    store.isDown = true;
    await expect(live.get(scope)).rejects.toMatchObject({ code: "unavailable" });
    expect(errors).toHaveLength(1);

    store.isDown = false;
    store.publish(1);

    await expect(live.get(scope)).resolves.toMatchObject({ revision: 1 });
  });

  test("that was loaded goes on being served while the store is down", async () => {
    await heldAt(1);
    store.isDown = true;

    hint(2);
    await settled();

    expect(errors).toHaveLength(1);
    await expect(live.get(scope)).resolves.toMatchObject({ revision: 1 });
    await expect(live.refresh()).rejects.toThrow("The database is down.");
  });

  test.each([
    ["is no JSON", "{"],
    ["is of a newer schema", JSON.stringify({ schema: 99 })],
    ["lacks its toggles", JSON.stringify({ schema: 1, project: "web" })],
  ])("that %s is reported, and the last good one goes on being served", async (_, body) => {
    await heldAt(1);
    store.stored = { ...storedRuleset(2, EPOCH, {}), body };

    hint(2);
    await settled();

    expect(errors).toHaveLength(1);
    await expect(live.get(scope)).resolves.toMatchObject({ revision: 1 });
    store.publish(3);
    hint(3);
    await settled();
    await expect(live.get(scope)).resolves.toMatchObject({ revision: 3 });
  });
});

describe("a hint", () => {
  test("of a newer revision loads it, and tells who watches", async () => {
    await heldAt(1);
    const seen: number[] = [];
    const stop = live.watch(scope, ({ revision }) => seen.push(revision));

    for (const revision of [2, 3]) {
      store.publish(revision);
      hint(revision);
      await settled();
    }
    stop();
    store.publish(4);
    hint(4);
    await settled();

    expect(seen).toEqual([2, 3]);
    await expect(live.get(scope)).resolves.toMatchObject({ revision: 4 });
  });

  test("that is doubled, late, or of another place loads nothing", async () => {
    await heldAt(5);
    store.loads = 0;

    for (const revision of [5, 5, 4, 1]) hint(revision);
    const other = { epoch: EPOCH, revision: 9 };
    live.onHint(encodeHint({ ...scope, ...other, environmentId: newId<EnvironmentId>() }));
    live.onHint(encodeHint({ ...scope, ...other, tenantId: newId<TenantId>() }));
    for (const garbage of [
      "",
      "{",
      "null",
      "[]",
      '{"revision": 9}',
      JSON.stringify({ ...scope, epoch: "x", revision: 9 }),
    ]) {
      live.onHint(garbage);
    }
    await settled();

    expect(store.loads).toBe(0);
  });

  test("that comes during a load, which has read the older one, is made up for", async () => {
    await heldAt(1);
    store.isSlow = true;
    store.publish(2);
    hint(2);
    store.publish(3);
    hint(3);
    store.isSlow = false;
    store.release();
    await settled();

    await expect(live.get(scope)).resolves.toMatchObject({ revision: 3 });
  });

  test("of a revision that is not there yet loads once, and is no loop", async () => {
    await heldAt(1);
    store.loads = 0;

    hint(99);
    await settled();

    expect(store.loads).toBe(1);
    await expect(live.get(scope)).resolves.toMatchObject({ revision: 1 });
  });

  test("never lowers a revision, however hints are lost, doubled, shuffled or made up", async () => {
    const hints = fc.array(
      fc.record({
        revision: fc.integer({ min: 0, max: 20 }),
        epoch: fc.constantFrom(EPOCH, NEXT_EPOCH),
        garbage: fc.option(fc.string(), { freq: 3 }),
        published: fc.boolean(),
      }),
      { maxLength: 40 },
    );
    await fc.assert(
      fc.asyncProperty(hints, async (script) => {
        store = new Store();
        live = new LiveRulesets({ source: store, onError: () => undefined });
        await heldAt(1);
        const seen: number[] = [1];
        live.watch(scope, ({ revision }) => seen.push(revision));
        let head = 1;

        for (const { revision, epoch, garbage, published } of script) {
          if (published) store.publish(++head);
          live.onHint(garbage ?? encodeHint({ ...scope, epoch, revision }));
          if (revision % 3 === 0) await settled();
        }
        await live.refresh();
        await settled();

        expect(seen).toEqual([...new Set(seen)].toSorted((a, b) => a - b));
        await expect(live.get(scope)).resolves.toMatchObject({ revision: head });
      }),
    );
  });
});

describe("asking for the heads", () => {
  test("repairs a hint that was lost", async () => {
    await heldAt(1);
    store.publish(7);

    await live.refresh();
    await settled();

    await expect(live.get(scope)).resolves.toMatchObject({ revision: 7 });
  });

  test("brings a new epoch, whose revisions may be lower, and its hints alone do not", async () => {
    await heldAt(7);
    live.onHint(encodeHint({ ...scope, epoch: NEXT_EPOCH, revision: 99 }));
    await settled();
    await expect(live.get(scope)).resolves.toMatchObject({ epoch: EPOCH, revision: 7 });

    store.publish(2, NEXT_EPOCH);
    await live.refresh();
    await settled();

    await expect(live.get(scope)).resolves.toMatchObject({ epoch: NEXT_EPOCH, revision: 2 });
  });

  test("asks nobody where nothing is held", async () => {
    store.isDown = true;

    await expect(live.refresh()).resolves.toBeUndefined();
  });

  test("finds the first ruleset of an environment that is watched", async () => {
    const seen: number[] = [];
    live.watch(scope, ({ revision }) => seen.push(revision));
    store.publish(1);

    await live.refresh();
    await settled();

    expect(seen).toEqual([1]);
  });
});

describe("what was kept of an earlier process", () => {
  let kept: Kept;
  let nowMs: number;

  beforeEach(() => {
    kept = new Kept();
    nowMs = 1_000_000;
    live = new LiveRulesets({
      source: store,
      kept,
      nowMs: () => nowMs,
      patienceMs: 1,
      onError: (error) => errors.push(error),
    });
  });

  test.each(["is down", "hangs", "is busy"])(
    "is served where the database %s, and called so",
    async (how) => {
      kept.found = storedRuleset(4, EPOCH, {});
      store.publish(4);
      store.isDown = how === "is down";
      store.isSlow = how === "hangs";
      store.isBusy = how === "is busy";

      const [ruleset, other] = await Promise.all([live.get(scope), live.get(scope)]);

      expect(ruleset).toMatchObject({ revision: 4, body: kept.found.body });
      expect(other).toBe(ruleset);
      expect(ruleset.servedFrom()).toBe("disk");
      expect({ finds: kept.finds, keeps: kept.keeps }).toEqual({ finds: 1, keeps: [] });
      expect(live.survey()).toEqual({ served: 1, from: { live: 0, stale: 0, disk: 1 }, oldestMs: 5_000 });
    },
  );

  test("is left alone where the database answers, which is told what to keep next", async () => {
    kept.found = storedRuleset(4, EPOCH, {});
    store.publish(5);

    expect((await live.get(scope)).servedFrom()).toBe("live");
    expect({ finds: kept.finds, keeps: kept.keeps }).toEqual({ finds: 0, keeps: [5] });
  });

  test("gives way to the database's as soon as it is back, and tells who watches", async () => {
    kept.found = storedRuleset(4, EPOCH, {});
    store.isDown = true;
    await live.get(scope);
    const seen: number[] = [];
    live.watch(scope, ({ revision }) => seen.push(revision));
    await expect(live.refresh()).rejects.toThrow("down");

    store.isDown = false;
    store.publish(6);
    await live.refresh();
    await turn();

    const ruleset = await live.get(scope);
    expect({ seen, revision: ruleset.revision, from: ruleset.servedFrom() }).toEqual({
      seen: [6],
      revision: 6,
      from: "live",
    });
    expect(kept.keeps).toEqual([6]);
  });

  test("is called live once the database says that it is the newest, and stale a minute after it said so last", async () => {
    kept.found = storedRuleset(4, EPOCH, {});
    store.isDown = true;
    const ruleset = await live.get(scope);
    store.isDown = false;
    store.publish(4);

    await live.refresh();
    expect({ from: ruleset.servedFrom(), confirms: kept.confirms }).toEqual({ from: "live", confirms: 1 });
    nowMs += 60_000;
    expect(ruleset.servedFrom()).toBe("live");
    nowMs += 1;
    expect(ruleset.servedFrom()).toBe("stale");
    expect(live.survey()).toEqual({ served: 1, from: { live: 0, stale: 1, disk: 0 }, oldestMs: 60_001 });
  });

  test("is forgotten with an environment that is gone", async () => {
    store.publish(4);
    await live.get(scope);
    store.stored = undefined;

    await live.refresh();

    expect(kept.forgotten).toEqual([scope]);
  });

  test("does not take the place of what came from the database while it was read", async () => {
    kept.found = storedRuleset(4, EPOCH, {});
    kept.isSlow = true;
    store.isSlow = true;
    store.publish(5);
    const asked = live.get(scope);
    await eventuallyTrue(() => kept.finds === 1);
    store.release();
    await turn();
    kept.release();

    expect((await asked).revision).toBe(5);
    expect((await live.get(scope)).revision).toBe(5);
  });

  test.each([
    ["nothing was kept", undefined],
    ["what was kept can't be read", { ...storedRuleset(4, EPOCH, {}), body: "{" }],
  ])("says to come back where the database is down and %s", async (_, found) => {
    kept.found = found;
    store.isDown = true;

    await expect(live.get(scope)).rejects.toMatchObject({ code: "unavailable" });
  });

  test("is waited past where nothing was kept: a database that is slow still answers", async () => {
    store.isSlow = true;
    store.publish(2);
    const asked = live.get(scope);
    await eventuallyTrue(() => kept.finds === 1);
    store.release();

    expect((await asked).revision).toBe(2);
  });
});

/** The disk as a node sees it. */
class Kept implements KeptRulesets {
  found: StoredRuleset | undefined;
  isSlow = false;
  finds = 0;
  confirms = 0;
  readonly keeps: number[] = [];
  readonly #slow = Promise.withResolvers<void>();

  readonly find = async (): Promise<KeptRuleset | undefined> => {
    this.finds += 1;
    if (this.isSlow) await this.#slow.promise;
    return this.found && { stored: this.found, ageMs: 5_000 };
  };

  readonly keep = (_: Scope, { revision }: StoredRuleset): void => {
    this.keeps.push(revision);
  };

  readonly confirm = (): void => {
    this.confirms += 1;
  };

  readonly forgotten: Scope[] = [];
  readonly forget = (gone: Scope): void => {
    this.forgotten.push(gone);
  };

  release(): void {
    this.#slow.resolve();
  }
}

async function eventuallyTrue(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await turn();
}

test("a listener that fails is reported, and keeps the news from nobody", async () => {
  await heldAt(1);
  const seen: LiveRuleset[] = [];
  live.watch(scope, () => {
    throw new Error("The stream is gone.");
  });
  live.watch(scope, (ruleset) => seen.push(ruleset));

  store.publish(2);
  hint(2);
  await settled();

  expect(seen).toMatchObject([{ revision: 2 }]);
  expect(errors).toMatchObject([{ message: "The stream is gone." }]);
});

describe("a patch", () => {
  const patchKeys = (ruleset: LiveRuleset, from: number, epoch = EPOCH) => {
    const patch = ruleset.patchFrom(epoch, from);
    return patch && { from: patch.from, to: patch.to, changes: Object.keys(patch.changes) };
  };

  test("merges what changed since any revision of the epoch", async () => {
    store.publish(4, EPOCH, { gone: 3 });
    const ruleset = await live.get(scope);

    expect(patchKeys(ruleset, 3)).toEqual({ from: 3, to: 4, changes: ["t4"] });
    expect(patchKeys(ruleset, 2)).toEqual({ from: 2, to: 4, changes: ["t3", "t4", "gone"] });
    expect(ruleset.patchFrom(EPOCH, 2)?.changes.gone).toBeNull();
  });

  test("is not to be had from another epoch, from now or the future, or from too long ago", async () => {
    store.publish(1002);
    const ruleset = await live.get(scope);

    expect(patchKeys(ruleset, 1002)).toBeUndefined();
    expect(patchKeys(ruleset, 1001, NEXT_EPOCH)).toBeUndefined();
    expect(patchKeys(ruleset, 1003)).toBeUndefined();
    expect(patchKeys(ruleset, 1)).toBeUndefined();
    expect(patchKeys(ruleset, 2)).toMatchObject({ from: 2, to: 1002 });
  });
});

async function heldAt(revision: number): Promise<void> {
  store.publish(revision);
  await live.get(scope);
}

function hint(revision: number): void {
  live.onHint(encodeHint({ ...scope, epoch: EPOCH, revision }));
}

/** Lets everything happen that waits for nothing but its turn. */
async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

/** A ruleset in which the toggle `t<n>` changed last at revision n. */
function storedRuleset(
  revision: number,
  epoch: string,
  removed: Readonly<Record<string, number>>,
): StoredRuleset {
  const toggles = Object.fromEntries(
    Array.from({ length: Math.min(revision, 20) }, (_, index) => {
      const changed = revision - index;
      const key = `t${changed}`;
      return [
        key,
        {
          key,
          kind: "boolean",
          version: 1,
          revision: changed,
          enabled: true,
          variants: { on: true, off: false },
          offVariant: "off",
          rules: [],
          rollout: null,
          defaultVariant: "on",
        },
      ];
    }).toReversed(),
  );
  const body = JSON.stringify({
    schema: 1,
    project: "web",
    environment: "production",
    epoch,
    revision,
    toggles,
  });
  return {
    epoch,
    revision,
    body,
    removed,
    removedSegments: {},
    attributesRevision: 0,
    sha256: Buffer.alloc(32),
    seal: null,
  };
}
