import {
  type EnvironmentId,
  type KeyCredential,
  newId,
  type ProjectId,
  type SdkKeyId,
  type TenantId,
  type UserId,
} from "@burgee/db";
import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { type FindKeys, KeyChecker } from "./key-checker.ts";
import { hashKey, makeKey } from "./key-format.ts";

const key = makeKey("srv");
const credential: KeyCredential = {
  tenantId: newId<TenantId>(),
  sdkKeyId: newId<SdkKeyId>(),
  kind: "srv",
  projectId: newId<ProjectId>(),
  environmentId: newId<EnvironmentId>(),
  userId: null,
  origins: [],
  reach: { permissions: null, environments: null },
  role: null,
  bindings: { permissions: null, grants: [] },
  quotas: {},
  expiresInMs: null,
  revokedAt: null,
};
const personal: KeyCredential = { ...credential, kind: "pat", userId: newId<UserId>(), role: "editor" };

let nowMs: number;
let asked: number;
let stored: Map<string, KeyCredential>;
let isDown: boolean;
let checker: KeyChecker;

const find: FindKeys = async (hashes) => {
  asked += 1;
  if (isDown) throw new Error("The database is down.");
  return found(hashes, (hash) => stored.get(hash.toString("hex")));
};

beforeEach(() => {
  nowMs = Date.parse("2026-11-24T12:00:00Z");
  asked = 0;
  isDown = false;
  stored = new Map();
  keep(key, credential);
  checker = new KeyChecker({ find, nowMs: () => nowMs });
});

describe("a key is refused", () => {
  test("without asking anybody where it is mistyped", async () => {
    await expect(checker.check(`${key}x`)).rejects.toMatchObject({ code: "unauthenticated" });
    expect(asked).toBe(0);
  });

  test("where nobody issued it", async () => {
    await expect(checker.check(makeKey("srv"))).rejects.toMatchObject({
      code: "unauthenticated",
      message: "This key is not known here.",
    });
  });

  test("two seconds after it was revoked at the latest", async () => {
    await checker.check(key);
    keep(key, { ...credential, revokedAt: new Date(nowMs) });

    nowMs += 1_999;
    await expect(checker.check(key)).resolves.toEqual(credential);
    nowMs += 1;
    await expect(checker.check(key)).rejects.toMatchObject({ message: "This key was revoked." });
  });

  test("two seconds after it was revoked, however long the question before took", async () => {
    const slow = Promise.withResolvers<KeyCredential>();
    const answers = [slow.promise, Promise.resolve({ ...credential, revokedAt: new Date(nowMs) })];
    const slowly = new KeyChecker({ find: answering(answers), nowMs: () => nowMs });
    const first = slowly.check(key);
    nowMs += 2_000;
    slow.resolve(credential);

    await expect(first).resolves.toEqual(credential);
    await expect(slowly.check(key)).rejects.toMatchObject({ message: "This key was revoked." });
  });

  test("from the moment when it expires, without asking again", async () => {
    keep(key, { ...credential, expiresInMs: 1_000 });
    await checker.check(key);

    nowMs += 999;
    await expect(checker.check(key)).resolves.toMatchObject({ sdkKeyId: credential.sdkKeyId });
    nowMs += 1;
    await expect(checker.check(key)).rejects.toMatchObject({ message: "This key has expired." });
    expect(asked).toBe(1);
  });

  test("where it had expired by the database's clock, whatever time it is here", async () => {
    keep(key, { ...credential, expiresInMs: -1 });

    await expect(checker.check(key)).rejects.toMatchObject({ message: "This key has expired." });
  });

  test("two seconds after it was revoked, also where this machine's clock is set back", async () => {
    const system = { credentials: { findKeys: find } };
    vi.useFakeTimers({ toFake: ["Date", "performance"] });
    onTestFinished(() => void vi.useRealTimers());
    const real = KeyChecker.over(system);
    await real.check(key);
    keep(key, { ...credential, revokedAt: new Date(nowMs) });

    vi.advanceTimersByTime(2_000);
    vi.setSystemTime(Date.now() - 3_600_000);

    await expect(real.check(key)).rejects.toMatchObject({ message: "This key was revoked." });
  });

  test("where its person is no longer a member", async () => {
    const pat = makeKey("pat");
    keep(pat, personal);
    await expect(checker.check(pat)).resolves.toEqual(personal);

    keep(pat, { ...personal, role: null });
    nowMs += 2_000;
    await expect(checker.check(pat)).rejects.toMatchObject({
      code: "unauthenticated",
      message: "This key's person is no longer a member.",
    });
  });

  test("until half a minute after it was asked for, where that was before it was issued", async () => {
    const early = makeKey("srv");
    await expect(checker.check(early)).rejects.toMatchObject({ code: "unauthenticated" });
    keep(early, credential);

    nowMs += 29_999;
    await expect(checker.check(early)).rejects.toMatchObject({ code: "unauthenticated" });
    nowMs += 1;
    await expect(checker.check(early)).resolves.toEqual(credential);
  });
});

describe("a key that was looked at a moment ago", () => {
  test("is recalled at once, and counted as used", async () => {
    const used: SdkKeyId[] = [];
    const checker = new KeyChecker({
      find,
      nowMs: () => nowMs,
      onUse: ({ sdkKeyId }) => used.push(sdkKeyId),
    });
    expect(checker.recall(key)).toBeUndefined();
    await checker.check(key);

    expect(checker.recall(key)).toEqual(credential);
    expect([asked, used.length]).toEqual([1, 2]);
  });

  test.each([
    ["two seconds later", {}, { afterMs: 2_000 }],
    ["once its time is over", { expiresInMs: 500 }, { afterMs: 500 }],
    ["once somebody said that it ends", {}, { hint: credential.sdkKeyId }],
    ["where it was revoked", { revokedAt: new Date() }, {}],
  ])("is not recalled %s", async (_, but, { afterMs = 0, hint }: { afterMs?: number; hint?: SdkKeyId }) => {
    keep(key, { ...credential, ...but });
    await checker.check(key).catch(() => undefined);
    nowMs += afterMs;
    if (hint) checker.onHint(hint);

    expect(checker.recall(key)).toBeUndefined();
  });

  test("is recalled by its whole text alone", async () => {
    await checker.check(key);

    expect(checker.recall(key.slice(0, -1))).toBeUndefined();
    expect(checker.recall(makeKey("srv"))).toBeUndefined();
  });
});

describe("while the database is down", () => {
  test("a key that was known goes on working, and is asked about every two seconds only", async () => {
    await checker.check(key);
    isDown = true;
    nowMs += 3_600_000;

    for (let times = 0; times < 5; times++) await expect(checker.check(key)).resolves.toEqual(credential);
    expect(asked).toBe(2);
    nowMs += 2_000;
    await checker.check(key);
    expect(asked).toBe(3);
  });

  test("a key that was known is not held up by a database that hangs, and its late news counts", async () => {
    const slow = Promise.withResolvers<KeyCredential>();
    const answers = [Promise.resolve(credential), slow.promise];
    const patient = new KeyChecker({ find: answering(answers), nowMs: () => nowMs, patienceMs: 1 });
    await patient.check(key);
    nowMs += 2_000;

    await expect(patient.check(key)).resolves.toEqual(credential);
    slow.resolve({ ...credential, revokedAt: new Date(nowMs) });

    await vi.waitFor(() =>
      expect(patient.check(key)).rejects.toMatchObject({ message: "This key was revoked." }),
    );
  });

  test("only the first who asks waits for a database that hangs, until it answers anybody", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const other = makeKey("srv");
    const slow = Promise.withResolvers<KeyCredential>();
    const revoked = { ...credential, revokedAt: new Date(nowMs) };
    const [good, late] = [Promise.resolve(credential), slow.promise];
    const answers = [good, good, late, late, Promise.resolve(revoked)];
    const patient = new KeyChecker({ find: answering(answers), nowMs: () => nowMs });
    for (const each of [key, other]) await patient.check(each);
    nowMs += 2_000;

    const first = patient.check(key);
    await vi.advanceTimersByTimeAsync(100);
    await expect(first).resolves.toEqual(credential);
    await expect(patient.check(other)).resolves.toEqual(credential);

    slow.resolve(credential);
    await vi.advanceTimersByTimeAsync(0);
    nowMs += 2_000;
    await expect(patient.check(other)).rejects.toMatchObject({ message: "This key was revoked." });
  });

  test("a key that was known still ends when it was to", async () => {
    keep(key, { ...credential, expiresInMs: 60_000 });
    await checker.check(key);
    isDown = true;

    nowMs += 59_999;
    await checker.check(key);
    nowMs += 1;
    await expect(checker.check(key)).rejects.toMatchObject({ message: "This key has expired." });
  });

  test("a key that was known to be revoked stays refused", async () => {
    keep(key, { ...credential, revokedAt: new Date(nowMs) });
    await checker.check(key).catch(() => undefined);
    isDown = true;
    nowMs += 10_000;

    await expect(checker.check(key)).rejects.toMatchObject({ code: "unauthenticated" });
  });

  test("nothing can be said of a key that was never seen, or was unknown", async () => {
    const unknown = makeKey("srv");
    await checker.check(unknown).catch(() => undefined);
    isDown = true;
    nowMs += 30_000;

    for (const each of [key, unknown]) {
      await expect(checker.check(each)).rejects.toMatchObject({ code: "unavailable" });
    }
  });

  test("a key is found again once the database is back", async () => {
    isDown = true;
    await checker.check(key).catch(() => undefined);
    isDown = false;

    await expect(checker.check(key)).resolves.toEqual(credential);
  });
});

describe("keys that are looked at together", () => {
  const keys = Array.from({ length: 1_001 }, () => makeKey("srv"));

  beforeEach(() => {
    for (const each of keys) keep(each, credential);
  });

  test("are asked about in a few questions, and again a second later at the earliest", async () => {
    expect(await checker.findEnded(keys)).toEqual([]);
    expect(asked).toBe(3);
    nowMs += 999;
    await checker.findEnded(keys);
    expect(asked).toBe(3);
    nowMs += 1;
    await checker.findEnded(keys);
    expect(asked).toBe(6);
  });

  test("are told apart: what was revoked, expired or deleted has ended", async () => {
    await checker.findEnded(keys);
    const [revoked = "", expired = "", gone = ""] = keys;
    keep(revoked, { ...credential, revokedAt: new Date() });
    keep(expired, { ...credential, expiresInMs: 0 });
    stored.delete(hashKey(gone).toString("hex"));
    nowMs += 1_000;

    expect(await checker.findEnded(keys)).toEqual([revoked, expired, gone]);
  });

  test("stay good while the database is down, but for those whose time is over", async () => {
    const [brief = ""] = keys;
    keep(brief, { ...credential, expiresInMs: 5_000 });
    await checker.findEnded(keys);
    isDown = true;

    nowMs += 4_999;
    expect(await checker.findEnded(keys)).toEqual([]);
    nowMs += 1;
    expect(await checker.findEnded(keys)).toEqual([brief]);
  });

  test("are judged by what is known where the database hangs", async () => {
    const never = new Promise<never>(() => undefined);
    const hanging = new KeyChecker({ find: () => never, nowMs: () => nowMs, patienceMs: 1 });

    expect(await hanging.findEnded([key])).toEqual([]);
  });
});

describe("a hint", () => {
  test("makes its key be asked about at once, and no other", async () => {
    const other = makeKey("srv");
    keep(other, { ...credential, sdkKeyId: newId<SdkKeyId>() });
    await Promise.all([checker.check(key), checker.check(other)]);
    keep(key, { ...credential, revokedAt: new Date() });
    asked = 0;

    checker.onHint(credential.sdkKeyId);

    await checker.check(other);
    expect(asked).toBe(0);
    await expect(checker.check(key)).rejects.toMatchObject({ message: "This key was revoked." });
  });

  test("counts for a question that was under way when it came", async () => {
    const slow = Promise.withResolvers<KeyCredential>();
    const answers = [slow.promise, Promise.resolve({ ...credential, revokedAt: new Date() })];
    const slowly = new KeyChecker({ find: answering(answers), nowMs: () => nowMs });
    const first = slowly.check(key);
    slowly.onHint(credential.sdkKeyId);
    slow.resolve(credential);
    await first;

    await expect(slowly.check(key)).rejects.toMatchObject({ message: "This key was revoked." });
  });
});

test("each use of a good key is told, and none of a bad one", async () => {
  const used: string[] = [];
  const told = new KeyChecker({ find, nowMs: () => nowMs, onUse: ({ sdkKeyId }) => used.push(sdkKeyId) });

  await told.check(key);
  await told.check(makeKey("srv")).catch(() => undefined);
  await told.findEnded([key]);

  expect(used).toEqual([credential.sdkKeyId, credential.sdkKeyId]);
});

describe("what is remembered", () => {
  test("is asked for once by any number who ask at the same moment, and again for two seconds by none", async () => {
    await Promise.all(Array.from({ length: 100 }, () => checker.check(key)));
    await checker.check(key);

    expect(asked).toBe(1);
  });

  test("of strangers' guesses is bounded, and pushes no real key out", async () => {
    await checker.check(key);
    const guesses = Array.from({ length: 10_001 }, () => makeKey("srv"));
    for (const guess of guesses) await checker.check(guess).catch(() => undefined);
    asked = 0;

    await checker.check(key);
    await checker.check(guesses.at(-1) ?? "").catch(() => undefined);
    expect(asked).toBe(0);
    await checker.check(guesses[0] ?? "").catch(() => undefined);
    expect(asked).toBe(1);
  });

  test("of real keys is bounded too: the one that was checked longest ago is asked for again", async () => {
    const everyKey = new KeyChecker({
      find: async (hashes) => {
        asked += 1;
        return found(hashes, () => credential);
      },
      nowMs: () => nowMs,
    });
    const keys = Array.from({ length: 50_001 }, () => makeKey("srv"));
    for (const each of keys) await everyKey.check(each);
    asked = 0;

    await everyKey.check(keys[1] ?? "");
    expect(asked).toBe(0);
    await everyKey.check(keys[0] ?? "");
    expect(asked).toBe(1);
  });
});

describe("a key that an earlier process knew", () => {
  const id = hashKey(key).toString("base64");
  let noted: [string, KeyCredential | undefined][];
  const checkerKnowing = (credential: KeyCredential) =>
    new KeyChecker({
      find,
      nowMs: () => nowMs,
      kept: {
        found: new Map([[id, credential]]),
        note: (...each) => noted.push(each),
      },
    });

  beforeEach(() => {
    noted = [];
  });

  test("goes on working while the database is down, and is asked about as soon as it is used", async () => {
    const knowing = checkerKnowing(credential);
    isDown = true;
    await expect(knowing.check(key)).resolves.toEqual(credential);
    await expect(knowing.check(makeKey("srv"))).rejects.toMatchObject({ code: "unavailable" });
    expect(asked).toBe(2);

    isDown = false;
    keep(key, { ...credential, revokedAt: new Date(nowMs) });
    nowMs += 2_000;
    await expect(knowing.check(key)).rejects.toMatchObject({ message: "This key was revoked." });
  });

  test("is refused at its first use where it was revoked meanwhile and the database says so", async () => {
    keep(key, { ...credential, revokedAt: new Date(nowMs) });

    await expect(checkerKnowing(credential).check(key)).rejects.toMatchObject({ code: "unauthenticated" });
    expect(asked).toBe(1);
  });

  test("ends when what was left of it is over", async () => {
    const knowing = checkerKnowing({ ...credential, expiresInMs: 5_000 });
    isDown = true;

    nowMs += 4_999;
    await expect(knowing.check(key)).resolves.toBeDefined();
    nowMs += 1;
    await expect(knowing.check(key)).rejects.toMatchObject({ message: "This key has expired." });
  });

  test("is asked about within a minute, used or not, and what is heard is told", async () => {
    const knowing = checkerKnowing(credential);
    const revoked = { ...credential, revokedAt: new Date(nowMs) };
    keep(key, revoked);

    await knowing.refresh();
    await knowing.refresh();
    expect({ asked, noted }).toEqual({ asked: 1, noted: [[id, revoked]] });

    stored.clear();
    nowMs += 60_000;
    await knowing.refresh();
    expect(noted.at(-1)).toEqual([id, undefined]);
  });

  test("is told of once more when it is forgotten here, so that nobody keeps it", async () => {
    const knowing = new KeyChecker({
      find: async (hashes) => found(hashes, () => credential),
      kept: { found: new Map(), note: (...each) => noted.push(each) },
    });
    await knowing.check(key);
    for (let n = 0; n < 50_000; n++) await knowing.check(makeKey("srv"));

    expect(noted.filter(([about]) => about === id)).toEqual([
      [id, credential],
      [id, undefined],
    ]);
  });
});

test("personal keys are not asked about until they are used", async () => {
  keep(key, personal);
  await checker.check(key);
  nowMs += 60_000;
  asked = 0;

  await checker.refresh();

  expect(asked).toBe(0);
});

/** Of the one key that is asked about at a time, the next answer. */
function answering(answers: Promise<KeyCredential | undefined>[]): FindKeys {
  return async (hashes) => {
    const answer = await answers.shift();
    return found(hashes, () => answer);
  };
}

function found(
  hashes: readonly Buffer[],
  credentialOf: (hash: Buffer) => KeyCredential | undefined,
): ReadonlyMap<string, KeyCredential> {
  return new Map(
    hashes.flatMap((hash) => {
      const credential = credentialOf(hash);
      return credential ? [[hash.toString("base64"), credential] as const] : [];
    }),
  );
}

function keep(key: string, credential: KeyCredential): void {
  stored.set(hashKey(key).toString("hex"), credential);
}
