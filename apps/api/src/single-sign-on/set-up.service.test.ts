import { createEgress } from "@burgee/runtime";
import { createDatabase, type TestDatabase } from "@burgee/test-support";
import {
  CLIENT_SECRET,
  type ScriptedProvider,
  startScriptedProvider,
} from "@burgee/test-support/scripted-provider";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { dumpDatabase } from "../../test/dump-database.ts";
import { addMember, type Browser, codeOf, dataOf, openBrowser } from "../../test/open-browser.ts";
import {
  arrive,
  ask,
  callbackOf,
  connect,
  ownerOf,
  questionIn,
  recordIn,
  type TestConnection,
  tryOut,
} from "../../test/provider-journey.ts";
import { startApi, type TestApi, type TestTenant } from "../../test/start-api.ts";

let database: TestDatabase;
let provider: ScriptedProvider;
let api: TestApi;
let tenant: TestTenant;
let owner: Browser;
let connection: TestConnection;
const records = new Map<string, readonly string[]>();

beforeAll(async () => {
  database = await createDatabase();
  provider = await startScriptedProvider();
  api = await startApi(database, {
    egress: createEgress({ allow: [provider.issuer] }),
    resolveTxt: async (name) => records.get(name) ?? [],
  });
});
afterAll(async () => {
  await api.close();
  await provider.close();
  await database.drop();
});
beforeEach(async () => {
  tenant = await api.addTenant();
  owner = await ownerOf(api, tenant);
  connection = await connect(owner, tenant, provider.issuer);
});

test("a connection is shown without its secret, which nothing holds in clear", async () => {
  const shown = JSON.stringify(dataOf(await owner.query("singleSignOn.list")));
  const admin = new pg.Client(database.url);
  await admin.connect();
  const dump = await dumpDatabase(admin).finally(() => admin.end());

  expect(shown).toContain(connection.callbackPath);
  expect(shown).not.toContain(CLIENT_SECRET);
  expect(dump).not.toContain(CLIENT_SECRET);
});

test("nobody signs in by a connection that was not tried out", async () => {
  const answer = await openBrowser(api).mutate("singleSignOn.begin", {
    tenantId: connection.tenantId,
    connectionId: connection.id,
  });

  expect(codeOf(answer)).toBe("connection_not_tested");
});

test("a connection is tested once a sign-in of its owner succeeded, which makes no session", async () => {
  const before = owner.cookies.get("burgee");

  const arrival = await tryOut(api, owner, provider, connection);

  expect(arrival).toMatchObject({ status: 303, location: "/" });
  expect(owner.cookies.get("burgee")).toBe(before);
  expect(dataOf(await owner.query("singleSignOn.list"))).toMatchObject([{ tested: true, enforced: false }]);
});

test("a test that fails says why, and leaves the connection untested", async () => {
  const arrival = await tryOut(api, owner, provider, connection, { claims: { aud: "another" } });

  expect(arrival.status).toBe(401);
  expect(arrival.body).toContain("aud");
  expect(dataOf(await owner.query("singleSignOn.list"))).toMatchObject([{ tested: false }]);
});

test("a change takes the test back", async () => {
  await tryOut(api, owner, provider, connection);
  const { id: connectionId, version } = connection;
  const settings = { name: "Acme", issuer: provider.issuer, clientId: "another" };

  const answer = await owner.mutate("singleSignOn.update", { ...settings, connectionId, version });

  expect(dataOf(answer)).toMatchObject({ tested: false, version: version + 1 });
});

test("what was begun before a change is not finished after it", async () => {
  await tryOut(api, owner, provider, connection);
  const { id: connectionId, version } = connection;
  const question = questionIn(await owner.mutate("singleSignOn.test", { connectionId }));
  const settings = { name: "Acme", issuer: provider.issuer, clientId: "another" };
  await owner.mutate("singleSignOn.update", { ...settings, connectionId, version });

  expect((await arrive(api, owner, callbackOf(provider, question))).status).toBe(401);
});

test.each(["admin", "editor", "viewer"] as const)("one in the role %s sets nothing up", async (role) => {
  const { email } = await addMember(tenant, role);
  const browser = openBrowser(api);
  await browser.signIn(email);

  expect(codeOf(await browser.query("singleSignOn.list"))).toBe("forbidden");
  expect(codeOf(await browser.mutate("singleSignOn.test", { connectionId: connection.id }))).toBe(
    "forbidden",
  );
  expect(codeOf(await browser.mutate("singleSignOn.remove", { connectionId: connection.id }))).toBe(
    "forbidden",
  );
});

test("another tenant's connection is not there", async () => {
  const stranger = await ownerOf(api, await api.addTenant());
  const { id: connectionId, version } = connection;
  const settings = { name: "Acme", issuer: provider.issuer, clientId: "another" };

  expect(codeOf(await stranger.mutate("singleSignOn.test", { connectionId }))).toBe("connection_not_found");
  expect(codeOf(await stranger.mutate("singleSignOn.remove", { connectionId }))).toBe("connection_not_found");
  expect(codeOf(await stranger.mutate("singleSignOn.enforce", { connectionId, enforced: true }))).toMatch(
    /second_factor_missing|connection_not_found/,
  );
  expect(codeOf(await stranger.mutate("singleSignOn.update", { ...settings, connectionId, version }))).toBe(
    "connection_not_found",
  );
  const domain = { connectionId, domain: "other.example" };
  expect(codeOf(await stranger.mutate("singleSignOn.addDomain", domain))).toBe("connection_not_found");
});

test.each([
  "https://169.254.169.254",
  "https://localhost",
  "https://10.0.0.1:8443/realm",
  "http://login.example.com",
  "https://[::ffff:127.0.0.1]",
  "https://2130706433",
])("a provider at %s is not called", async (issuer) => {
  const { id: connectionId } = await connect(owner, tenant, issuer);

  expect(codeOf(await owner.mutate("singleSignOn.test", { connectionId }))).toBe("sign_in_refused");
});

test("a domain leads to the connection once its record is seen, the same for every address", async () => {
  const domain = `${connection.id.slice(0, 8)}.example`;
  const find = async (local: string) =>
    dataOf(await openBrowser(api).mutate("singleSignOn.find", { email: `${local}@${domain}` }));
  const record = recordIn(
    await owner.mutate("singleSignOn.addDomain", { connectionId: connection.id, domain }),
  );
  await tryOut(api, owner, provider, connection);

  expect(codeOf(await owner.mutate("singleSignOn.proveDomain", { domain }))).toBe("domain_not_proved");
  records.set(record.name, ["another", `${record.value}x`]);
  expect(codeOf(await owner.mutate("singleSignOn.proveDomain", { domain }))).toBe("domain_not_proved");
  expect(await find("ada")).toBeNull();
  records.set(record.name, ["another", record.value]);
  expect(dataOf(await owner.mutate("singleSignOn.proveDomain", { domain }))).toMatchObject({ proved: true });

  const found = { tenantId: connection.tenantId, connectionId: connection.id, name: "Acme" };
  expect(await find("ada")).toEqual(found);
  expect(await find("nobody-at-all")).toEqual(found);
  expect(dataOf(await openBrowser(api).mutate("singleSignOn.find", { email: "a@else.example" }))).toBeNull();
});

test("a domain that another tenant proved is not this tenant's for it", async () => {
  const domain = `${connection.id.slice(0, 8)}.example`;
  const other = await api.addTenant();
  const stranger = await ownerOf(api, other);
  const theirs = await connect(stranger, other, provider.issuer);
  const record = recordIn(
    await owner.mutate("singleSignOn.addDomain", { connectionId: connection.id, domain }),
  );
  await stranger.mutate("singleSignOn.addDomain", { connectionId: theirs.id, domain });
  records.set(record.name, [record.value]);

  expect(codeOf(await stranger.mutate("singleSignOn.proveDomain", { domain }))).toBe("domain_not_proved");
});

test("who showed long ago who they are shows it again before they set up", async () => {
  const admin = new pg.Client(database.url);
  await admin.connect();
  await admin
    .query("update burgee.sessions set proved_at = now() - interval '11 minutes'")
    .finally(() => admin.end());

  expect(codeOf(await owner.mutate("singleSignOn.test", { connectionId: connection.id }))).toBe(
    "proof_needed",
  );
  expect(codeOf(await owner.mutate("singleSignOn.remove", { connectionId: connection.id }))).toBe(
    "proof_needed",
  );
});

test("a sign-in that is begun goes to the provider with PKCE, state and nonce", async () => {
  await tryOut(api, owner, provider, connection);

  const { url } = await ask(openBrowser(api), connection);

  expect(url.href.startsWith(`${provider.issuer}/authorize?`)).toBe(true);
  expect(Object.fromEntries(url.searchParams)).toMatchObject({
    response_type: "code",
    client_id: "burgee",
    scope: "openid email profile",
    redirect_uri: `http://localhost:${api.port}${connection.callbackPath}`,
    code_challenge_method: "S256",
    code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    state: expect.stringMatching(/^[\w-]{43}$/),
    nonce: expect.stringMatching(/^[\w-]{43}$/),
  });
});
