import { createDatabase, type TestDatabase } from "@burgee/test-support";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { addMember, type Browser, codeOf, dataOf, openBrowser, PASSWORD } from "../../test/open-browser.ts";
import { startApi, type TestApi, type TestTenant } from "../../test/start-api.ts";

const listed = z.array(
  z.object({
    id: z.string(),
    isCurrent: z.boolean(),
    userAgent: z.string(),
    createdAt: z.string(),
    lastSeenAt: z.string(),
    tenantId: z.string(),
  }),
);
let database: TestDatabase;
let admin: pg.Client;
let api: TestApi;
/** Another process over the same database: what one ends, the other must not take. */
let otherApi: TestApi;
let tenant: TestTenant;
let email: string;
let laptop: Browser;
let phone: Browser;

beforeAll(async () => {
  database = await createDatabase();
  admin = new pg.Client(database.url);
  await admin.connect();
  [api, otherApi] = await Promise.all([startApi(database), startApi(database)]);
  tenant = await api.addTenant();
});
afterAll(async () => {
  await Promise.all([api.close(), otherApi.close(), admin.end()]);
  await database.drop();
});
beforeEach(async () => {
  ({ email } = await addMember(tenant));
  laptop = openBrowser(api, { userAgent: "Laptop" });
  phone = openBrowser(otherApi, { userAgent: `Phone ${"x".repeat(500)}` });
  await laptop.signIn(email);
  await phone.signIn(email);
});

describe("a person's sessions", () => {
  test("are listed, with the one that asks among them, and nothing that opens any", async () => {
    const answer = await laptop.query("sessions.list");

    const sessions = listed.parse(dataOf(answer));
    expect(sessions.map(({ userAgent, isCurrent }) => [userAgent.slice(0, 6), isCurrent])).toEqual([
      ["Phone ", false],
      ["Laptop", true],
    ]);
    expect(sessions[0]?.userAgent).toHaveLength(256);
    for (const cookie of [...laptop.cookies.values(), ...phone.cookies.values()]) {
      expect(answer.text).not.toContain(cookie);
    }
  });

  test("are ended one by one, in every process at once", async () => {
    const sessions = listed.parse(dataOf(await laptop.query("sessions.list")));
    const id = sessions.find(({ isCurrent }) => !isCurrent)?.id;

    await laptop.mutate("sessions.revoke", { id });

    expect((await phone.query("projects.list")).status).toBe(401);
    expect((await laptop.query("projects.list")).status).toBe(200);
  });

  test("are ended all but one", async () => {
    const tablet = openBrowser(api);
    await tablet.signIn(email);

    expect(dataOf(await laptop.mutate("sessions.revokeOthers"))).toEqual({ ended: 2 });

    expect((await phone.query("projects.list")).status).toBe(401);
    expect((await tablet.query("projects.list")).status).toBe(401);
    expect((await laptop.query("projects.list")).status).toBe(200);
  });

  test("are not ended by others, nor told of", async () => {
    const stranger = openBrowser(api);
    await stranger.signIn((await addMember(tenant)).email);
    const [session] = listed.parse(dataOf(await laptop.query("sessions.list")));

    expect(codeOf(await stranger.mutate("sessions.revoke", { id: session?.id }))).toBe("session_not_found");
    expect(listed.parse(dataOf(await stranger.query("sessions.list")))).toHaveLength(1);
    expect(listed.parse(dataOf(await laptop.query("sessions.list")))).toHaveLength(2);
  });

  test("are nothing that a key tells of", async () => {
    for (const procedure of ["sessions.list", "secondFactor.get", "auth.tenants"]) {
      const answer = await api.request("GET", `/trpc/${procedure}`, { key: tenant.personalKey });
      expect([procedure, codeOf(answer)]).toEqual([procedure, "unauthenticated"]);
    }
  });
});

describe("a new password", () => {
  const changed = { currentPassword: PASSWORD, newPassword: "a better battery staple" };

  test("ends every other session, and gives this one another id", async () => {
    const before = laptop.cookies.get("burgee") ?? "";

    const answer = await laptop.mutate("auth.changePassword", changed);

    expect(answer.status).toBe(200);
    expect((await phone.query("projects.list")).status).toBe(401);
    expect((await laptop.query("projects.list")).status).toBe(200);
    expect((await withCookie(before)).status).toBe(401);
    expect(codeOf(await phone.signIn(email))).toBe("unauthenticated");
    expect((await phone.signIn(email, changed.newPassword)).status).toBe(200);
  });

  test.each([
    ["a wrong current one", { ...changed, currentPassword: "wrong" }, "forbidden"],
    ["one of 11 characters", { ...changed, newPassword: "x".repeat(11) }, "invalid_input"],
    ["one of 257 characters", { ...changed, newPassword: "x".repeat(257) }, "invalid_input"],
    ["another field", { ...changed, userId: "x" }, "invalid_input"],
  ])("is refused for %s, and nothing ends", async (_, input, code) => {
    expect(codeOf(await laptop.mutate("auth.changePassword", input))).toBe(code);

    expect((await phone.query("projects.list")).status).toBe(200);
  });

  test("is refused where it is one's own address", async () => {
    const answer = await laptop.mutate("auth.changePassword", { ...changed, newPassword: email });

    expect(answer.body).toMatchObject({
      error: { data: { problem: { errors: [{ pointer: "/newPassword", code: "password_is_known" }] } } },
    });
  });

  test("is guessed at from a stolen session ten times an hour", async () => {
    const codes: unknown[] = [];
    for (let guess = 0; guess < 11; guess += 1) {
      const input = { ...changed, currentPassword: `guess ${guess}` };
      codes.push(codeOf(await laptop.mutate("auth.changePassword", input)));
    }

    expect(codes).toEqual([...Array(10).fill("forbidden"), "too_many_guesses"]);
  });
});

describe("a session's id", () => {
  test("is another one after a change of role, and the one before is worth nothing", async () => {
    const before = laptop.cookies.get("burgee") ?? "";
    await admin.query(
      "update burgee.memberships set role = 'admin' where user_id = (select user_id from burgee.users where email = $1)",
      [email],
    );

    const answer = await laptop.query("auth.session");

    expect(dataOf(answer)).toMatchObject({ role: "admin" });
    expect(laptop.cookies.get("burgee")).not.toBe(before);
    expect((await withCookie(before)).status).toBe(401);
    expect(dataOf(await laptop.query("auth.session"))).toMatchObject({ role: "admin" });
  });

  test("is exchanged once where many requests meet a change of role, and all are served", async () => {
    const cookie = `burgee=${laptop.cookies.get("burgee")}`;
    await admin.query(
      "update burgee.memberships set role = 'viewer' where user_id = (select user_id from burgee.users where email = $1)",
      [email],
    );

    const answers = await Promise.all(
      Array.from({ length: 6 }, () => api.request("GET", "/trpc/auth.session", { headers: { cookie } })),
    );

    expect(answers.flatMap(({ headers }) => headers.getSetCookie())).toHaveLength(1);
  });

  test("is another one in another tenant, with the same last moment", async () => {
    const before = laptop.cookies.get("burgee") ?? "";
    await admin.query("update burgee.sessions set ends_at = now() + interval '3 hours'");
    const founded = z.object({ tenantId: z.string() });
    const { tenantId } = founded.parse(dataOf(await laptop.mutate("tenants.create", { name: "Second" })));

    await laptop.mutate("auth.switchTenant", { tenantId });

    const { rows } = await admin.query(
      "select ends_at < now() + interval '181 minutes' as kept from burgee.sessions where tenant_id = $1",
      [tenantId],
    );
    expect(rows).toEqual([{ kept: true }]);
    expect((await withCookie(before)).status).toBe(401);
    expect(dataOf(await laptop.query("auth.session"))).toMatchObject({ tenantId, role: "owner" });
  });

  test("is another one once its person proved again who they are", async () => {
    const before = laptop.cookies.get("burgee") ?? "";

    await laptop.mutate("auth.prove", { password: PASSWORD });

    expect((await withCookie(before)).status).toBe(401);
    expect((await laptop.query("projects.list")).status).toBe(200);
  });

  test("that somebody brings is never taken over by a sign-in", async () => {
    const victim = openBrowser(api);
    victim.cookies.set("burgee", "a".repeat(40));

    await victim.signIn(email);

    expect(victim.cookies.get("burgee")).not.toBe("a".repeat(40));
    expect((await withCookie("a".repeat(40))).status).toBe(401);
  });
});

describe("that a session is used", () => {
  const lastSeen = async () => {
    const { rows } = await admin.query(
      "select extract(epoch from now() - last_seen_at)::float8 as seconds from burgee.sessions where user_agent = 'Laptop' order by created_at desc limit 1",
    );
    return rows[0].seconds;
  };

  test("is not noted within five minutes", async () => {
    await admin.query("update burgee.sessions set last_seen_at = now() - interval '4 minutes'");

    const answer = await laptop.query("auth.session");

    expect(answer.headers.get("set-cookie")).toBeNull();
    expect(await lastSeen()).toBeGreaterThan(239);
  });

  test("is noted after five, and moves its end", async () => {
    await admin.query(
      "update burgee.sessions set last_seen_at = now() - interval '6 minutes', expires_at = now() + interval '1 hour'",
    );

    const answer = await laptop.query("auth.session");

    expect(answer.headers.get("set-cookie")).toMatch(/^burgee=\w{40}; HttpOnly; Max-Age=43200;/);
    expect(await lastSeen()).toBeLessThan(60);
    const { rows } = await admin.query(
      "select expires_at > now() + interval '11 hours' as moved from burgee.sessions where user_agent = 'Laptop' order by created_at desc limit 1",
    );
    expect(rows).toEqual([{ moved: true }]);
  });

  test("is noted no oftener in its last hours", async () => {
    await admin.query(
      "update burgee.sessions set expires_at = now() + interval '10 minutes', ends_at = expires_at",
    );

    const answer = await laptop.query("auth.session");

    expect(answer.headers.get("set-cookie")).toBeNull();
  });
});

function withCookie(id: string) {
  return api.request("GET", "/trpc/projects.list", { headers: { cookie: `burgee=${id}` } });
}
