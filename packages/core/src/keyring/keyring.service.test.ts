import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { newId, type SealedPlace, seedPlace, type TenantId, type UserId } from "@burgee/db";
import { openLocalKeyEncryption } from "@burgee/runtime";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { install, newUser } from "../../test/installation.ts";
import type { KeyEncryption } from "./key-encryption.ts";
import { createKeyring, type Keyring } from "./keyring.ts";
import { finishRotations, type RotationProgress, replaceDataKeys } from "./rotate-data-keys.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const installation = await install();
const { system, admin } = installation;
const folder = mkdtempSync(join(tmpdir(), "burgee-keyring-"));
const inFile = await openLocalKeyEncryption(join(folder, "key"));
let nowMs = 0;
let isKeyAway = false;
let unwrapped = 0;
/** The file's, which a test may take away. */
const keyEncryption: KeyEncryption = {
  wrap: async (dataKey, context) => inFile.wrap(dataKey, context),
  unwrap: async (wrapped, context) => {
    if (isKeyAway) throw new Error("Nobody answers.");
    unwrapped += 1;
    return inFile.unwrap(wrapped, context);
  },
};
let keyring: Keyring;
let tenantId: TenantId;
let place: SealedPlace;

beforeEach(async () => {
  isKeyAway = false;
  unwrapped = 0;
  tenantId = newId<TenantId>();
  place = { owner: tenantId, table: "connections", row: newId(), field: "client_secret", version: 1 };
  keyring = aKeyring();
});
afterAll(async () => {
  await installation.close();
  rmSync(folder, { recursive: true });
});

describe("what is sealed", () => {
  test("opens where it was sealed, in this process and in another, and reads as nothing", async () => {
    const sealed = await keyring.seal(place, "swordfish");

    expect(await keyring.open(place, sealed)).toBe("swordfish");
    expect(await aKeyring().open(place, sealed)).toBe("swordfish");
    expect(sealed).toMatch(/^v1\|[0-9a-f-]{36}\|[\w-]{16}\|[\w-]{12}\|[\w-]{22}$/);
    expect(Buffer.from(sealed.split("|")[3] ?? "", "base64url").toString("latin1")).not.toContain(
      "swordfish",
    );
  });

  test("is never sealed alike twice", async () => {
    const sealed = await Promise.all(Array.from({ length: 100 }, () => keyring.seal(place, "same")));

    expect(new Set(sealed.map((each) => each.split("|")[2])).size).toBe(100);
  });

  test("opens in no other place: all pairs of tenants, tables, rows, fields and versions", async () => {
    const owners = [tenantId, newId<TenantId>(), "installation"] as const;
    const places = owners.flatMap((owner) =>
      ["connections", "webhooks"].flatMap((table) =>
        ["row-1", "row-2"].flatMap((row) =>
          ["secret", "seed"].flatMap((field) =>
            [1, 2].map((version) => ({ owner, table, row, field, version })),
          ),
        ),
      ),
    );
    const sealed = await Promise.all(
      places.map(async (each) => ({ place: each, text: await keyring.seal(each, JSON.stringify(each)) })),
    );

    const opened: [SealedPlace, SealedPlace][] = [];
    for (const from of sealed) {
      for (const to of sealed) {
        const outcome = await keyring.open(to.place, from.text).then(
          () => "opened",
          (error: Error) => error.name,
        );
        if (outcome === "opened") opened.push([from.place, to.place]);
        else expect(outcome).toBe("BrokenSealError");
      }
    }

    expect(places).toHaveLength(48);
    expect(opened).toEqual(places.map((each) => [each, each]));
  });

  test("does not open once one of its characters is another, or some are missing", async () => {
    const sealed = await keyring.seal(place, "swordfish");

    const damaged = [...sealed].flatMap((letter, index) => [
      sealed.slice(0, index) + (letter === "A" ? "Z" : "A") + sealed.slice(index + 1),
      sealed.slice(0, index) + sealed.slice(index + 1),
    ]);
    for (const text of damaged) {
      const answer = keyring.open(place, text);
      // The last letter of base64url holds bits that mean nothing.
      const means = Buffer.from(text.split("|").at(-1) ?? "", "base64url");
      if (
        text.length === sealed.length &&
        means.equals(tagOf(sealed)) &&
        text.startsWith(sealed.slice(0, -1))
      ) {
        expect(await answer).toBe("swordfish");
      } else await expect(answer).rejects.toMatchObject({ name: "BrokenSealError" });
    }
  });

  test.each(["", "swordfish", "v1|a|b|c|d", "v0|x"])("is told from %j, which nobody sealed", async (text) => {
    await expect(keyring.open(place, text)).rejects.toMatchObject({ name: "BrokenSealError" });
  });
});

describe("a data key", () => {
  test("is one for an owner, however many begin at once", async () => {
    const sealed = await Promise.all(Array.from({ length: 20 }, () => aKeyring().seal(place, "x")));

    expect(new Set(sealed.map((each) => each.split("|")[1])).size).toBe(1);
    const { rowCount } = await admin.query("select from burgee.data_keys where tenant_id = $1", [tenantId]);
    expect(rowCount).toBe(1);
  });

  test("is kept wrapped only", async () => {
    await keyring.seal(place, "x");

    const { rows } = await admin.query("select wrapped from burgee.data_keys where tenant_id = $1", [
      tenantId,
    ]);
    expect(rows).toEqual([{ wrapped: expect.stringMatching(/^local1\|[0-9a-f]{16}\|/) }]);
  });

  test("is unwrapped once, asked about again after five minutes, and kept for a day while nobody answers", async () => {
    const sealed = await keyring.seal(place, "swordfish");
    await keyring.open(place, sealed);
    expect(unwrapped).toBe(1);

    isKeyAway = true;
    nowMs += 6 * MINUTE_MS;
    expect(await keyring.open(place, sealed)).toBe("swordfish");
    nowMs += 23 * HOUR_MS;
    expect(await keyring.open(place, sealed)).toBe("swordfish");
    nowMs += HOUR_MS;
    await expect(keyring.open(place, sealed)).rejects.toMatchObject({ code: "unavailable" });
  });

  test("does not open for another tenant to whom somebody moves it", async () => {
    const sealed = await keyring.seal(place, "swordfish");
    const other = newId<TenantId>();
    await admin.query("update burgee.data_keys set tenant_id = $1 where tenant_id = $2", [other, tenantId]);

    await expect(aKeyring().open({ ...place, owner: other }, sealed)).rejects.toMatchObject({
      code: "unavailable",
      cause: { name: "KeyFileError" },
    });
    await admin.query("delete from burgee.data_keys where tenant_id = $1", [other]);
  });

  test("that can't be had leaves nothing written unsealed", async () => {
    isKeyAway = true;

    await expect(keyring.seal(place, "swordfish")).rejects.toMatchObject({ code: "unavailable" });
  });
});

describe("a rotation", () => {
  test("seals everything anew, and keeps the old key until nothing needs it", async () => {
    const people = await Promise.all(Array.from({ length: 230 }, () => aPersonWithSeed()));
    const [oldKey] = await keysInUse();
    expect(await keysInUse()).toHaveLength(1);

    await replaceDataKeys({ system, keyEncryption }, { atLeastMs: 0 });
    keyring = aKeyring();
    const first = await finish();
    expect(first).toMatchObject({ resealed: 230, broken: 0, isRemoved: false });
    await replacedAnHourAgo();
    const second = await finish();

    expect(second).toMatchObject({ resealed: 0, isRemoved: true });
    const [newKey, ...more] = await keysInUse();
    expect(more).toEqual([]);
    expect(newKey).not.toBe(oldKey);
    for (const { at, seed } of people) expect(await keyring.open(at, await sealedAt(at))).toBe(seed);
  });

  test("goes on where it was cut off, and leaves alone what somebody else wrote meanwhile", async () => {
    const people = await Promise.all(Array.from({ length: 120 }, () => aPersonWithSeed()));
    await replaceDataKeys({ system, keyEncryption }, { atLeastMs: 0 });
    keyring = aKeyring();
    let reads = 0;
    const cutOff: Keyring = {
      ...keyring,
      open: (...args) => {
        reads += 1;
        if (reads > 70) throw new Error("killed");
        return keyring.open(...args);
      },
    };
    await expect(finishRotations({ system, keyEncryption, keyring: cutOff })).rejects.toThrow("killed");

    const runs = await Promise.all([finish(), finish(), finish()]);

    const total = runs.reduce((sum, run) => sum + (run?.resealed ?? 0), 0);
    expect(total).toBe((await countSeeds()) - 70);
    for (const { at, seed } of people) expect(await keyring.open(at, await sealedAt(at))).toBe(seed);
  });

  test("never removes a key that still seals something, even where that does not open", async () => {
    const { at } = await aPersonWithSeed();
    const elsewhere = await keyring.seal({ ...at, version: 9 }, "moved here");
    await admin.query("update burgee.second_factors set sealed_seed = $1 where user_id = $2", [
      elsewhere,
      at.row,
    ]);
    await replaceDataKeys({ system, keyEncryption }, { atLeastMs: 0 });
    await replacedAnHourAgo();
    keyring = aKeyring();

    const runs: RotationProgress[] = [];
    await finishRotations(
      { system, keyEncryption, keyring },
      { onProgress: (progress) => runs.push(progress) },
    );

    expect(runs.filter(({ broken }) => broken > 0)).toMatchObject([{ broken: 1, isRemoved: false }]);
    expect(await sealedAt(at)).toBe(elsewhere);
    await admin.query("delete from burgee.second_factors where user_id = $1", [at.row]);
  });

  test("is begun once, however many begin it for the same key", async () => {
    await keyring.seal(place, "x");

    await Promise.all(
      Array.from({ length: 8 }, () => replaceDataKeys({ system, keyEncryption }, { atLeastMs: 0 })),
    );

    const { rows } = await admin.query(
      "select count(*) filter (where replaced_at is null)::int as current from burgee.data_keys where tenant_id = $1",
      [tenantId],
    );
    expect(rows).toEqual([{ current: 1 }]);
  });

  test("is not begun by a process that holds another key file", async () => {
    await keyring.seal(place, "x");
    const astray = await openLocalKeyEncryption(join(folder, "another-key"));

    const { replaced, stuck } = await replaceDataKeys({ system, keyEncryption: astray }, { atLeastMs: 0 });

    expect(replaced).toBe(0);
    expect(stuck.find(({ dataKey }) => dataKey.owner === tenantId)?.cause).toMatchObject({
      message: expect.stringContaining("put the right file back"),
    });
    const { rowCount } = await admin.query(
      "select from burgee.data_keys where tenant_id = $1 and replaced_at is null",
      [tenantId],
    );
    expect(rowCount).toBe(1);
  });

  test("goes on past a key that does not open, and tells of it", async () => {
    const [damaged, sound] = [newId<TenantId>(), newId<TenantId>()];
    await keyring.seal({ ...place, owner: damaged }, "x");
    await keyring.seal({ ...place, owner: sound }, "x");
    await admin.query(
      "update burgee.data_keys set wrapped = 'nothing', created_at = '2000-01-01' where tenant_id = $1",
      [damaged],
    );

    const { stuck } = await replaceDataKeys({ system, keyEncryption }, { atLeastMs: 0 });

    expect(stuck.map(({ dataKey }) => dataKey.owner)).toEqual([damaged]);
    expect(await countKeys(damaged)).toBe(1);
    expect(await countKeys(sound)).toBe(2);
    await admin.query("delete from burgee.data_keys where tenant_id = $1", [damaged]);
  });

  test("seals anew past a replaced key that does not open, which stays", async () => {
    const first = await aPersonWithSeed();
    const damagedId = keyIdIn(await sealedAt(first.at));
    await replaceDataKeys({ system, keyEncryption }, { atLeastMs: 0 });
    keyring = aKeyring();
    const second = await aPersonWithSeed();
    const soundId = keyIdIn(await sealedAt(second.at));
    await replaceDataKeys({ system, keyEncryption }, { atLeastMs: 0 });
    const wrapped = await damage(damagedId);
    keyring = aKeyring();

    const stuck = await finishRotations({ system, keyEncryption, keyring });

    expect(stuck.map(({ dataKey }) => dataKey.dataKeyId)).toEqual([damagedId]);
    expect(keyIdIn(await sealedAt(first.at))).toBe(damagedId);
    expect(keyIdIn(await sealedAt(second.at))).not.toBe(soundId);
    expect(await keyring.open(second.at, await sealedAt(second.at))).toBe(second.seed);
    await admin.query("update burgee.data_keys set wrapped = $1 where data_key_id = $2", [
      wrapped,
      damagedId,
    ]);
  });

  test("forgets keys of tenants that are gone", async () => {
    await keyring.seal(place, "x");

    await system.dataKeys.sweep();

    expect(await countKeys(tenantId)).toBe(0);
  });

  test("is due by a key's age alone", async () => {
    await keyring.seal(place, "x");
    await admin.query(
      "update burgee.data_keys set created_at = now() - interval '91 days' where tenant_id = $1",
      [tenantId],
    );

    const due = () => replaceDataKeys({ system, keyEncryption }, { atLeastMs: 90 * 24 * HOUR_MS });
    expect(await due()).toMatchObject({ replaced: 1 });
    expect(await due()).toMatchObject({ replaced: 0 });
  });

  test("does not let a text be stored that a removed key sealed", async () => {
    const { at } = await aPersonWithSeed();
    const gone = (await keyring.seal(at, "late")).replace(/\|[0-9a-f-]{36}\|/, `|${newId()}|`);

    const stored = admin.query("update burgee.second_factors set sealed_seed = $1 where user_id = $2", [
      gone,
      at.row,
    ]);

    await expect(stored).rejects.toMatchObject({ code: "23503" });
  });
});

function aKeyring(): Keyring {
  return createKeyring({ dataKeys: system.dataKeys, keyEncryption, nowMs: () => nowMs });
}

async function aPersonWithSeed() {
  const userId: UserId = await newUserQuickly();
  const at = seedPlace(userId, 1);
  const seed = randomBytes(20).toString("hex");
  await admin.query("insert into burgee.second_factors (user_id, version, sealed_seed) values ($1, 1, $2)", [
    userId,
    await keyring.seal(at, seed),
  ]);
  return { at, seed };
}

/** Without the work of a password's hash. */
async function newUserQuickly(): Promise<UserId> {
  const userId = await system.credentials.createUser({
    email: `${newId()}@example.com`,
    name: "Ada",
    passwordHash: "none",
  });
  return userId ?? newUser(system);
}

async function finish(): Promise<RotationProgress | undefined> {
  const runs: RotationProgress[] = [];
  await finishRotations(
    { system, keyEncryption, keyring },
    { onProgress: (progress) => runs.push(progress) },
  );
  return runs.filter(({ dataKey }) => dataKey.owner === "installation").at(-1);
}

async function replacedAnHourAgo(): Promise<void> {
  await admin.query(
    "update burgee.data_keys set replaced_at = now() - interval '1 hour' where replaced_at is not null",
  );
}

async function sealedAt(at: SealedPlace): Promise<string> {
  const { rows } = await admin.query("select sealed_seed from burgee.second_factors where user_id = $1", [
    at.row,
  ]);
  return rows[0].sealed_seed;
}

async function keysInUse(): Promise<readonly string[]> {
  const { rows } = await admin.query("select distinct data_key_id as id from burgee.second_factors");
  return rows.map(({ id }) => id);
}

/** Leaves a key that nothing unwraps; returns what it was. */
async function damage(dataKeyId: string): Promise<string> {
  const { rows } = await admin.query("select wrapped from burgee.data_keys where data_key_id = $1", [
    dataKeyId,
  ]);
  await admin.query("update burgee.data_keys set wrapped = 'nothing' where data_key_id = $1", [dataKeyId]);
  return rows[0].wrapped;
}

async function countKeys(owner: TenantId): Promise<number> {
  const { rows } = await admin.query(
    "select count(*)::int as keys from burgee.data_keys where tenant_id = $1",
    [owner],
  );
  return rows[0].keys;
}

function keyIdIn(sealed: string): string {
  return sealed.split("|")[1] ?? "";
}

async function countSeeds(): Promise<number> {
  const { rows } = await admin.query("select count(*)::int as seeds from burgee.second_factors");
  return rows[0].seeds;
}

function tagOf(sealed: string): Buffer {
  return Buffer.from(sealed.split("|").at(-1) ?? "", "base64url");
}
