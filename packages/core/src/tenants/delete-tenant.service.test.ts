import { randomBytes, randomUUID } from "node:crypto";
import { newId, type SessionCredential, type SessionId, TenantClosedError, type UserId } from "@burgee/db";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { type AtHome, addMember, aToggle, inRole, install } from "../../test/installation.ts";
import { aRollout } from "../../test/rollout.ts";
import { verifyAuditChain } from "../audit/verify-audit-chain.ts";
import { rolloutPlanId } from "../ids.ts";
import { registerUser } from "../people/register-user.ts";
import { signIn } from "../people/sign-in.ts";
import { switchTenant } from "../people/switch-tenant.ts";
import { applyRolloutStep } from "../rollouts/apply-rollout-step.ts";
import { issueSdkKey } from "../sdk-keys/issue-sdk-key.ts";
import { KeyChecker } from "../sdk-keys/key-checker.ts";
import { getToggle } from "../toggles/get-toggle.ts";
import { listToggles } from "../toggles/list-toggles.ts";
import { createTenant } from "./create-tenant.ts";
import { cancelDeletion, deleteTenant } from "./delete-tenant.ts";
import { eraseTenant } from "./erase-tenant.ts";
import { getDeletion } from "./get-deletion.ts";
import { getTenant } from "./get-tenant.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const PASSWORD = "correct horse battery";
const installation = await install();
const { db, system, admin } = installation;
let owner: AtHome;

beforeEach(async () => {
  owner = await installation.newTenant();
});
afterAll(() => installation.close());

function ask(caller: AtHome, { confirm = "Acme", delayMs = DAY_MS, provedMsAgo = 0 } = {}) {
  return deleteTenant(
    { ...caller, session: sessionOf(caller, provedMsAgo), deletionDelayMs: delayMs },
    { confirm },
  );
}

function sessionOf({ person }: AtHome, provedMsAgo = 0): SessionCredential {
  return {
    tenantId: person.tenantId,
    sessionHash: randomBytes(32),
    sessionId: newId<SessionId>(),
    userId: person.userId,
    expiresInMs: DAY_MS,
    idleMs: 0,
    provedMsAgo,
    name: "Ada",
    email: "ada@example.com",
    credentialsVersion: 1,
    role: "owner",
    bindings: { permissions: null, grants: [] },
    isRoleNew: false,
  };
}

const lastEntry = async () => {
  const [entry] = await db.read(owner.person.tenantId, ({ audit }) =>
    audit.list({ before: undefined, limit: 1 }),
  );
  return entry;
};
async function signInAs(userId: UserId) {
  const user = await system.credentials.findUserById(userId);
  const ports = { db, system, requestId: "req-2", onUnrecorded: () => undefined };
  return signIn(ports, { email: user?.email ?? "", password: PASSWORD, address: undefined });
}

describe("asking for a deletion", () => {
  test.each(["acme", "Acme ", "", "Acme Ltd"])(
    "is refused where %j is typed in place of the name",
    async (confirm) => {
      await expect(ask(owner, { confirm })).rejects.toMatchObject({
        code: "invalid_input",
        issues: [{ pointer: "/confirm", message: "Type the tenant's name exactly as it is: Acme" }],
      });
      await expect(aToggle(owner, "cart")).resolves.toMatchObject({ key: "cart" });
    },
  );

  test("is for owners who showed a moment ago who they are", async () => {
    const manager = inRole(await addMember(owner, "admin"), "admin");

    await expect(ask(manager)).rejects.toMatchObject({ code: "forbidden" });
    await expect(ask(owner, { provedMsAgo: DAY_MS })).rejects.toMatchObject({ code: "proof_needed" });
    // By a role that was taken meanwhile.
    await expect(ask(inRole(manager, "owner"))).rejects.toMatchObject({ code: "forbidden" });
    await expect(aToggle(owner, "cart")).resolves.toMatchObject({ key: "cart" });
  });

  test("closes the tenant at once, and its audit trail says who asked", async () => {
    const { deletesAt } = await ask(owner);

    await expect(aToggle(owner, "cart")).rejects.toThrow(TenantClosedError);
    expect((await listToggles(owner, { limit: 9 })).items).toEqual([]);
    expect(await lastEntry()).toMatchObject({
      actor: `user:${owner.person.userId}`,
      action: "tenant.deletion_requested",
      after: { keepableForMs: DAY_MS },
    });
    expect(await getTenant(owner)).toMatchObject({ name: "Acme", deletesAt });
  });

  test("makes every key of the tenant good for nothing, and none of another's", async () => {
    const other = await installation.newTenant();
    const keys = KeyChecker.over(system);
    const [{ key }, theirs] = [
      await issueSdkKey(owner, { kind: "srv", name: "Shop" }),
      await issueSdkKey(other, { kind: "srv", name: "Shop" }),
    ];
    await ask(owner);

    await expect(keys.check(key)).rejects.toMatchObject({ code: "unauthenticated" });
    await expect(keys.check(theirs.key)).resolves.toMatchObject({ kind: "srv" });
  });

  test("happens once, of two who ask at the same moment", async () => {
    const asked = await Promise.allSettled([ask(owner), ask(owner)]);

    const [refused] = asked.filter((each) => each.status === "rejected");
    expect(asked.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    expect(refused?.reason).toMatchObject({ code: "tenant_closed" });
  });

  test("leaves of a toggle that is created meanwhile all or nothing", async () => {
    const made = Array.from({ length: 6 }, (_, n) => aToggle(owner, `t${n}`));
    const [closing, ...created] = await Promise.allSettled([ask(owner), ...made]);

    expect(closing?.status).toBe("fulfilled");
    const { items } = await listToggles(owner, { limit: 50 });
    expect(items).toHaveLength(created.filter(({ status }) => status === "fulfilled").length);
    for (const each of created) {
      if (each.status === "rejected") expect(each.reason).toBeInstanceOf(TenantClosedError);
    }
    const { fault } = await verifyAuditChain(
      { db },
      { tenantId: owner.person.tenantId, otherTenants: [], onProgress: () => undefined },
    );
    expect(fault).toBeUndefined();
  });
});

describe("while a tenant goes", () => {
  test("no step of a rollout is applied, and the next one is once it is kept", async () => {
    await aToggle(owner, "cart");
    const plan = await aRollout(owner, { variant: "on" });
    const step = { tenantId: owner.person.tenantId, rolloutPlanId: rolloutPlanId.parse(plan.id) };
    await ask(owner);

    expect(await system.claimDueRollouts(100, 0)).not.toContainEqual(step);
    expect(await applyRolloutStep(owner, step)).toEqual({ outcome: "not_due" });

    await cancelDeletion(owner);
    expect(await system.claimDueRollouts(100, 0)).toContainEqual(step);
    expect(await applyRolloutStep(owner, step)).toMatchObject({ outcome: "applied" });
  });

  test("nothing of it is published, and no node keeps its rulesets", async () => {
    await aToggle(owner, "cart");
    const { tenantId } = owner.person;
    const { environmentId } = owner.person.home;
    const isWaiting = async () =>
      (await system.listUnpublished(1000)).some((each) => each.environmentId === environmentId);
    expect(await isWaiting()).toBe(true);

    await ask(owner);

    expect(await isWaiting()).toBe(false);
    expect(await system.listHeads([{ tenantId, environmentId }])).toEqual([]);
  });

  test("its owners sign in, to keep it, and nobody else does", async () => {
    const editor = await addMember(owner, "editor");
    await ask(owner);

    await expect(signInAs(editor.person.userId)).rejects.toMatchObject({ code: "tenant_closed" });
    await expect(signInAs(owner.person.userId)).resolves.toMatchObject({ status: "signed_in" });
  });

  test("who has another tenant comes into that one", async () => {
    const { userId } = owner.person;
    const { tenantId } = await createTenant(owner, { name: "Other", ownerId: userId, requestId: "r" });
    const editor = await addMember(owner, "editor");
    await db.transact(tenantId, ({ tenants }) => tenants.addMember(editor.person.userId, "editor"));
    await ask(owner);

    for (const each of [userId, editor.person.userId]) {
      await expect(signInAs(each)).resolves.toMatchObject({ signedIn: { tenantId } });
    }
    const ports = { db, system, requestId: "r" };
    const back = { tenantId: owner.person.tenantId };
    await expect(switchTenant(ports, { ...back, userId: editor.person.userId })).rejects.toMatchObject({
      code: "tenant_closed",
    });
    await expect(switchTenant(ports, { ...back, userId })).resolves.toBe(back.tenantId);
  });
});

describe("keeping a tenant", () => {
  test("leaves everything as it was, and both are in the audit trail", async () => {
    await aToggle(owner, "cart");
    const { key } = await issueSdkKey(owner, { kind: "srv", name: "Shop" });
    const before = await getToggle(owner, { key: "cart" });
    const { receipt } = await ask(owner);

    await cancelDeletion(owner);

    expect(await getToggle(owner, { key: "cart" })).toEqual(before);
    await expect(KeyChecker.over(system).check(key)).resolves.toMatchObject({ kind: "srv" });
    await expect(aToggle(owner, "basket")).resolves.toMatchObject({ key: "basket" });
    await expect(getDeletion({ system }, { receipt })).rejects.toMatchObject({ code: "deletion_not_found" });
    await expect(ask(owner)).resolves.toMatchObject({ receipt: expect.any(String) });
  });

  test("is for owners, and for tenants that go", async () => {
    await expect(cancelDeletion(owner)).rejects.toMatchObject({ code: "deletion_not_found" });
    const editor = inRole(await addMember(owner, "editor"), "editor");
    await ask(owner);

    await expect(cancelDeletion(editor)).rejects.toMatchObject({ code: "forbidden" });
  });

  test("comes too late once it is being erased", async () => {
    const { receipt } = await ask(owner, { delayMs: 0 });
    await system.erasures.begin(owner.person.tenantId);

    await expect(cancelDeletion(owner)).rejects.toMatchObject({ code: "tenant_closed" });
    await expect(signInAs(owner.person.userId)).rejects.toMatchObject({ code: "tenant_closed" });
    expect(await getDeletion({ system }, { receipt })).toMatchObject({ status: "erasing", done: 0 });
  });
});

describe("erasing", () => {
  test("is told by the receipt from the first row to the last", async () => {
    const { receipt, deletesAt } = await ask(owner, { delayMs: 0 });
    const status = () => getDeletion({ system }, { receipt });
    expect(await status()).toMatchObject({ status: "waiting", deletesAt, total: 0, done: 0 });
    let batches = 0;
    const once = () => batches++ === 0;

    expect(await eraseTenant({ system }, owner.person.tenantId, { goOn: once, rows: 1 })).toBe("unfinished");
    const midway = await status();
    expect(await eraseTenant({ system }, owner.person.tenantId)).toBe("erased");

    expect(midway).toMatchObject({ status: "erasing", done: 1, completedAt: null });
    expect(midway.total).toBeGreaterThan(5);
    const done = await status();
    expect(done).toMatchObject({ status: "done", done: midway.total, total: midway.total, peopleErased: 1 });
    expect(done.parts.every((part) => part.done === part.total)).toBe(true);
  });

  test("lets the name, and the address of who is gone, be taken again", async () => {
    const user = await system.credentials.findUserById(owner.person.userId);
    await ask(owner, { delayMs: 0 });
    await eraseTenant({ system }, owner.person.tenantId);

    await expect(signInAs(owner.person.userId)).rejects.toMatchObject({ code: "unauthenticated" });
    const ownerId = await registerUser(
      { system },
      { email: user?.email ?? "", name: "Ada", password: PASSWORD },
    );
    await expect(
      createTenant(owner, { name: "Acme", ownerId, requestId: randomUUID() }),
    ).resolves.toMatchObject({
      name: "Acme",
    });
  });

  test("leaves nothing that names it or its people, in any table, but the certificate", async () => {
    await aToggle(owner, "cart");
    const { tenantId, userId } = owner.person;
    const user = await system.credentials.findUserById(userId);
    await ask(owner, { delayMs: 0 });
    await eraseTenant({ system }, tenantId);

    const { rows: tables } = await admin.query<{ name: string }>(
      `select relname as name from pg_class where relnamespace = 'burgee'::regnamespace and relkind = 'r'`,
    );
    const found: string[] = [];
    for (const { name } of tables) {
      for (const word of [tenantId, userId, user?.email ?? "?"]) {
        const { rowCount } = await admin.query(
          `select from burgee.${name} t where strpos(to_jsonb(t)::text, $1) > 0`,
          [word],
        );
        if (rowCount) found.push(`${name}: ${word === tenantId ? "tenant" : "person"}`);
      }
    }
    expect(found).toEqual(["deletion_certificates: tenant"]);
  });
});
