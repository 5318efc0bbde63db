import { randomBytes } from "node:crypto";
import { createLogger } from "@burgee/runtime";
import { createDatabase, type TestDatabase } from "@burgee/test-support";
import { Secret, TOTP } from "otpauth";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { dumpDatabase } from "../../test/dump-database.ts";
import { addMember, type Browser, dataOf, openBrowser, PASSWORD } from "../../test/open-browser.ts";
import { proveDomain } from "../../test/open-directory.ts";
import { startApi, type TestAnswer, type TestApi, type TestTenant } from "../../test/start-api.ts";
import { appRouter } from "../trpc/app-router.ts";

const seeded = z.object({ seed: z.string(), uri: z.string() });
const coded = z.object({ recoveryCodes: z.array(z.string()) });
const linked = z.object({ link: z.string() });
const keyed = z.object({ key: z.string() });
const connected = z.object({ id: z.uuid() });
const tokened = z.object({ id: z.uuid(), token: z.string() });
const listed = z.object({ Resources: z.array(z.unknown()) });

/** What nobody may find afterwards, with where it went in. */
const secrets = new Map<string, string>();
const answers: TestAnswer[] = [];
const logged: string[] = [];
let database: TestDatabase;
let admin: pg.Client;
let api: TestApi;
let open: TestApi;
let tenant: TestTenant;
let dump: string;

beforeAll(async () => {
  database = await createDatabase();
  admin = new pg.Client(database.url);
  await admin.connect();
  const sink = { write: (line: string) => logged.push(line) };
  const log = createLogger({ level: "trace", name: "api", sink });
  api = await startApi(database, { log });
  open = await startApi(database, { log, signUpMode: "open" });
  tenant = await api.addTenant();
  secrets.set("a personal key", tenant.personalKey).set("a server key", tenant.serverKey);

  await everyInput();
  dump = await dumpDatabase(admin);
  await admin.query("alter table burgee.guesses rename to guesses_gone");
  await admin.query("alter table burgee.sessions rename column user_agent to agent");
  await everyInputInVain();
});
afterAll(async () => {
  await Promise.all([api.close(), open.close(), admin.end()]);
  await database.drop();
});

test("something was kept, logged and answered to look through", () => {
  expect(secrets.size).toBeGreaterThan(25);
  expect(dump).toContain("burgee.users");
  expect(dump).toContain("burgee.second_factors");
  expect(dump).toMatch(/burgee\.recovery_codes .*\\\\x/);
  expect(logged.join()).toContain("A request failed.");
  expect(answers.filter(({ status }) => status >= 400).length).toBeGreaterThan(10);
});

/** Where one of these names stands in a procedure's input, `everyInput` must show it a secret. */
const SECRET_NAME = /"(\w*(password|secret|token|totp|recovery|cookie|credential)\w*|code)":/i;

test("secrets are taken by the procedures that were shown some, and by no others", () => {
  const takers = Object.entries(appRouter._def.procedures)
    .filter(([, procedure]) => {
      const { inputs } = z
        .object({ inputs: z.array(z.custom<z.ZodType>()).default([]) })
        .parse(Reflect.get(procedure, "_def"));
      const schemas = inputs.map((input) => z.toJSONSchema(input, { io: "input", unrepresentable: "any" }));
      return SECRET_NAME.test(JSON.stringify(schemas));
    })
    .map(([name]) => name);

  expect(takers).toEqual([
    "auth.signIn",
    "auth.signUp",
    "auth.answerSecondFactor",
    "auth.prove",
    "auth.changePassword",
    "secondFactor.confirm",
    "singleSignOn.create",
    "singleSignOn.update",
    "invitations.open",
    "invitations.join",
    "invitations.accept",
  ]);
});

test("a dump of the database holds no secret that somebody gave or got", () => {
  expect(found(dump)).toEqual([]);
});

test("the log holds none", () => {
  expect(found(logged.join("\n"))).toEqual([]);
});

test("no answer repeats one, but that which gives it for the first time", () => {
  expect(answers.flatMap(({ text }) => found(text))).toEqual([]);
  const refusals = answers.filter(({ status }) => status >= 400);
  const headers = refusals.map((answer) => JSON.stringify([...answer.headers])).join();
  expect(found(headers)).toEqual([]);
});

test("what would be found is: a secret that is kept as it is", async () => {
  const [secret = ""] = secrets.values();

  expect(found(`burgee.notes (1,"${secret}")`)).toEqual(["a personal key"]);
});

async function everyInput(): Promise<void> {
  const { email } = await addMember(tenant, "owner");
  const laptop = openBrowser(api, { userAgent: "Laptop" });
  await keep(laptop.signIn(email));
  noteCookies("a session", laptop);

  const password = canary("a new password");
  await keep(laptop.mutate("auth.changePassword", { currentPassword: PASSWORD, newPassword: password }));
  noteCookies("a session after a new password", laptop);
  await keep(laptop.mutate("auth.prove", { password }));
  noteCookies("a session after a proof", laptop);

  const { seed } = seeded.parse(dataOf(await laptop.mutate("secondFactor.begin")));
  noteSeed("a seed", seed);
  const enrolled = coded.parse(
    dataOf(await laptop.mutate("secondFactor.confirm", { code: codeOf(seed, 0) })),
  );
  noteCodes("a recovery code", enrolled.recoveryCodes);
  noteCookies("a session after an enrolment", laptop);
  const renewed = coded.parse(dataOf(await laptop.mutate("secondFactor.renewRecoveryCodes")));
  noteCodes("a newer recovery code", renewed.recoveryCodes);

  const settings = { name: "Acme", issuer: "https://login.example.com", clientId: "burgee" };
  const clientSecret = canary("a client secret");
  const connection = await laptop.mutate("singleSignOn.create", { ...settings, clientSecret });
  answers.push(connection);
  const { id: connectionId } = connected.parse(dataOf(connection));
  const renamed = { ...settings, connectionId, version: 1, clientSecret: canary("a newer client secret") };
  await keep(laptop.mutate("singleSignOn.update", renamed));
  await keep(laptop.query("singleSignOn.list"));

  const phone = openBrowser(api);
  await keep(phone.signIn(email, password));
  noteCookies("a sign-in that is half done", phone);
  await keep(phone.mutate("auth.answerSecondFactor", { code: renewed.recoveryCodes[0] }));
  noteCookies("a session by a recovery code", phone);

  const issued = await laptop.mutate("sdkKeys.issue", {
    project: "web",
    environment: "production",
    kind: "srv",
    name: "Shop",
  });
  secrets.set("an issued key", keyed.parse(dataOf(issued)).key);
  await letDirectoryIn(laptop, connectionId);
  const token = await invite(laptop, "invited@example.com");
  const guest = openBrowser(api);
  await keep(guest.mutate("invitations.open", { token }));
  await keep(
    guest.mutate("invitations.join", { token, name: "Guest", password: canary("a guest's password") }),
  );
  noteCookies("a session of who joined", guest);
  await invite(laptop, "nobody@example.com");
  await keep(laptop.query("invitations.list"));
  await keep(laptop.query("sessions.list"));
  await keep(laptop.query("sdkKeys.list"));
  await keep(laptop.query("audit.list", {}));
  await everyInputInVain();
}

/** Each place that takes a secret, with one that is not right, or in a request that is not. */
async function everyInputInVain(): Promise<void> {
  const { email } = await addMember(tenant);
  const browser = openBrowser(api);
  await keep(browser.signIn(email, canary("a wrong password")));
  await keep(browser.signIn(email, canary("a password that is too long").repeat(20)));
  await keep(browser.mutate("auth.signIn", { email, password: { is: canary("a password in an object") } }));
  await keep(browser.mutate("auth.signIn", { email, password: [canary("a password in a list")] }));
  await keep(browser.mutate("auth.signIn", { email: canary("a password as the address"), password: "x" }));
  await keep(browser.mutate("auth.signIn", `{"email":"${email}","password":"${canary("a cut password")}`));
  await keep(browser.mutate("auth.signIn", `{"password":${canary("a bare password")}}`));
  await keep(browser.mutate("auth.answerSecondFactor", { code: canary("a wrong code") }));
  await keep(browser.query("auth.session", { password: canary("a password in an address") }));
  await keep(api.request("GET", "/v1/toggles", { key: `bg_pat_${canary("a wrong key")}` }));
  await keep(api.request("GET", "/v1/toggles", { headers: { authorization: `Basic ${canary("basic")}` } }));
  await keep(
    api.request("GET", "/v1/toggles", { headers: { "x-api-key": canary("a key in another header") } }),
  );

  const forged = openBrowser(api);
  forged.cookies.set("burgee", canary("a forged session"));
  forged.cookies.set("burgee-pending", canary("a forged sign-in"));
  forged.cookies.set("burgee-sso", canary("a forged browser"));
  await keep(forged.query("projects.list"));
  await keep(forged.mutate("auth.answerSecondFactor", { code: "123456" }));

  const { tenantId } = tenant.caller.person;
  const callback = `/sso/${tenantId}/${tenantId}/callback?state=${canary("a state")}&code=${canary("a code of a provider")}`;
  await keep(api.request("GET", callback, { headers: { cookie: `burgee-sso=${canary("a browser")}` } }));
  const newcomer = { email: "newcomer@example.com", name: "Newcomer", tenant: "Acme" };
  await keep(
    browser.mutate("auth.signUp", { ...newcomer, password: canary("a password of who may not sign up") }),
  );
  const opened = openBrowser(open);
  await keep(opened.mutate("auth.signUp", { ...newcomer, password: canary("a password of who signs up") }));
  noteCookies("a session of who signed up", opened);

  for (const procedure of ["invitations.open", "invitations.join"]) {
    const token = canary("a wrong invitation");
    await keep(browser.mutate(procedure, { token, name: "Guest", password: canary("a guest's password") }));
  }

  const member = openBrowser(api);
  await keep(member.signIn(email));
  const wrong = {
    currentPassword: canary("a wrong current password"),
    newPassword: canary("a refused password"),
  };
  await keep(member.mutate("auth.changePassword", wrong));
  await keep(member.mutate("invitations.accept", { token: randomBytes(32).toString("base64url") }));
  await keep(member.mutate("auth.prove", { password: canary("a wrong proof") }));
  await keep(member.mutate("auth.prove", { code: canary("a wrong code as proof") }));
  await keep(member.mutate("secondFactor.confirm", { code: canary("a wrong code at enrolment") }));
}

async function letDirectoryIn(owner: Browser, connectionId: string): Promise<void> {
  await proveDomain(tenant, owner, connectionId, "directory.example");
  const issued = tokened.parse(dataOf(await owner.mutate("scim.issueToken", { name: "Directory" })));
  secrets.set("a SCIM token", issued.token);
  const rotated = await owner.mutate("scim.rotateToken", { id: issued.id });
  const { token: key } = tokened.parse(dataOf(rotated));
  secrets.set("a newer SCIM token", key);
  const password = canary("a password that a directory syncs");
  const user = { userName: "ada@directory.example", password };
  await keep(api.request("POST", "/scim/v2/Users", { key, body: user }));
  await keep(api.request("POST", "/scim/v2/Users", { key, body: user }));
  const Operations = [{ op: "replace", path: "password", value: canary("a password that is changed") }];
  const { id } = connected.parse(
    listed.parse((await api.request("GET", "/scim/v2/Users", { key })).body).Resources[0],
  );
  await keep(api.request("PATCH", `/scim/v2/Users/${id}`, { key, body: { Operations } }));
  await keep(api.request("GET", "/scim/v2/Users", { key: `bg_scim_${canary("a wrong token")}` }));
  await keep(owner.query("scim.listTokens"));
}

async function invite(browser: Browser, email: string): Promise<string> {
  const answer = await browser.mutate("invitations.create", { email, role: "viewer" });
  const [, token = ""] = linked.parse(dataOf(answer)).link.split("#");
  secrets.set(`an invitation (${secrets.size})`, token);
  return token;
}

async function keep(answer: Promise<TestAnswer>): Promise<void> {
  answers.push(await answer);
}

/** A text that stands nowhere else. */
function canary(where: string): string {
  const text = `canary${randomBytes(12).toString("hex")}`;
  secrets.set(`${where} (${secrets.size})`, text);
  return text;
}

function noteCookies(where: string, { cookies }: Browser): void {
  for (const value of cookies.values()) secrets.set(`${where} (${secrets.size})`, value);
}

function noteSeed(where: string, seed: string): void {
  const bytes = Buffer.from(Secret.fromBase32(seed).bytes);
  secrets.set(where, seed);
  secrets.set(`${where}, in hex`, bytes.toString("hex"));
  secrets.set(`${where}, in base64`, bytes.toString("base64url"));
}

function noteCodes(where: string, codes: readonly string[]): void {
  for (const [index, code] of codes.entries()) {
    secrets.set(`${where} ${index}`, code);
    secrets.set(`${where} ${index}, without dashes`, code.replaceAll("-", ""));
  }
}

/** As they are, and as a dump writes bytes. */
function found(text: string): readonly string[] {
  const lower = text.toLowerCase();
  return [...secrets].flatMap(([where, secret]) => {
    const forms = [secret.toLowerCase(), Buffer.from(secret).toString("hex")];
    return forms.some((form) => lower.includes(form)) ? [where] : [];
  });
}

/** @param ahead steps of 30 s from now; one ahead is taken as well */
function codeOf(seed: string, ahead: number): string {
  return new TOTP({ secret: Secret.fromBase32(seed) }).generate({ timestamp: Date.now() + ahead * 30_000 });
}
