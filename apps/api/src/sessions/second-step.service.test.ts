import { createDatabase, type TestDatabase } from "@burgee/test-support";
import { Secret, TOTP } from "otpauth";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { listProcedures } from "../../test/list-procedures.ts";
import { addMember, type Browser, codeOf, dataOf, openBrowser, PASSWORD } from "../../test/open-browser.ts";
import { startApi, type TestApi, type TestTenant } from "../../test/start-api.ts";

/** To anybody, whatever cookies come along. */
const OPEN: ReadonlySet<string> = new Set([
  "auth.session",
  "auth.answerSecondFactor",
  "auth.signIn",
  "auth.signUp",
  "auth.signOut",
  "invitations.open",
  "invitations.join",
  "singleSignOn.find",
  "singleSignOn.begin",
  "tenants.deletion",
]);
const seeded = z.object({ seed: z.string(), uri: z.string() });
const coded = z.object({ recoveryCodes: z.array(z.string()) });
let database: TestDatabase;
let api: TestApi;
let tenant: TestTenant;
let email: string;
let seed: string;
let recoveryCodes: readonly string[];
let laptop: Browser;
let phone: Browser;

beforeAll(async () => {
  database = await createDatabase();
  api = await startApi(database);
  tenant = await api.addTenant();
});
afterAll(async () => {
  await api.close();
  await database.drop();
});
beforeEach(async () => {
  ({ email } = await addMember(tenant));
  laptop = openBrowser(api);
  phone = openBrowser(api);
  await laptop.signIn(email);
  ({ seed } = seeded.parse(dataOf(await laptop.mutate("secondFactor.begin"))));
  await phone.signIn(email);
  ({ recoveryCodes } = coded.parse(dataOf(await laptop.mutate("secondFactor.confirm", { code: codeAt(0) }))));
});

test("enrolling ends sessions that began without it, and gives this one another id", async () => {
  expect((await phone.query("projects.list")).status).toBe(401);
  expect((await laptop.query("projects.list")).status).toBe(200);
  expect(dataOf(await laptop.query("secondFactor.get"))).toEqual({ enabled: true, recoveryCodesLeft: 10 });
});

test("a password leads to the second step, and a code from there to a session", async () => {
  const first = await phone.signIn(email);
  expect(dataOf(first)).toEqual({ status: "second_factor_needed" });
  expect(first.headers.getSetCookie()).toEqual([
    expect.stringMatching(/^burgee-pending=[\w-]{43}; HttpOnly; Max-Age=300; Path=\/; SameSite=Strict$/),
  ]);

  const second = await phone.mutate("auth.answerSecondFactor", { code: codeAt(1) });

  expect(dataOf(second)).toEqual({ status: "signed_in", tenantId: tenant.caller.person.tenantId });
  expect([...phone.cookies.keys()]).toEqual(["burgee"]);
  expect((await phone.query("projects.list")).status).toBe(200);
});

test("between the steps nothing is open but the second", async () => {
  await phone.signIn(email);
  const pending = phone.cookies.get("burgee-pending") ?? "";
  const procedures = listProcedures();
  expect(procedures.length).toBeGreaterThan(40);

  for (const { name, type } of procedures) {
    if (OPEN.has(name)) continue;
    for (const cookie of [`burgee-pending=${pending}`, `burgee=${pending}`]) {
      const isChange = type === "mutation";
      const answer = await api.request(isChange ? "POST" : "GET", `/trpc/${name}`, {
        headers: { cookie, origin: `http://localhost:${api.port}` },
        ...(isChange ? { body: {} } : {}),
      });
      // A subscription's refusal stands in its stream.
      const refused = type === "subscription" ? /"httpStatus":(\d+)/.exec(answer.text)?.[1] : answer.status;
      expect([name, Number(refused)]).toEqual([name, 401]);
    }
  }
  expect(dataOf(await phone.query("auth.session"))).toBeNull();
});

test("a recovery code does where the authenticator is lost, and then lets it be taken away", async () => {
  const [first, second] = recoveryCodes;
  await phone.signIn(email);
  await phone.mutate("auth.answerSecondFactor", { code: first });
  expect(dataOf(await phone.query("secondFactor.get"))).toEqual({ enabled: true, recoveryCodesLeft: 9 });

  await phone.mutate("auth.prove", { code: second });
  await phone.mutate("secondFactor.disable");

  expect(dataOf(await phone.query("secondFactor.get"))).toEqual({ enabled: false, recoveryCodesLeft: 0 });
  expect(dataOf(await openBrowser(api).signIn(email))).toMatchObject({ status: "signed_in" });
  expect((await laptop.query("projects.list")).status).toBe(401);
});

test("changes to it take a recent proof, which a code gives and a password does not", async () => {
  const before = dataOf(await laptop.mutate("secondFactor.renewRecoveryCodes"));
  await forgetProofs();
  const changed = { currentPassword: PASSWORD, newPassword: "a better battery staple" };
  expect(codeOf(await laptop.mutate("auth.changePassword", changed))).toBe("proof_needed");
  for (const procedure of ["secondFactor.disable", "secondFactor.renewRecoveryCodes", "secondFactor.begin"]) {
    expect([procedure, codeOf(await laptop.mutate(procedure))]).toEqual([procedure, "proof_needed"]);
  }

  expect(codeOf(await laptop.mutate("auth.prove", { password: PASSWORD }))).toBe("invalid_input");
  expect((await laptop.mutate("auth.prove", { code: codeAt(1) })).status).toBe(200);

  const renewed = coded.parse(dataOf(await laptop.mutate("secondFactor.renewRecoveryCodes")));
  expect(renewed).not.toEqual(before);
});

test("a code that signed in does not sign in again", async () => {
  const code = codeAt(1);
  await phone.signIn(email);
  await phone.mutate("auth.answerSecondFactor", { code });
  const thief = openBrowser(api);
  await thief.signIn(email);

  const replayed = await thief.mutate("auth.answerSecondFactor", { code });

  expect(codeOf(replayed)).toBe("unauthenticated");
  expect([...thief.cookies.keys()]).toEqual(["burgee-pending"]);
});

async function forgetProofs(): Promise<void> {
  const admin = new pg.Client(database.url);
  await admin.connect();
  await admin.query("update burgee.sessions set proved_at = now() - interval '11 minutes'");
  await admin.end();
}

/** @param ahead steps of 30 s from now; one ahead is taken as well */
function codeAt(ahead: number): string {
  return new TOTP({ secret: Secret.fromBase32(seed) }).generate({ timestamp: Date.now() + ahead * 30_000 });
}
