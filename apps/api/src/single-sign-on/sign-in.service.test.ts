import { createEgress } from "@burgee/runtime";
import { createDatabase, type TestDatabase } from "@burgee/test-support";
import { type ScriptedProvider, startScriptedProvider } from "@burgee/test-support/scripted-provider";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { addMember, type Browser, codeOf, dataOf, openBrowser } from "../../test/open-browser.ts";
import {
  arrive,
  ask,
  callbackOf,
  connect,
  ownerOf,
  questionIn,
  type TestConnection,
  tryOut,
} from "../../test/provider-journey.ts";
import { type RealProvider, startRealProvider } from "../../test/real-provider.ts";
import { startApi, type TestApi, type TestTenant } from "../../test/start-api.ts";

const ALGORITHMS = ["RS256", "ES256", "EdDSA"] as const;
const real = new Map<string, RealProvider>();
let database: TestDatabase;
let scripted: ScriptedProvider;
let leaving: ScriptedProvider;
let api: TestApi;
let tenant: TestTenant;
let owner: Browser;
let connection: TestConnection;

beforeAll(async () => {
  database = await createDatabase();
  scripted = await startScriptedProvider();
  leaving = await startScriptedProvider();
  for (const algorithm of ALGORITHMS) real.set(algorithm, await startRealProvider(algorithm));
  const allow = [scripted, leaving, ...real.values()].map(({ issuer }) => issuer);
  api = await startApi(database, { egress: createEgress({ allow }) });
  tenant = await api.addTenant();
  owner = await ownerOf(api, tenant);
  connection = await connect(owner, tenant, scripted.issuer);
  await tryOut(api, owner, scripted, connection);
});
afterAll(async () => {
  await api.close();
  await Promise.all([scripted, ...real.values()].map((each) => each.close()));
  await database.drop();
});

test.each(ALGORITHMS)("somebody signs in by a real provider that signs by %s", async (algorithm) => {
  const provider = real.get(algorithm);
  if (!provider) throw new Error("There is no such provider.");
  const own = await connect(owner, tenant, provider.issuer);
  provider.redirectUris.push(`http://localhost:${api.port}${own.callbackPath}`);
  const tested = questionIn(await owner.mutate("singleSignOn.test", { connectionId: own.id }));
  expect(await arrive(api, owner, await provider.visit(tested.url.href))).toMatchObject({ status: 303 });
  const browser = openBrowser(api);

  const { url } = await ask(browser, own, "/toggles?open=1");
  const arrival = await arrive(api, browser, await provider.visit(url.href));

  expect(arrival).toMatchObject({ status: 303, location: "/toggles?open=1" });
  expect([...browser.cookies.keys()]).toEqual(["burgee"]);
  expect(dataOf(await browser.query("auth.session"))).toEqual({
    user: { name: "Ada Lovelace", email: "ada@acme.example" },
    tenantId: own.tenantId,
    role: "editor",
  });
});

test("somebody who comes again is the same person, with the role that the provider gives them now", async () => {
  const roles: unknown[] = [];
  for (const groups of [["engineers"], ["heads", "engineers"], "nothing"]) {
    roles.push(await roleOf(await signIn({ sub: "grace", groups })));
  }

  expect(roles).toEqual(["editor", "admin", "viewer"]);
  const { rows } = await membersNamed("grace");
  expect(rows).toEqual([{ role: "viewer" }]);
});

test("many first sign-ins of one person at once make one account", async () => {
  await Promise.all(Array.from({ length: 5 }, () => signIn({ sub: "hedy" })));

  expect((await membersNamed("hedy")).rows).toHaveLength(1);
});

test("an address that has an account already leads to another one of the tenant's own", async () => {
  const victim = await addMember(tenant, "owner");

  const browser = await signIn({ sub: "mallory", email: victim.email });

  expect(await roleOf(browser)).toBe("viewer");
  const own = openBrowser(api);
  await own.signIn(victim.email);
  expect(await roleOf(own)).toBe("owner");
});

test("an address that a provider named is free for whoever registers it here", async () => {
  await signIn({ sub: "early", email: "late@acme.example" });
  const { system } = tenant.caller;

  const made = await system.credentials.createUser({
    email: "late@acme.example",
    name: "Late",
    passwordHash: "none",
  });

  expect(made).toBeDefined();
});

test("one subject of two tenants' connections is two people", async () => {
  const other = await api.addTenant();
  const otherOwner = await ownerOf(api, other);
  const theirs = await connect(otherOwner, other, scripted.issuer);
  await tryOut(api, otherOwner, scripted, theirs);

  const here = await signIn({ sub: "shared" });
  const there = openBrowser(api);
  await arrive(api, there, callbackOf(scripted, await ask(there, theirs), { claims: { sub: "shared" } }));

  expect(dataOf(await there.query("auth.session"))).toMatchObject({ tenantId: theirs.tenantId });
  expect(dataOf(await here.query("auth.session"))).toMatchObject({ tenantId: connection.tenantId });
  expect(dataOf(await there.query("auth.tenants"))).toHaveLength(1);
});

test("one member too many gets no account, and comes in once there is a place", async () => {
  const { system, person } = tenant.caller;
  await system.quotas.set(person.tenantId, "members", 1);
  const browser = openBrowser(api);
  const claims = { sub: "late", email: "toolate@acme.example" };
  const come = async () =>
    arrive(api, browser, callbackOf(scripted, await ask(browser, connection), { claims }));

  expect(await come()).toMatchObject({ status: 422 });
  const { rows } = await usersWith("toolate@acme.example");
  expect(rows).toEqual([]);
  await system.quotas.unset(person.tenantId, "members");

  expect(await come()).toMatchObject({ status: 303 });
});

test("what the provider says apart from the token counts where the token is silent", async () => {
  scripted.userInfo({ sub: "apart", email: "apart@acme.example", email_verified: true, groups: ["heads"] });
  const own = await connect(owner, tenant, scripted.issuer);
  await tryOut(api, owner, scripted, own, { claims: { sub: "apart", email: undefined } });
  const browser = openBrowser(api);
  const question = await ask(browser, own);

  const silent = { sub: "apart", email: undefined, email_verified: undefined };
  const arrival = await arrive(api, browser, callbackOf(scripted, question, { claims: silent }));
  scripted.userInfo(undefined);

  expect(arrival.status).toBe(303);
  expect(await roleOf(browser)).toBe("admin");
});

test("sessions go on while the provider is away, and who comes then is told so", async () => {
  const own = await connect(owner, tenant, leaving.issuer);
  await tryOut(api, owner, leaving, own);
  const early = openBrowser(api);
  await arrive(api, early, callbackOf(leaving, await ask(early, own)));
  const late = openBrowser(api);
  const callback = callbackOf(leaving, await ask(late, own));

  await leaving.close();

  expect((await early.query("projects.list")).status).toBe(200);
  expect((await arrive(api, late, callback)).status).toBe(503);
  expect([...late.cookies.keys()]).toEqual(["burgee-sso"]);
  const { id: connectionId } = await connect(owner, tenant, leaving.issuer);
  expect(codeOf(await owner.mutate("singleSignOn.test", { connectionId }))).toBe("unavailable");
});

async function signIn(claims: Readonly<Record<string, unknown>>): Promise<Browser> {
  const browser = openBrowser(api);
  const question = await ask(browser, connection);
  const person = { email: `${claims.sub}@acme.example`, name: claims.sub, ...claims };
  const arrival = await arrive(api, browser, callbackOf(scripted, question, { claims: person }));
  expect(arrival.status).toBe(303);
  return browser;
}

async function roleOf(browser: Browser): Promise<unknown> {
  const session: unknown = dataOf(await browser.query("auth.session"));
  return Object(session).role;
}

async function membersNamed(subject: string) {
  const admin = new pg.Client(database.url);
  await admin.connect();
  return admin
    .query(
      `select role from burgee.memberships join burgee.oidc_identities using (tenant_id, user_id)
        where subject = $1`,
      [subject],
    )
    .finally(() => admin.end());
}

async function usersWith(email: string) {
  const admin = new pg.Client(database.url);
  await admin.connect();
  return admin.query("select user_id from burgee.users where email = $1", [email]).finally(() => admin.end());
}
