import type { SdkKeyId } from "@burgee/db";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { type AtHome, inRole, install, newUser } from "../../test/installation.ts";
import { listAudit } from "../audit/list-audit.ts";
import { createEnvironment } from "../environments/create-environment.ts";
import { parseInput } from "../errors/invalid-input.ts";
import { LIMITS } from "../limits.ts";
import { setMemberRole } from "../members/set-member-role.ts";
import { issueSdkKey, issueSdkKeyInput } from "./issue-sdk-key.ts";
import { KeyChecker } from "./key-checker.ts";
import { hashKey } from "./key-format.ts";
import { listSdkKeys } from "./list-sdk-keys.ts";
import { revokeSdkKey, revokeSdkKeyInput } from "./revoke-sdk-key.ts";

const installation = await install();
const { system, admin, newTenant } = installation;
let caller: AtHome;
let nowMs = Date.now();
const checker = KeyChecker.over(system, () => nowMs);

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
    [id, LIMITS.sdkKeysPerTenant],
  );
  const issue = () => issueSdkKey(crowded, { kind: "srv", name: "One more" });

  await expect(issue()).rejects.toMatchObject({ code: "limit_reached" });
  await revokeSdkKey(crowded, asRevocation(id));
  await expect(issue()).resolves.toMatchObject({ name: "One more" });
});

test.each([
  [{ kind: "adm", name: "x" }, "/kind"],
  [{ kind: "srv", name: "" }, "/name"],
  [{ kind: "srv", name: "x", expiresAt: "tomorrow" }, "/expiresAt"],
  [{ kind: "srv", name: "x", key: "bg_srv_mine" }, ""],
])("%j is refused", (input, pointer) => {
  const issues = [expect.objectContaining({ pointer })];
  expect(() => parseInput(issueSdkKeyInput, input)).toThrow(expect.objectContaining({ issues }));
});

function asRevocation(id: string): { id: SdkKeyId } {
  return parseInput(revokeSdkKeyInput, { id });
}
