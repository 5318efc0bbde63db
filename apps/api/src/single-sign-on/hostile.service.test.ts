import { createEgress } from "@burgee/runtime";
import { createDatabase, type TestDatabase } from "@burgee/test-support";
import {
  type ScriptedProvider,
  startScriptedProvider,
  strangersJwk,
  type TokenScript,
} from "@burgee/test-support/scripted-provider";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Browser, codeOf, openBrowser } from "../../test/open-browser.ts";
import {
  type Arrival,
  arrive,
  ask,
  callbackOf,
  connect,
  ownerOf,
  type Question,
  questionIn,
  type TestConnection,
  tryOut,
} from "../../test/provider-journey.ts";
import { startApi, type TestApi, type TestTenant } from "../../test/start-api.ts";

const now = Math.floor(Date.now() / 1000);
let database: TestDatabase;
let admin: pg.Client;
let provider: ScriptedProvider;
let other: ScriptedProvider;
let api: TestApi;
let tenant: TestTenant;
let owner: Browser;
let connection: TestConnection;
let otherConnection: TestConnection;
let roleless: TestConnection;

beforeAll(async () => {
  database = await createDatabase();
  admin = new pg.Client(database.url);
  await admin.connect();
  provider = await startScriptedProvider();
  other = await startScriptedProvider();
  api = await startApi(database, { egress: createEgress({ allow: [provider.issuer, other.issuer] }) });
  tenant = await api.addTenant();
  owner = await ownerOf(api, tenant);
  connection = await connect(owner, tenant, provider.issuer);
  otherConnection = await connect(owner, tenant, other.issuer);
  roleless = await connect(owner, tenant, provider.issuer, { defaultRole: null });
  await tryOut(api, owner, provider, connection);
  await tryOut(api, owner, other, otherConnection);
  await tryOut(api, owner, provider, roleless, { claims: { groups: ["engineers"] } });
});
afterAll(async () => {
  await api.close();
  await Promise.all([provider.close(), other.close()]);
  await admin.end();
  await database.drop();
});

test("left alone, the same journey is let in", async () => {
  const browser = openBrowser(api);

  const arrival = await arrive(api, browser, callbackOf(provider, await ask(browser, connection)));

  expect(arrival).toMatchObject({ status: 303, location: "/" });
  expect([...browser.cookies.keys()]).toEqual(["burgee"]);
});

test.each([
  ["a key of the curve P-256", { signWith: "ec" }],
  ["a clock that is 50 s behind", { claims: { iat: now - 400, exp: now - 20 } }],
  ["several audiences and ourselves as the party", { claims: { aud: ["burgee", "b"], azp: "burgee" } }],
] satisfies [string, TokenScript][])("an honest token with %s is let in", async (_, script) => {
  const browser = openBrowser(api);
  const question = await ask(browser, connection);

  expect((await arrive(api, browser, callbackOf(provider, question, script))).status).toBe(303);
});

const TOKENS: readonly (readonly [string, TokenScript])[] = [
  ["unsigned, by alg none", { signWith: "nothing" }],
  ["unsigned, by alg None", { signWith: "nothing", header: { alg: "None" } }],
  ["unsigned, but said to be RS256", { signWith: "nothing", header: { alg: "RS256" } }],
  ["signed by the public key as a secret", { signWith: "public key as a secret" }],
  ["signed by the client secret", { signWith: "client secret" }],
  ["signed by a stranger's key", { signWith: "stranger" }],
  ["signed by a stranger's key in its own header", { signWith: "stranger", header: { jwk: strangersJwk() } }],
  ["signed by an algorithm that is not ours", { header: { alg: "PS256" } }],
  ["signed by RS384", { header: { alg: "RS384" } }],
  ["said to be of the other key", { header: { kid: "ec" } }],
  ["of an unknown key", { header: { kid: "unknown" } }],
  ["with a critical extension", { header: { crit: ["b64"], b64: true } }],
  ["without a type of algorithm", { header: { alg: undefined } }],
  ["changed after it was signed", { tamper: (token) => swapClaims(token, { sub: "the-boss" }) }],
  ["cut short", { tamper: (token) => token.slice(0, -10) }],
  ["that is no token", { tamper: () => "nonsense" }],
  ["for another audience", { claims: { aud: "another" } }],
  ["for no audience", { claims: { aud: undefined } }],
  ["for several audiences and no party", { claims: { aud: ["burgee", "another"] } }],
  ["for us, but another party", { claims: { azp: "another" } }],
  ["of another issuer", { claims: { iss: "https://login.example.com" } }],
  ["of the issuer with a slash", { claims: { iss: "%ISSUER%/" } }],
  ["of no issuer", { claims: { iss: undefined } }],
  ["that ended", { claims: { iat: now - 1000, exp: now - 120 } }],
  ["without an end", { claims: { exp: undefined } }],
  ["whose end is a text", { claims: { exp: "never" } }],
  ["that counts only later", { claims: { nbf: now + 600 } }],
  ["that was made in the future", { claims: { iat: now + 600, exp: now + 900 } }],
  ["without its moment", { claims: { iat: undefined } }],
  ["with another nonce", { claims: { nonce: "another" } }],
  ["without a nonce", { claims: { nonce: undefined } }],
  ["of nobody", { claims: { sub: undefined } }],
  ["of an empty subject", { claims: { sub: "" } }],
  ["of a subject that is too long", { claims: { sub: "x".repeat(256) } }],
  ["whose subject is a number", { claims: { sub: 1 } }],
  ["with an address that nobody verified", { claims: { email_verified: false } }],
  ["with an address said to be verified in words", { claims: { email_verified: "true" } }],
  ["with an address and no word of verifying it", { claims: { email_verified: undefined } }],
  ["without an address", { claims: { email: undefined } }],
  ["with two addresses", { claims: { email: ["ada@acme.example", "boss@acme.example"] } }],
  ["that did not come at all", { body: { access_token: "a", token_type: "Bearer" } }],
  ["in an answer that fails", { body: { error: "invalid_grant" }, status: 400 }],
];

describe("an ID token", () => {
  test.each(TOKENS)("%s lets nobody in", async (_, script) => {
    const browser = openBrowser(api);
    const question = await ask(browser, connection);
    const claims = Object.fromEntries(
      Object.entries(script.claims ?? {}).map(([name, value]) => [
        name,
        typeof value === "string" ? value.replace("%ISSUER%", provider.issuer) : value,
      ]),
    );

    await expectRefused(browser, () =>
      arrive(api, browser, callbackOf(provider, question, { ...script, claims })),
    );
  });
});

type Tampering = (
  callback: URL,
  question: Question,
  browser: Browser,
) => Promise<URL | undefined> | URL | undefined;

const CALLBACKS: readonly (readonly [string, Tampering])[] = [
  ["with another state", (callback) => set(callback, "state", "x".repeat(43))],
  ["without a state", (callback) => drop(callback, "state")],
  ["with two states", (callback, { state }) => add(callback, "state", state)],
  ["with the state in capitals", (callback, { state }) => set(callback, "state", state.toUpperCase())],
  ["with two codes", (callback) => add(callback, "code", "another")],
  ["without a code", (callback) => drop(callback, "code")],
  ["with an unknown code", (callback) => set(callback, "code", "unknown")],
  ["with an error and a code", (callback) => set(callback, "error", "access_denied")],
  ["with another issuer", (callback) => set(callback, "iss", other.issuer)],
  ["without the issuer that is promised", (callback) => drop(callback, "iss")],
  ["with two issuers", (callback) => add(callback, "iss", provider.issuer)],
  ["with a response in a token", (callback) => set(callback, "response", "a.b.c")],
  ["without its cookie", (_, __, browser) => void browser.cookies.clear()],
  ["with a cookie of another sign-in", async (_, __, browser) => void (await ask(browser, connection))],
  ["with a made-up cookie", (_, __, browser) => void browser.cookies.set("burgee-sso", "x".repeat(43))],
  ["with an empty cookie", (_, __, browser) => void browser.cookies.set("burgee-sso", "")],
  ["at another connection's address", (callback) => at(callback, connection.id, otherConnection.id)],
  ["at another tenant's address", (callback) => at(callback, connection.tenantId, connection.id)],
  ["at no connection's address", (callback) => at(callback, connection.id, "none")],
  [
    "for a code that answers another question",
    async (callback) => {
      const victim = await ask(openBrowser(api), connection);
      return set(callback, "code", provider.codeFor(victim));
    },
  ],
  [
    "ten minutes later",
    async () => {
      await admin.query("update burgee.oidc_attempts set ends_at = now()");
      return undefined;
    },
  ],
];

describe("a callback", () => {
  test.each(CALLBACKS)("%s lets nobody in", async (_, tamper) => {
    const browser = openBrowser(api);
    const question = await ask(browser, connection);
    const callback = callbackOf(provider, question);
    const changed = (await tamper(callback, question, browser)) ?? callback;

    await expectRefused(browser, () => arrive(api, browser, changed));
  });

  test("that came before lets nobody in again", async () => {
    const browser = openBrowser(api);
    const question = await ask(browser, connection);
    const kept = new Map(browser.cookies);
    const callback = callbackOf(provider, question);
    expect((await arrive(api, browser, callback)).status).toBe(303);
    const again = { ...openBrowser(api), cookies: kept };

    await expectRefused(again, () => arrive(api, again, callbackOf(provider, question)));
  });

  test("that came at once twice lets one in", async () => {
    const browser = openBrowser(api);
    const question = await ask(browser, connection);
    const callbacks = [callbackOf(provider, question), callbackOf(provider, question)];

    const arrivals = await Promise.all(
      callbacks.map((callback) => arrive(api, { cookies: new Map(browser.cookies) }, callback)),
    );

    expect(arrivals.map(({ status }) => status).sort()).toEqual([303, 401]);
  });

  test("that failed is used up", async () => {
    const browser = openBrowser(api);
    const question = await ask(browser, connection);
    await arrive(api, browser, callbackOf(provider, question, { signWith: "stranger" }));

    await expectRefused(browser, () => arrive(api, browser, callbackOf(provider, question)));
  });

  test("of one provider brings nobody in by another that names itself so", async () => {
    const browser = openBrowser(api);
    const question = await ask(browser, connection);
    const mixedUp = callbackOf(other, question, { claims: { iss: provider.issuer } });
    mixedUp.searchParams.set("iss", provider.issuer);

    await expectRefused(browser, () => arrive(api, browser, mixedUp));
  });

  test("of another person's browser signs nobody into a session of theirs", async () => {
    const mallory = openBrowser(api);
    const theirs = callbackOf(provider, await ask(mallory, connection), { claims: { sub: "mallory" } });
    const victim = openBrowser(api);
    await ask(victim, connection);

    await expectRefused(victim, () => arrive(api, victim, theirs));
  });

  test("of somebody whom nothing gives a role lets nobody in", async () => {
    for (const groups of [undefined, "strangers", ["__proto__", "constructor"], { engineers: true }, 1]) {
      const browser = openBrowser(api);
      const question = await ask(browser, roleless);
      const callback = callbackOf(provider, question, { claims: { sub: "roleless", groups } });

      await expectRefused(browser, () => arrive(api, browser, callback));
    }
  });

  test("by HEAD uses nothing up", async () => {
    const browser = openBrowser(api);
    const callback = callbackOf(provider, await ask(browser, connection));
    const cookie = [...browser.cookies].map((each) => each.join("=")).join("; ");
    const head = await fetch(`${api.baseUrl}${callback.pathname}${callback.search}`, {
      method: "HEAD",
      headers: { cookie },
    });

    expect(head.status).toBe(401);
    expect((await arrive(api, browser, callback)).status).toBe(303);
  });
});

test.each([
  "https://evil.example",
  "//evil.example",
  "/\\evil.example",
  "\\\\evil.example",
  "/\t/evil.example",
  "/.//evil.example",
  "/a/..//evil.example",
  "/%0d%0aset-cookie:a=b\r\n",
  "javascript:alert(1)",
  "evil.example",
  "",
  `/${"x".repeat(2048)}`,
])("nobody is sent on to %j", async (returnTo) => {
  const { id: connectionId, tenantId } = connection;
  const answer = await openBrowser(api).mutate("singleSignOn.begin", { tenantId, connectionId, returnTo });

  expect(codeOf(answer)).toBe("invalid_input");
});

test("a sign-in is begun by our own pages only", async () => {
  const { id: connectionId, tenantId } = connection;
  const elsewhere = openBrowser(api, { origin: "https://evil.example" });

  expect(codeOf(await elsewhere.mutate("singleSignOn.begin", { tenantId, connectionId }))).toBe("forbidden");
  expect(elsewhere.cookies.size).toBe(0);
});

test("unknown keys make us ask for a provider's keys once a minute at most", async () => {
  const before = provider.keyRequests();

  for (let number = 0; number < 10; number++) {
    const browser = openBrowser(api);
    const question = await ask(browser, connection);
    const script = { header: { kid: `unknown-${number}` } };
    await arrive(api, browser, callbackOf(provider, question, script));
  }

  expect(provider.keyRequests() - before).toBeLessThanOrEqual(1);
});

test.each([
  ["names itself another", { issuer: "https://login.example.com" }],
  ["sends browsers into a script", { authorization_endpoint: "javascript:alert(1)" }],
  ["sends browsers over plain http", { authorization_endpoint: "http://login.example.com/authorize" }],
  ["signs by shared secrets only", { id_token_signing_alg_values_supported: ["HS256", "none"] }],
])("a provider that %s is not used", async (_, metadata) => {
  other.describe(metadata);
  const { id: connectionId } = await connect(owner, tenant, other.issuer);
  const answer = await owner.mutate("singleSignOn.test", { connectionId });
  other.describe({});
  await owner.mutate("singleSignOn.remove", { connectionId });

  expect(codeOf(answer)).toBe("sign_in_refused");
});

test.each(["token_endpoint", "jwks_uri", "userinfo_endpoint"])(
  "a provider whose %s is of our own network gets no call there",
  async (name) => {
    other.describe({ [name]: "https://169.254.169.254/latest/meta-data" });
    const made = await connect(owner, tenant, other.issuer);
    const question = questionIn(await owner.mutate("singleSignOn.test", { connectionId: made.id }));
    const arrival = await arrive(api, owner, callbackOf(other, question));
    other.describe({});
    await owner.mutate("singleSignOn.remove", { connectionId: made.id });

    expect(arrival.status).toBe(401);
    expect(arrival.body).toContain("is not called");
  },
);

test("the tenant's audit trail tells of what was refused, and names nobody", async () => {
  const { rows } = await admin.query(
    "select actor, after from burgee.audit_entries where action = 'single_sign_on.refused' and tenant_id = $1",
    [connection.tenantId],
  );

  expect(rows.length).toBeGreaterThan(0);
  expect(new Set(rows.map(({ actor }) => actor))).toEqual(new Set(["anonymous"]));
  expect(JSON.stringify(rows)).not.toContain("@acme.example");
});

/** Whatever else happens: no session, and nobody new. */
async function expectRefused(browser: Pick<Browser, "cookies">, come: () => Promise<Arrival>): Promise<void> {
  const before = await countPeople();
  const arrival = await come();

  expect(arrival.status).toBeGreaterThanOrEqual(400);
  expect(arrival.status).toBeLessThan(500);
  expect(arrival.location).toBeNull();
  expect(browser.cookies.has("burgee")).toBe(false);
  expect(await countPeople()).toBe(before);
}

async function countPeople(): Promise<number> {
  const { rows } = await admin.query(
    `select (select count(*) from burgee.users) + (select count(*) from burgee.sessions)
          + (select count(*) from burgee.oidc_identities) as count`,
  );
  return Number(rows[0].count);
}

function set(callback: URL, name: string, value: string): URL {
  callback.searchParams.set(name, value);
  return callback;
}

function add(callback: URL, name: string, value: string): URL {
  callback.searchParams.append(name, value);
  return callback;
}

function drop(callback: URL, name: string): URL {
  callback.searchParams.delete(name);
  return callback;
}

function at(callback: URL, from: string, to: string): URL {
  callback.pathname = callback.pathname.replace(from, to);
  return callback;
}

function swapClaims(token: string, claims: object): string {
  const [header, body = "", signature] = token.split(".");
  const changed = { ...JSON.parse(Buffer.from(body, "base64url").toString()), ...claims };
  return [header, Buffer.from(JSON.stringify(changed)).toString("base64url"), signature].join(".");
}
