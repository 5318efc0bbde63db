import { randomUUID } from "node:crypto";
import { newId, type TenantId, type UserId } from "@burgee/db";
import { eventually } from "@burgee/test-support";
import { hash } from "@node-rs/argon2";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { install, newUser } from "../../test/installation.ts";
import { parseInput } from "../errors/invalid-input.ts";
import { createTenant, createTenantInput } from "../tenants/create-tenant.ts";
import { MOST_SIGNING_IN } from "./passwords.ts";
import { registerUser, registerUserInput } from "./register-user.ts";
import { signIn } from "./sign-in.ts";
import { switchTenant } from "./switch-tenant.ts";

const installation = await install();
const { db, system, admin } = installation;
const address = "203.0.113.7";
const account = { email: `${randomUUID()}@example.com`, name: "Ada", password: "correct horse battery" };
const credentials = { email: account.email, password: account.password };
const ports = { db, system, requestId: "req-1", onUnrecorded: (error: unknown) => unrecorded.push(error) };
const unrecorded: unknown[] = [];
let userId: UserId;

beforeAll(async () => {
  userId = await registerUser({ system }, account);
});
afterAll(() => installation.close());

describe("an account", () => {
  test("is kept with a hash of its password", async () => {
    const { rows } = await admin.query("select * from burgee.users where user_id = $1", [userId]);

    expect(rows).toMatchObject([{ email: account.email, name: "Ada" }]);
    expect(rows[0].password_hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(JSON.stringify(rows)).not.toContain(account.password);
  });

  test("is one for an address, however that is written", async () => {
    const input = parseInput(registerUserInput, { ...account, email: account.email.toUpperCase() });

    await expect(registerUser({ system }, input)).rejects.toMatchObject({ code: "email_taken" });
  });

  test.each([
    ["no address", { email: "ada" }, "/email"],
    ["a password of 11 characters", { password: "x".repeat(11) }, "/password"],
    ["a password of 257 characters", { password: "x".repeat(257) }, "/password"],
    ["no name", { name: "" }, "/name"],
    ["a role of its own choice", { role: "owner" }, ""],
  ])("is refused for %s", (_, input, pointer) => {
    const issues = [expect.objectContaining({ pointer })];
    expect(() => parseInput(registerUserInput, { ...account, ...input })).toThrow(
      expect.objectContaining({ issues }),
    );
  });
});

test("who finds no room to be hashed is told so before PostgreSQL is asked", async () => {
  const tooMany = 20;
  const client = await admin.connect();
  await client.query("begin; lock table burgee.guesses in access exclusive mode");
  const outcomes: unknown[] = [];

  const attempts = Array.from({ length: MOST_SIGNING_IN + tooMany }, (_, n) => {
    const email = `nobody-${n}@example.com`;
    return signIn(ports, { ...credentials, email, address: `198.51.100.${n}` }).catch((error) => {
      outcomes.push(error.code);
    });
  });
  await eventually(() => expect(outcomes).toHaveLength(tooMany));
  await client.query("rollback");
  client.release();
  await Promise.all(attempts);

  expect(outcomes.slice(0, tooMany)).toEqual(Array(tooMany).fill("unavailable"));
  expect(outcomes.slice(tooMany)).toEqual(Array(MOST_SIGNING_IN).fill("unauthenticated"));
});

test("an account is refused for a password that others know", async () => {
  const email = "grace.hopper@example.com";
  const registered = registerUser({ system }, { email, name: "Grace", password: "grace.hopper-1" });

  await expect(registered).rejects.toMatchObject({
    code: "invalid_input",
    issues: [{ pointer: "/password", code: "password_is_known" }],
  });
});

describe("signing in", () => {
  test("leads to the first tenant of who did", async () => {
    const tenant = await createTenant({ db, system }, { name: "Acme", ownerId: userId, requestId: "r" });
    await createTenant({ db, system }, { name: "Later", ownerId: userId, requestId: "r" });

    await expect(signIn(ports, { ...credentials, address })).resolves.toEqual({
      status: "signed_in",
      signedIn: { userId, tenantId: tenant.tenantId, credentialsVersion: 1 },
    });
  });

  test("fails in the same words for a wrong password and for an address that nobody has", async () => {
    const refused = { code: "unauthenticated", message: "This address and password don't go together." };

    await expect(signIn(ports, { ...credentials, password: "wrong", address })).rejects.toMatchObject(
      refused,
    );
    await expect(
      signIn(ports, { ...credentials, email: "nobody@example.com", address }),
    ).rejects.toMatchObject(refused);
  });

  test("makes a hash of an earlier cost anew, and counts as no change of the password", async () => {
    const cheap = await hash(account.password, { memoryCost: 8192, timeCost: 1, parallelism: 1 });
    await admin.query("update burgee.users set password_hash = $1 where user_id = $2", [cheap, userId]);

    await signIn(ports, { ...credentials, password: "wrong", address }).catch(() => undefined);
    expect((await system.credentials.findUserById(userId))?.passwordHash).toBe(cheap);
    await signIn(ports, { ...credentials, address });

    expect(await system.credentials.findUserById(userId)).toMatchObject({
      passwordHash: expect.stringMatching(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/),
      credentialsVersion: 1,
    });
    expect(await signIn(ports, { ...credentials, address })).toMatchObject({ status: "signed_in" });
  });

  test("fails for who belongs to no tenant", async () => {
    const email = `${randomUUID()}@example.com`;
    await registerUser({ system }, { ...account, email });

    await expect(signIn(ports, { ...credentials, email, address })).rejects.toMatchObject({
      code: "forbidden",
    });
  });
});

describe("the audit trail", () => {
  async function member(): Promise<{ email: string; userId: UserId; tenantIds: readonly TenantId[] }> {
    const email = `${randomUUID()}@example.com`;
    const userId = await registerUser({ system }, { ...account, email });
    const tenantIds: TenantId[] = [];
    for (const name of ["First", "Second"]) {
      const { tenantId } = await createTenant({ db, system }, { name, ownerId: userId, requestId: "r" });
      tenantIds.push(tenantId);
    }
    return { email, userId, tenantIds };
  }

  async function entriesOf(tenantId: TenantId | undefined) {
    if (!tenantId) throw new Error("No tenant is meant.");
    const entries = await db.read(tenantId, ({ audit }) => audit.list({ before: undefined, limit: 50 }));
    return entries.filter(({ action }) => action !== "tenant.created");
  }

  test("tells of a sign-in, in the tenant that it leads to", async () => {
    const { email, userId, tenantIds } = await member();

    await signIn(ports, { ...credentials, email, address });

    const [first, second] = await Promise.all(tenantIds.map(entriesOf));
    expect(first).toMatchObject([
      {
        actor: `user:${userId}`,
        action: "sign_in.succeeded",
        object: `user/${userId}`,
        requestId: "req-1",
        before: null,
        after: null,
      },
    ]);
    expect(second).toEqual([]);
  });

  test("tells of a failed sign-in in every tenant of the account, and not who tried", async () => {
    const { email, userId, tenantIds } = await member();

    await signIn(ports, { email, password: "wrong", address }).catch(() => undefined);

    for (const tenantId of tenantIds) {
      await eventually(async () =>
        expect(await entriesOf(tenantId)).toMatchObject([
          { actor: "anonymous", action: "sign_in.failed", object: `user/${userId}`, after: null },
        ]),
      );
    }
  });

  test("tells of ten failed sign-ins of an account a minute", async () => {
    const { email, tenantIds } = await member();

    for (let attempt = 0; attempt < 12; attempt++) {
      await signIn(ports, { email, password: "wrong", address }).catch(() => undefined);
    }
    await eventually(async () => expect(await entriesOf(tenantIds[1])).toHaveLength(10));

    expect(await entriesOf(tenantIds[0])).toHaveLength(10);
  });

  test("tells of a switch in the tenant that was entered", async () => {
    const { userId, tenantIds } = await member();
    const [left, entered] = tenantIds;
    if (!entered) throw new Error("There is no second tenant.");

    await switchTenant(ports, { userId, tenantId: entered });

    expect(await entriesOf(entered)).toMatchObject([
      { actor: `user:${userId}`, action: "tenant.entered", object: `tenant/${entered}`, requestId: "req-1" },
    ]);
    expect(await entriesOf(left)).toEqual([]);
  });

  test("lets nobody in while it can't tell of it, and says why a failed sign-in is missing", async () => {
    const { email, userId, tenantIds } = await member();
    const [tenantId] = tenantIds;
    if (!tenantId) throw new Error("There is no tenant.");
    await admin.query("revoke insert on burgee.audit_entries from burgee_app");
    onTestFinished(async () => {
      await admin.query("grant insert on burgee.audit_entries to burgee_app");
    });

    const refused = { code: "42501" };
    await expect(signIn(ports, { ...credentials, email, address })).rejects.toMatchObject(refused);
    await expect(switchTenant(ports, { userId, tenantId })).rejects.toMatchObject(refused);
    await expect(signIn(ports, { email, password: "wrong", address })).rejects.toMatchObject({
      code: "unauthenticated",
    });
    await eventually(() => expect(unrecorded).toMatchObject([refused]));
  });
});

describe("a tenant", () => {
  test("begins with its owner, and an audit trail that says so", async () => {
    const ownerId = await newUser(system);
    const { tenantId } = await createTenant({ db, system }, { name: "Acme", ownerId, requestId: "req-7" });

    const [found, entries] = await db.read(tenantId, async ({ tenants, audit }) => [
      await tenants.find(),
      await audit.list({ before: undefined, limit: 10 }),
    ]);
    expect(found).toEqual({ tenantId, name: "Acme" });
    expect(await system.credentials.listMemberships(ownerId)).toMatchObject([{ tenantId, role: "owner" }]);
    expect(entries).toMatchObject([
      { seq: 1, action: "tenant.created", requestId: "req-7", after: { name: "Acme" } },
    ]);
  });

  test("is not founded by nobody", async () => {
    const founded = createTenant({ db, system }, { name: "Acme", ownerId: newId<UserId>(), requestId: "r" });

    await expect(founded).rejects.toMatchObject({ code: "23503" });
    expect((await admin.query("select 1 from burgee.tenants where name = 'Nobody''s'")).rows).toEqual([]);
  });

  test("has a name", () => {
    expect(parseInput(createTenantInput, { name: "  Acme " })).toEqual({ name: "Acme" });
    expect(() => parseInput(createTenantInput, { name: " " })).toThrow("At /name: Give it a name.");
    for (const name of ["\u200b", "A\u2028cme", "\u202eemcA", "A\ncme"]) {
      expect(() => parseInput(createTenantInput, { name })).toThrow("At /name: ");
    }
  });
});
