import { randomUUID } from "node:crypto";
import { newId, type UserId } from "@burgee/db";
import { hash } from "@node-rs/argon2";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { install, newUser } from "../../test/installation.ts";
import { parseInput } from "../errors/invalid-input.ts";
import { createTenant, createTenantInput } from "../tenants/create-tenant.ts";
import { registerUser, registerUserInput } from "./register-user.ts";
import { signIn } from "./sign-in.ts";

const installation = await install();
const { db, system, admin } = installation;
const address = "203.0.113.7";
const account = { email: `${randomUUID()}@example.com`, name: "Ada", password: "correct horse battery" };
const credentials = { email: account.email, password: account.password };
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

    await expect(signIn({ system }, { ...credentials, address })).resolves.toEqual({
      status: "signed_in",
      signedIn: { userId, tenantId: tenant.tenantId, credentialsVersion: 1 },
    });
  });

  test("fails in the same words for a wrong password and for an address that nobody has", async () => {
    const refused = { code: "unauthenticated", message: "This address and password don't go together." };

    await expect(signIn({ system }, { ...credentials, password: "wrong", address })).rejects.toMatchObject(
      refused,
    );
    await expect(
      signIn({ system }, { ...credentials, email: "nobody@example.com", address }),
    ).rejects.toMatchObject(refused);
  });

  test("makes a hash of an earlier cost anew, and counts as no change of the password", async () => {
    const cheap = await hash(account.password, { memoryCost: 8192, timeCost: 1, parallelism: 1 });
    await admin.query("update burgee.users set password_hash = $1 where user_id = $2", [cheap, userId]);

    await signIn({ system }, { ...credentials, password: "wrong", address }).catch(() => undefined);
    expect((await system.credentials.findUserById(userId))?.passwordHash).toBe(cheap);
    await signIn({ system }, { ...credentials, address });

    expect(await system.credentials.findUserById(userId)).toMatchObject({
      passwordHash: expect.stringMatching(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/),
      credentialsVersion: 1,
    });
    expect(await signIn({ system }, { ...credentials, address })).toMatchObject({ status: "signed_in" });
  });

  test("fails for who belongs to no tenant", async () => {
    const email = `${randomUUID()}@example.com`;
    await registerUser({ system }, { ...account, email });

    await expect(signIn({ system }, { ...credentials, email, address })).rejects.toMatchObject({
      code: "forbidden",
    });
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
    expect(await system.credentials.listMemberships(ownerId)).toEqual([{ tenantId, role: "owner" }]);
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
