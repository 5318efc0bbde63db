import type { SdkKeyId } from "@burgee/db";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { type AtHome, aToggle, inRole, install, newUser } from "../../test/installation.ts";
import { accessOf, withReach } from "../access/access.ts";
import type { Permission } from "../access/permissions.ts";
import { listAudit } from "../audit/list-audit.ts";
import { createEnvironment } from "../environments/create-environment.ts";
import { parseInput } from "../errors/invalid-input.ts";
import { LIMITS } from "../limits.ts";
import { setMemberRole } from "../members/set-member-role.ts";
import { createProject } from "../projects/create-project.ts";
import { QUOTAS } from "../quotas/quotas.ts";
import { setToggleEnabled } from "../settings/update-setting.ts";
import { listToggles } from "../toggles/list-toggles.ts";
import { issueSdkKey, issueSdkKeyInput } from "./issue-sdk-key.ts";
import { KeyChecker } from "./key-checker.ts";
import { hashKey } from "./key-format.ts";
import { listOwnSdkKeys, listSdkKeys } from "./list-sdk-keys.ts";
import { revokeOwnSdkKey, revokeSdkKey, revokeSdkKeyInput } from "./revoke-sdk-key.ts";
import { rotateOwnSdkKey, rotateSdkKey } from "./rotate-sdk-key.ts";
import { UsedKeys } from "./used-keys.ts";

const installation = await install();
const { system, admin, newTenant } = installation;
let caller: AtHome;
let nowMs = Date.now();
const checker = KeyChecker.over(system, { nowMs: () => nowMs });

beforeEach(async () => {
  caller = await newTenant();
});
afterAll(() => installation.close());

test("a server key opens the environment that it was issued for", async () => {
  await createEnvironment(caller, { key: "staging", name: "Staging" });
  const { key } = await issueSdkKey(caller, { kind: "srv", name: "Shop", environment: "staging" });

  const checked = await checker.check(key);

  expect(checked).toMatchObject({
    tenantId: caller.person.tenantId,
    kind: "srv",
    projectId: caller.person.home.projectId,
    userId: null,
    role: null,
  });
  expect(checked.environmentId).not.toBe(caller.person.home.environmentId);
});

test("a personal key acts as its person, in the role that they hold now", async () => {
  const { key } = await issueSdkKey(caller, { kind: "pat", name: "Laptop" });
  expect(await checker.check(key)).toMatchObject({ userId: caller.person.userId, role: "owner" });

  const { tenantId, userId } = caller.person;
  const otherOwner = await newUser(system);
  await caller.db.transact(tenantId, ({ tenants }) => tenants.addMember(otherOwner, "owner"));
  await setMemberRole(caller, { userId, role: "viewer" });
  nowMs += 2_000;

  expect(await checker.check(key)).toMatchObject({ role: "viewer" });
});

test("a key is kept as a hash: its text is told once", async () => {
  const issued = await issueSdkKey(caller, { kind: "srv", name: "Shop" });

  const { rows } = await admin.query(
    "select hash, to_jsonb(k) as row from burgee.sdk_keys k where tenant_id = $1",
    [caller.person.tenantId],
  );
  expect(rows[0].hash).toEqual(hashKey(issued.key));
  expect(JSON.stringify(rows[0].row)).not.toContain(issued.key);
  const { key, ...listed } = issued;
  expect(await listSdkKeys(caller)).toEqual([listed]);
  expect(key.startsWith(listed.display.slice(0, -1))).toBe(true);
});

describe("revoking a key", () => {
  test("ends it, once and for all", async () => {
    const { id, key } = await issueSdkKey(caller, { kind: "srv", name: "Shop" });
    await checker.check(key);

    const revoked = await revokeSdkKey(caller, asRevocation(id));
    nowMs += 2_000;

    await expect(checker.check(key)).rejects.toMatchObject({ message: "This key was revoked." });
    const { items: before } = await listAudit(caller, { limit: 1 });
    expect(await revokeSdkKey(caller, asRevocation(id))).toEqual(revoked);
    expect((await listAudit(caller, { limit: 1 })).items).toEqual(before);
  });

  test("fails for another tenant's key as for one that is not there", async () => {
    const { id } = await issueSdkKey(await newTenant(), { kind: "srv", name: "Theirs" });

    for (const each of [id, "00000000-0000-4000-8000-000000000000"]) {
      await expect(revokeSdkKey(caller, asRevocation(each))).rejects.toMatchObject({
        code: "sdk_key_not_found",
      });
    }
  });
});

test("a key ends at the time that it was issued for", async () => {
  const expiresAt = new Date(Date.now() + 60_000).toISOString();
  const issued = await issueSdkKey(inRole(caller, "viewer"), { kind: "pat", name: "Today", expiresAt });
  expect(issued).toMatchObject({ expiresAt });
  await checker.check(issued.key);

  await admin.query("update burgee.sdk_keys set expires_at = clock_timestamp() where sdk_key_id = $1", [
    issued.id,
  ]);
  nowMs += 2_000;

  await expect(checker.check(issued.key)).rejects.toMatchObject({ message: "This key has expired." });
});

test("a key that would be over already is not issued", async () => {
  const { items: before } = await listAudit(caller, { limit: 1 });
  const expiresAt = new Date(Date.now() - 1_000).toISOString();

  await expect(issueSdkKey(caller, { kind: "srv", name: "Late", expiresAt })).rejects.toMatchObject({
    code: "invalid_input",
    issues: [{ pointer: "/expiresAt" }],
  });
  expect((await listAudit(caller, { limit: 1 })).items).toEqual(before);
});

test("a tenant has so many keys at a time, and revoked ones do not count", async () => {
  const crowded = await newTenant();
  const { id } = await issueSdkKey(crowded, { kind: "srv", name: "First" });
  await admin.query(
    `insert into burgee.sdk_keys (tenant_id, sdk_key_id, kind, hash, display, name, project_id, environment_id, created_by)
     select tenant_id, gen_random_uuid(), kind, sha256(n::text::bytea), display, name, project_id, environment_id, created_by
     from burgee.sdk_keys, generate_series(2, $2) n where sdk_key_id = $1`,
    [id, QUOTAS.sdk_keys.most],
  );
  const issue = () => issueSdkKey(crowded, { kind: "srv", name: "One more" });

  await expect(issue()).rejects.toMatchObject({ code: "quota_exceeded" });
  await revokeSdkKey(crowded, asRevocation(id));
  await expect(issue()).resolves.toMatchObject({ name: "One more" });
});

test("a person has so many personal keys at a time, and others' do not count", async () => {
  const { id } = await issueSdkKey(caller, { kind: "pat", name: "First" });
  await admin.query(
    `insert into burgee.sdk_keys (tenant_id, sdk_key_id, kind, hash, display, name, project_id, environment_id, user_id, created_by)
     select tenant_id, gen_random_uuid(), kind, sha256(n::text::bytea || $1::text::bytea), display, name, project_id, environment_id,
            user_id, created_by
     from burgee.sdk_keys, generate_series(2, $2) n where sdk_key_id = $1::uuid`,
    [id, LIMITS.personalKeysPerPerson],
  );
  const colleague = await newUser(system);
  await caller.db.transact(caller.person.tenantId, ({ tenants }) => tenants.addMember(colleague, "viewer"));

  await expect(issueSdkKey(caller, { kind: "pat", name: "More" })).rejects.toMatchObject({
    code: "limit_reached",
    message: expect.stringContaining("50 personal keys"),
  });
  const theirs = { ...caller, person: { ...caller.person, userId: colleague } };
  await expect(issueSdkKey(theirs, { kind: "pat", name: "Theirs" })).resolves.toMatchObject({ kind: "pat" });
  await expect(issueSdkKey(caller, { kind: "srv", name: "Shop" })).resolves.toMatchObject({ kind: "srv" });
});

describe("a client key", () => {
  const origins = ["https://shop.example", "http://localhost:3000"];

  test("names whose pages may use it, and is told apart by whoever checks it", async () => {
    const issued = await issueSdkKey(caller, { kind: "cli", name: "Web", origins });

    expect(issued).toMatchObject({ kind: "cli", origins, userId: null, permissions: null });
    expect(await checker.check(issued.key)).toMatchObject({ kind: "cli", origins });
    expect((await listAudit(caller, { limit: 1 })).items).toMatchObject([
      { action: "sdk_key.issued", after: { kind: "cli", origins } },
    ]);
  });

  test.each([
    "*",
    "https://*.shop.example",
    "https://shop.example/",
    "https://shop.example:443",
    "https://Shop.example",
    "shop.example",
    "null",
    "javascript:alert(1)",
    "https://a@shop.example",
  ])("is of no origin that is written %s", (origin) => {
    expect(() => parseInput(issueSdkKeyInput, { kind: "cli", name: "Web", origins: [origin] })).toThrow(
      expect.objectContaining({ code: "invalid_input" }),
    );
  });
});

describe("a personal key that is for less than its person may do", () => {
  const asKey = async (text: string): Promise<AtHome> => {
    const { reach } = await checker.check(text);
    return { ...caller, person: { ...caller.person, access: withReach(caller.person.access, reach) } };
  };

  test("to read only, changes nothing", async () => {
    const issued = await issueSdkKey(caller, { kind: "pat", name: "Report", permissions: "read" });
    const reader = await asKey(issued.key);

    expect(issued.permissions).toContain("toggle.read");
    expect(issued.permissions?.every((permission) => permission.endsWith(".read"))).toBe(true);
    await expect(listToggles(reader, { limit: 1 })).resolves.toMatchObject({ items: [] });
    await expect(aToggle(reader, "cart")).rejects.toMatchObject({
      code: "forbidden",
      message: "This needs the permission toggle.write, which this key was issued without.",
      details: { permission: "toggle.write", limitedBy: "permissions" },
    });
  });

  test("with some permissions, has those as long as its person has them", async () => {
    const permissions: Permission[] = ["toggle.read", "toggle.write"];
    const { key } = await issueSdkKey(caller, { kind: "pat", name: "CI", permissions });
    const writer = await asKey(key);

    await expect(aToggle(writer, "cart")).resolves.toMatchObject({ key: "cart" });
    await expect(listAudit(writer, { limit: 1 })).rejects.toMatchObject({ code: "forbidden" });
    const demoted = {
      ...writer.person,
      access: withReach(accessOf("viewer"), { permissions, environments: null }),
    };
    await expect(aToggle({ ...writer, person: demoted }, "menu")).rejects.toMatchObject({
      details: { permission: "toggle.write", role: "viewer" },
    });
  });

  test("asks for nothing that its person lacks", async () => {
    const asked = { kind: "pat", name: "CI", permissions: ["toggle.read", "role.write"] } as const;

    await expect(
      issueSdkKey(inRole(caller, "editor"), { ...asked, permissions: [...asked.permissions] }),
    ).rejects.toMatchObject({
      code: "invalid_input",
      issues: [{ pointer: "/permissions/1", code: "not_held" }],
    });
  });

  test("in some environments, reaches no other, and nothing of the whole project", async () => {
    await createEnvironment(caller, { key: "staging", name: "Staging" });
    await createEnvironment(caller, { key: "beta", name: "Beta" });
    await aToggle(caller, "cart");
    const environments = [
      { project: "web", environment: "staging" },
      { project: "web", environment: "beta" },
    ];
    const issued = await issueSdkKey(caller, { kind: "pat", name: "CI", environment: "beta", environments });
    const limited = await asKey(issued.key);
    const enable = (environment: string) =>
      setToggleEnabled(limited, { environment, toggle: "cart", expectedVersion: 1, enabled: true });

    expect(issued.environmentIds).toHaveLength(2);
    await expect(enable("staging")).resolves.toMatchObject({ key: "cart" });
    await expect(enable("production")).rejects.toMatchObject({
      code: "forbidden",
      message: "This key was issued for other places.",
      details: { limitedBy: "environments" },
    });
    await expect(createProject(limited, { key: "app", name: "App" })).rejects.toMatchObject({
      code: "forbidden",
    });
  });

  test("is at home in one of its environments", async () => {
    await createEnvironment(caller, { key: "staging", name: "Staging" });
    const environments = [{ project: "web", environment: "staging" }];

    await expect(issueSdkKey(caller, { kind: "pat", name: "CI", environments })).rejects.toMatchObject({
      issues: [{ pointer: "/environments", code: "home_missing" }],
    });
  });

  test("issues, rotates and revokes no personal key: that would be for more", async () => {
    const all = await issueSdkKey(caller, { kind: "pat", name: "Laptop" });
    const { key } = await issueSdkKey(caller, { kind: "pat", name: "Report", permissions: "read" });
    const reader = await asKey(key);
    const id = all.id as SdkKeyId;

    for (const work of [
      () => issueSdkKey(reader, { kind: "pat", name: "More" }),
      () => rotateOwnSdkKey(reader, { id }),
      () => revokeOwnSdkKey(reader, { id }),
    ]) {
      await expect(work()).rejects.toMatchObject({
        code: "forbidden",
        details: { limitedBy: "permissions" },
      });
    }
    await expect(listOwnSdkKeys(reader)).resolves.toHaveLength(2);
  });
});

describe("a person's own keys", () => {
  test("are listed and revoked in any role, and nobody else's are", async () => {
    const colleague = await newUser(system);
    await caller.db.transact(caller.person.tenantId, ({ tenants }) => tenants.addMember(colleague, "viewer"));
    const viewer = inRole({ ...caller, person: { ...caller.person, userId: colleague } }, "viewer");
    const { key: _, ...mine } = await issueSdkKey(viewer, { kind: "pat", name: "Mine" });
    const others = [
      await issueSdkKey(caller, { kind: "pat", name: "Theirs" }),
      await issueSdkKey(caller, { kind: "srv", name: "Shop" }),
    ];

    expect(await listOwnSdkKeys(viewer)).toEqual([mine]);
    for (const { id } of others) {
      await expect(revokeOwnSdkKey(viewer, asRevocation(id))).rejects.toMatchObject({
        code: "sdk_key_not_found",
      });
      await expect(rotateOwnSdkKey(viewer, asRevocation(id))).rejects.toMatchObject({
        code: "sdk_key_not_found",
      });
    }
    await expect(revokeOwnSdkKey(viewer, asRevocation(mine.id))).resolves.toMatchObject({
      id: mine.id,
      revokedAt: expect.any(String),
    });
    const { tenantId } = caller.person;
    expect(installation.announced).toContainEqual({ tenantId, sdkKeyId: mine.id });
  });
});

describe("rotating a key", () => {
  const DAY_MS = 24 * 60 * 60 * 1000;

  test("makes another of the same scope beside the old one, whose last day begins", async () => {
    const origins = ["https://shop.example"];
    const old = await issueSdkKey(caller, { kind: "cli", name: "Web", origins });

    const next = await rotateSdkKey(caller, asRevocation(old.id));

    expect(next).toMatchObject({ kind: "cli", name: "Web", origins, replaces: old.id, expiresAt: null });
    expect(next.key).not.toBe(old.key);
    const [before, after] = await Promise.all([old, next].map(({ key }) => checker.check(key)));
    expect(after).toMatchObject({ environmentId: before?.environmentId, origins });
    expect(before?.expiresInMs).toBeGreaterThan(DAY_MS - 60_000);
    expect(before?.expiresInMs).toBeLessThanOrEqual(DAY_MS);
    const listed = await listSdkKeys(caller);
    expect(listed.find(({ id }) => id === old.id)).toMatchObject({ replacedBy: next.id });
    expect(listed.find(({ id }) => id === next.id)).toMatchObject({ replaces: old.id, replacedBy: null });
  });

  test("is told in the audit trail, without either key", async () => {
    const old = await issueSdkKey(caller, { kind: "srv", name: "Shop" });
    const next = await rotateSdkKey(caller, asRevocation(old.id));

    const { items } = await listAudit(caller, { limit: 1 });
    expect(items).toMatchObject([
      {
        action: "sdk_key.rotated",
        object: `sdk-key/${old.id}`,
        before: { expiresAt: null },
        after: { expiresAt: expect.any(String), replacedBy: { id: next.id, display: next.display } },
      },
    ]);
    for (const { key } of [old, next]) expect(JSON.stringify(items)).not.toContain(key);
  });

  test("lets the old one live until the moment that is named, and no longer than it would have", async () => {
    const inAnHour = new Date(Date.now() + 3_600_000).toISOString();
    const inTwo = new Date(Date.now() + 7_200_000).toISOString();
    const lasting = await issueSdkKey(caller, { kind: "srv", name: "Shop" });
    const brief = await issueSdkKey(caller, { kind: "srv", name: "Shop", expiresAt: inAnHour });

    const next = await rotateSdkKey(caller, { ...asRevocation(lasting.id), oldUntil: inTwo });
    const afterBrief = await rotateSdkKey(caller, { ...asRevocation(brief.id), oldUntil: inTwo });

    const endOf = async (id: string) => (await listSdkKeys(caller)).find((each) => each.id === id)?.expiresAt;
    expect(await endOf(lasting.id)).toBe(inTwo);
    expect(await endOf(brief.id)).toBe(inAnHour);
    expect(next.expiresAt).toBeNull();
    const lifetimeMs = Date.parse(afterBrief.expiresAt ?? "") - Date.parse(afterBrief.createdAt);
    expect(Math.abs(lifetimeMs - 3_600_000)).toBeLessThan(60_000);
  });

  test.each([-1_000, 31 * DAY_MS])("refuses an overlap that ends in %i ms", async (inMs) => {
    const { id } = await issueSdkKey(caller, { kind: "srv", name: "Shop" });
    const oldUntil = new Date(Date.now() + inMs).toISOString();

    await expect(rotateSdkKey(caller, { ...asRevocation(id), oldUntil })).rejects.toMatchObject({
      issues: [{ pointer: "/oldUntil" }],
    });
    expect(await listSdkKeys(caller)).toMatchObject([{ id, expiresAt: null, replacedBy: null }]);
  });

  test("happens once, however many ask at the same moment", async () => {
    const { id } = await issueSdkKey(caller, { kind: "srv", name: "Shop" });
    // Connections that have to be made first would bring them one after the other.
    await Promise.all(Array.from({ length: 4 }, () => listSdkKeys(caller)));

    const outcomes = await Promise.allSettled(
      Array.from({ length: 4 }, () => rotateSdkKey(caller, asRevocation(id))),
    );

    const refused = outcomes.flatMap((each) => (each.status === "rejected" ? [each.reason] : []));
    expect(refused).toHaveLength(3);
    for (const reason of refused) expect(reason).toMatchObject({ code: "sdk_key_replaced" });
  });

  test("does not bring back what has ended", async () => {
    const { id } = await issueSdkKey(caller, { kind: "srv", name: "Shop" });
    await revokeSdkKey(caller, asRevocation(id));

    await expect(rotateSdkKey(caller, asRevocation(id))).rejects.toMatchObject({ code: "sdk_key_ended" });
  });

  test("of a personal key is its person's alone: an administrator would act as them", async () => {
    const { id } = await issueSdkKey(caller, { kind: "pat", name: "Laptop", permissions: "read" });

    await expect(rotateSdkKey(caller, asRevocation(id))).rejects.toMatchObject({ code: "forbidden" });
    const next = await rotateOwnSdkKey(caller, asRevocation(id));
    expect(await checker.check(next.key)).toMatchObject({
      userId: caller.person.userId,
      reach: { permissions: expect.arrayContaining(["toggle.read"]), environments: null },
    });
  });
});

describe("when a key was used last", () => {
  test("is noted once in five minutes, and not on the way of a request", async () => {
    const { id, key } = await issueSdkKey(caller, { kind: "srv", name: "Shop" });
    const lastUsed = async () => (await listSdkKeys(caller)).find((each) => each.id === id)?.lastUsedAt;
    let usedMs = 0;
    const notes: number[] = [];
    const used = new UsedKeys(
      async (keys, everyMs) => {
        const noted = await system.credentials.noteKeysUsed(keys, everyMs);
        notes.push(noted);
        return noted;
      },
      () => usedMs,
    );
    const noting = KeyChecker.over(system, { onUse: (each) => used.add(each) });

    for (let times = 0; times < 10; times++) await noting.check(key);
    expect(await lastUsed()).toBeNull();
    await used.flush();
    const first = await lastUsed();
    expect(first).toEqual(expect.any(String));

    usedMs = 299_999;
    await noting.check(key);
    await used.flush();
    expect(notes).toEqual([1]);

    // Another process, which knows nothing of this one's note.
    expect(await system.credentials.noteKeysUsed([await noting.check(key)], 300_000)).toBe(0);
    expect(await lastUsed()).toBe(first);
    usedMs = 300_000;
    await noting.check(key);
    await used.flush();
    expect(notes).toEqual([1, 0]);
  });

  test("is noted later where it can't be now", async () => {
    let isDown = true;
    const noted: unknown[] = [];
    const used = new UsedKeys(async (keys) => {
      if (isDown) throw new Error("The database is down.");
      noted.push(...keys);
      return keys.length;
    });
    const { key } = await issueSdkKey(caller, { kind: "srv", name: "Shop" });
    used.add(await checker.check(key));

    await expect(used.flush()).rejects.toThrow("down");
    isDown = false;
    await used.flush();

    expect(noted).toHaveLength(1);
  });
});

test.each([
  [{ kind: "adm", name: "x" }, "/kind"],
  [{ kind: "srv", name: "" }, "/name"],
  [{ kind: "srv", name: "x", expiresAt: "tomorrow" }, "/expiresAt"],
  [{ kind: "srv", name: "x", key: "bg_srv_mine" }, ""],
  [{ kind: "srv", name: "x", origins: ["https://shop.example"] }, "/origins"],
  [{ kind: "cli", name: "x", permissions: "read" }, "/permissions"],
  [{ kind: "srv", name: "x", environments: [{ project: "web", environment: "staging" }] }, "/environments"],
  [{ kind: "pat", name: "x", permissions: [] }, "/permissions"],
  [{ kind: "pat", name: "x", permissions: ["everything"] }, "/permissions"],
])("%j is refused", (input, pointer) => {
  const issues = [expect.objectContaining({ pointer })];
  expect(() => parseInput(issueSdkKeyInput, input)).toThrow(expect.objectContaining({ issues }));
});

function asRevocation(id: string): { id: SdkKeyId } {
  return parseInput(revokeSdkKeyInput, { id });
}
