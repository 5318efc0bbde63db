import { createHash, generateKeyPairSync, type KeyObject } from "node:crypto";
import { type EnvironmentId, newId, type StoredRuleset, type TenantId } from "@burgee/db";
import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { sealWithKeys } from "../signing-keys/ruleset-seal.ts";
import { LiveRulesets } from "./live-rulesets.ts";
import { type CacheOutcome, publishCopy, RulesetCache, type SnapshotStore } from "./ruleset-cache.ts";
import { encodeHint } from "./ruleset-hint.ts";
import { encodeRuleset } from "./ruleset-record.ts";
import type { Scope } from "./scope.ts";

const [EPOCH, NEXT_EPOCH] = ["0b1f6f0e-6c1b-7f0e-9d0a-000000000001", "0b1f6f0e-6c1b-7f0e-9d0a-000000000002"];
const scope: Scope = { tenantId: newId<TenantId>(), environmentId: newId<EnvironmentId>() };

/** What the database and its publisher know, and are asked for. */
class Authority {
  readonly keys = [generateKeyPairSync("ed25519")];
  stored: StoredRuleset | undefined;
  isDown = false;
  loads = 0;

  publish(revision: number, epoch = EPOCH): StoredRuleset {
    this.stored = signed(scope, epoch, revision, this.keys);
    return this.stored;
  }

  readonly load = async () => {
    this.loads += 1;
    this.#demandUp();
    return this.stored;
  };

  readonly list = async () => undefined;

  readonly heads = async (scopes: readonly Scope[]) => {
    this.#demandUp();
    const { stored } = this;
    return stored ? scopes.map((each) => ({ ...each, epoch: stored.epoch, revision: stored.revision })) : [];
  };

  readonly publicKeys = async () => {
    this.#demandUp();
    return this.keys.map(({ publicKey }) => rawOf(publicKey));
  };

  #demandUp(): void {
    if (this.isDown) throw new Error("The database is down.");
  }
}

/** A Redis: it keeps to what its port says, until a test writes into it by hand. */
class Copies implements SnapshotStore {
  isDown = false;
  ageMs = 0;
  #head: { readonly epoch: string; readonly revision: number } | undefined;
  #bytes: Buffer | undefined;

  readonly find = async () => {
    this.#demandUp();
    return this.#bytes && { bytes: this.#bytes, ageMs: this.ageMs };
  };

  readonly heads = async (scopes: readonly Scope[]) => {
    this.#demandUp();
    return scopes.map(() => this.#head);
  };

  readonly put: SnapshotStore["put"] = async (_, { epoch, revision }, bytes, { mayChangeEpoch }) => {
    this.#demandUp();
    const head = this.#head;
    if (head?.epoch === epoch && head.revision > revision) return false;
    if (head && head.epoch !== epoch && (!mayChangeEpoch || head.epoch > epoch)) return false;
    this.#head = { epoch, revision };
    this.#bytes = bytes;
    return true;
  };

  flush(): void {
    this.#head = undefined;
    this.#bytes = undefined;
  }

  /** Whatever stood there before. */
  writeByHand(stored: StoredRuleset, of: Scope = scope): void {
    this.#head = { epoch: stored.epoch, revision: stored.revision };
    this.#bytes = encodeRuleset(of, stored);
  }

  #demandUp(): void {
    if (this.isDown) throw new Error("Redis is down.");
  }
}

let authority: Authority;
let copies: Copies;
let outcomes: CacheOutcome[];
let nowMs: number;

beforeEach(() => {
  authority = new Authority();
  copies = new Copies();
  outcomes = [];
  nowMs = 0;
});

describe("a first read", () => {
  test("takes the copy where the database says that it is the newest, and loads nothing", async () => {
    copies.writeByHand(authority.publish(7));
    copies.ageMs = 3_600_000;

    const { revision, servedFrom } = await aNode().get(scope);

    expect([revision, servedFrom(), authority.loads, outcomes]).toEqual([7, "live", 0, ["hit"]]);
  });

  test("takes no copy that is older than what the database has", async () => {
    copies.writeByHand(authority.publish(6));
    authority.publish(7);

    expect((await aNode().get(scope)).revision).toBe(7);
    expect(authority.loads).toBe(1);
  });

  test("takes no copy of an epoch that the database left", async () => {
    copies.writeByHand(authority.publish(9));
    authority.publish(2, NEXT_EPOCH);

    expect(await aNode().get(scope)).toMatchObject({ epoch: NEXT_EPOCH, revision: 2 });
  });

  test.each([
    [59_999, "live"],
    [60_001, "stale"],
  ])("takes a copy %d ms old while the database is away, and calls it %s", async (ageMs, called) => {
    copies.writeByHand(authority.publish(7));
    copies.ageMs = ageMs;
    authority.isDown = true;

    expect((await aNode().get(scope)).servedFrom()).toBe(called);
  });

  test("asks the database where there is no copy, or none to be had, and puts one there", async () => {
    authority.publish(7);
    await aNode().get(scope);
    const second = await aNode().get(scope);
    copies.isDown = true;
    const third = await aNode().get(scope);

    expect([second.revision, third.revision, authority.loads]).toEqual([7, 7, 2]);
    expect(outcomes).toEqual(["miss", "hit", "unavailable", "unavailable"]);
  });
});

describe("a copy that somebody wrote by hand is not believed", () => {
  test.each<[string, () => void]>([
    [
      "another tenant's, under its own name",
      () => copies.writeByHand(authority.publish(7), { ...scope, tenantId: newId<TenantId>() }),
    ],
    [
      "another tenant's, under our name",
      () => copies.writeByHand(signed(scope, EPOCH, 9, [generateKeyPairSync("ed25519")])),
    ],
    [
      "that of another environment of ours, under this one's name",
      () =>
        copies.writeByHand(
          signed({ ...scope, environmentId: newId<EnvironmentId>() }, EPOCH, 9, authority.keys),
        ),
    ],
    ["one that was altered", () => copies.writeByHand({ ...authority.publish(7), body: "{}" })],
    [
      "one that was altered, its checksum put right",
      () => copies.writeByHand({ ...authority.publish(7), body: "{}", sha256: sumOf("{}") }),
    ],
    ["an old one under a new number", () => copies.writeByHand({ ...authority.publish(6), revision: 9 })],
    ["one without a seal", () => copies.writeByHand({ ...authority.publish(7), seal: null })],
  ])("%s", async (_, forge) => {
    forge();
    authority.publish(7);

    expect((await aNode().get(scope)).revision).toBe(7);
    expect([outcomes, authority.loads]).toEqual([["refused"], 1]);
  });

  test.each([
    [
      "under its own name",
      (theirs: Scope) => copies.writeByHand(signed(theirs, EPOCH, 7, authority.keys), theirs),
    ],
    ["under ours", (theirs: Scope) => copies.writeByHand(signed(theirs, EPOCH, 7, authority.keys))],
  ])("one of another tenant's %s, also while nobody says which keys are whose", async (_, forge) => {
    forge({ ...scope, tenantId: newId<TenantId>() });
    authority.isDown = true;

    await expect(aNode().get(scope)).rejects.toMatchObject({ code: "unavailable" });
  });

  test("but one that a key signed which came since is", async () => {
    copies.writeByHand(authority.publish(7));
    const node = aNode();
    await node.get(scope);
    authority.keys.unshift(generateKeyPairSync("ed25519"));
    authority.keys.pop();
    nowMs += 5_000;
    copies.writeByHand(authority.publish(8));

    await hear(node, 8);

    expect([(await node.get(scope)).revision, authority.loads]).toEqual([8, 0]);
  });
});

describe("news", () => {
  test("comes from the copy where it is as new as the hint, and from the database where it is not", async () => {
    copies.writeByHand(authority.publish(7));
    const node = aNode();
    await node.get(scope);

    copies.writeByHand(authority.publish(8));
    await hear(node, 8);
    expect([(await node.get(scope)).revision, authority.loads]).toEqual([8, 0]);

    authority.publish(9);
    await hear(node, 9);
    expect([(await node.get(scope)).revision, authority.loads]).toEqual([9, 1]);
  });

  test("of another epoch comes from the database alone", async () => {
    copies.writeByHand(authority.publish(7));
    const node = aNode();
    await node.get(scope);
    copies.writeByHand(signed(scope, NEXT_EPOCH, 9, authority.keys));

    await hear(node, 9, NEXT_EPOCH);
    for (let looks = 0; looks < 3; looks++) await node.glance();
    await settled();
    expect(await node.get(scope)).toMatchObject({ epoch: EPOCH, revision: 7 });
    expect(authority.loads).toBe(1);

    authority.publish(2, NEXT_EPOCH);
    await node.glance();
    await settled();
    expect(await node.get(scope)).toMatchObject({ epoch: NEXT_EPOCH, revision: 2 });
  });

  test("is found at a glance at the copies, without the database, however many hints are lost", async () => {
    copies.writeByHand(authority.publish(7));
    const node = aNode();
    await node.get(scope);
    copies.writeByHand(authority.publish(8));

    expect(await node.glance()).toBe(true);
    await settled();

    expect([(await node.get(scope)).revision, authority.loads]).toEqual([8, 0]);
  });

  test("is not looked for in copies that can't be asked, or are not there", async () => {
    const node = aNode();
    copies.writeByHand(authority.publish(7));
    await node.get(scope);
    copies.isDown = true;

    await expect(node.glance()).rejects.toThrow("Redis is down.");
    const without = new LiveRulesets({ source: authority, onError: () => undefined });
    expect(await without.glance()).toBe(false);
  });

  test("from a Redis that went back to an older copy changes nothing", async () => {
    const old = authority.publish(6);
    copies.writeByHand(authority.publish(7));
    const node = aNode();
    await node.get(scope);

    copies.writeByHand(old);
    await node.glance();
    await hear(node, 6);

    expect((await node.get(scope)).revision).toBe(7);
  });
});

test("whatever is lost, doubled, shuffled, flushed, rolled back or away, nothing older takes the place of what is served", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step(), { maxLength: 40 }), async (steps) => {
      authority = new Authority();
      copies = new Copies();
      const everything = [authority.publish(1)];
      const node = aNode();
      const seen: { readonly epoch: string; readonly revision: number }[] = [];
      node.watch(scope, ({ epoch, revision }) => void seen.push({ epoch, revision }));
      await node.get(scope);

      for (const { type, which } of steps) await take(type, which, node, everything);
      authority.isDown = false;
      await node.refresh();
      await settled();

      const order = seen.map(({ epoch, revision }) => `${epoch}.${String(revision).padStart(6, "0")}`);
      expect(order).toEqual([...new Set(order)].sort());
      const { epoch, revision } = await node.get(scope);
      expect({ epoch, revision }).toEqual({
        epoch: authority.stored?.epoch,
        revision: authority.stored?.revision,
      });
    }),
    { numRuns: 500, seed: 7 },
  );
});

const STEPS = [
  "publish",
  "publish quietly",
  "restore",
  "hint",
  "glance",
  "refresh",
  "flush",
  "roll back",
  "lose Redis",
  "find Redis",
  "lose the database",
  "find the database",
] as const;
type Step = (typeof STEPS)[number];

function step() {
  return fc.record({ type: fc.constantFrom(...STEPS), which: fc.nat(99) });
}

async function take(type: Step, which: number, node: LiveRulesets, everything: StoredRuleset[]) {
  const { epoch = EPOCH, revision = 0 } = authority.stored ?? {};
  const any = everything[which % everything.length];
  if (type === "publish" || type === "publish quietly")
    everything.push(authority.publish(revision + 1, epoch));
  if (type === "restore" && epoch === EPOCH) everything.push(authority.publish(1 + (which % 5), NEXT_EPOCH));
  if (type === "publish" && authority.stored)
    await publishCopy(copies, scope, authority.stored).catch(() => undefined);
  if (type === "hint" && any) node.onHint(encodeHint({ ...scope, ...any }));
  if (type === "glance") await node.glance().catch(() => false);
  if (type === "refresh") await node.refresh().catch(() => undefined);
  if (type === "flush") copies.flush();
  if (type === "roll back" && any) copies.writeByHand(any);
  if (type.endsWith("Redis")) copies.isDown = type.startsWith("lose");
  if (type.endsWith("database")) authority.isDown = type.startsWith("lose");
  if (which % 2 === 0) await settled();
}

function aNode(): LiveRulesets {
  const cache = new RulesetCache({
    store: copies,
    publicKeys: authority.publicKeys,
    nowMs: () => nowMs,
    onOutcome: (outcome) => outcomes.push(outcome),
  });
  return new LiveRulesets({ source: authority, cache, nowMs: () => nowMs, onError: () => undefined });
}

async function hear(node: LiveRulesets, revision: number, epoch = EPOCH): Promise<void> {
  node.onHint(encodeHint({ ...scope, epoch, revision }));
  await settled();
}

/** Lets everything happen that waits for nothing but its turn. */
async function settled(): Promise<void> {
  for (let turns = 0; turns < 5; turns++) await new Promise((resolve) => setImmediate(resolve));
}

function signed(
  { tenantId, environmentId }: Scope,
  epoch: string,
  revision: number,
  keys: readonly { readonly privateKey: KeyObject }[],
): StoredRuleset {
  const which = { schema: 1, project: "web", environment: "production", epoch, revision };
  const body = JSON.stringify({ ...which, toggles: {} });
  const sha256 = sumOf(body);
  const seal = sealWithKeys(
    { tenantId, environmentId, epoch, revision, sha256 },
    keys.map(({ privateKey }) => privateKey),
  );
  return { epoch, revision, body, removed: {}, removedSegments: {}, attributesRevision: 0, sha256, seal };
}

function sumOf(body: string): Buffer {
  return createHash("sha256").update(body).digest();
}

function rawOf(publicKey: KeyObject): Buffer {
  return Buffer.from(publicKey.export({ format: "jwk" }).x ?? "", "base64url");
}
