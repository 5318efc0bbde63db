/**
 * Texts that would end a statement, a string or a document, and such as PostgreSQL can't keep, in every place of every procedure
 * and route that takes a text: each is kept as what it is or refused for what it is, and reaches the database as no more.
 */
import { createLogger } from "@burgee/runtime";
import { createDatabase } from "@burgee/test-support";
import pg from "pg";
import { afterAll, expect, test } from "vitest";
import { declaredBy, procedures } from "../../test/declared.ts";
import { addMember, type Browser, codeOf, openBrowser } from "../../test/open-browser.ts";
import { openDirectory } from "../../test/open-directory.ts";
import { type PlantedInput, plantedInputs } from "../../test/planted-inputs.ts";
import { startApi, type TestAnswer } from "../../test/start-api.ts";
import { noBody, rawQuery } from "./inputs.ts";

const PAYLOADS = [
  "' or '1'='1",
  "'; drop table burgee.toggles; --",
  '" or ""="',
  "x') union select password_hash from burgee.users --",
  "'||(select pg_sleep(60))||'",
  "$1",
  "$$; select 1; $$",
  "\\'; select 1 --",
  "name desc; select 1",
  "%",
  "_%\\",
  "a\u0000b",
  "\ud800",
  "tail \udc00",
  "\\u0000",
  "'::uuid",
  "NaN",
  "-1e999",
  "{}",
  "\u{1f989}\u202e\ufeff",
] as const;
/** Sessions answer for these: one after the other, since some of them change the session's id. */
const OF_SESSIONS = /^(auth|sessions|secondFactor|singleSignOn)\.|^invitations\.accept$|^members\.leave$/;
const CANARY = "rivals-canary";
/** `npm test` takes a quarter of the corpus at each place, another one from place to place; `BURGEE_WHOLE_CORPUS=1` takes all. */
const SHARE = process.env.BURGEE_WHOLE_CORPUS ? 1 : 4;

const logged: string[] = [];
const log = createLogger({ level: "warn", name: "api", sink: { write: (line) => logged.push(line) } });
const database = await createDatabase();
const api = await startApi(database, { log, signUpMode: "open", proxyHops: 1 });
const admin = new pg.Client(database.url);
await admin.connect();
afterAll(async () => {
  await Promise.all([api.close(), admin.end()]);
  await database.drop();
});
const acme = await api.addTenant();
const rival = await api.addTenant();
const directory = await openDirectory(api, acme);
for (const { personalKey, key } of [
  { ...acme, key: "cart" },
  { ...rival, key: CANARY },
]) {
  const made = await api.request("POST", "/v1/toggles", { key: personalKey, body: { key, default: true } });
  expect(made.status).toBe(201);
}
await api.publish();

let requests = 0;
const reached = new Set<string>();
const faults: string[] = [];

/** Each request from an address of its own, so that no bound on one address ends the corpus. */
function address(): Readonly<Record<string, string>> {
  requests += 1;
  return { "x-forwarded-for": `10.${(requests >> 16) & 255}.${(requests >> 8) & 255}.${requests & 255}` };
}

function look(place: string, payload: string, answer: TestAnswer): void {
  const code = /"code":"([a-z_]+)"/.exec(answer.text)?.[1];
  if (answer.status >= 500 && code !== "unavailable") {
    faults.push(`${place} ${JSON.stringify(payload)}: ${answer.status}`);
  }
  if (answer.text.includes(CANARY)) faults.push(`${place} ${JSON.stringify(payload)} shows another tenant's`);
  if (code !== "invalid_input" && code !== "unauthenticated") reached.add(place);
}

test("no text in a procedure's input reaches the database as more than a text", {
  timeout: 180_000,
}, async () => {
  const places = placesOf(procedures);
  let browser = await signIn();
  for (const { name, method, at, input, payload } of places.filter(({ name }) => OF_SESSIONS.test(name))) {
    const answer =
      method === "GET" ? await browser.query(name, input) : await browser.mutate(name, input, address());
    look(`${name} ${at}`, payload, answer);
    if (codeOf(answer) === "unauthenticated") browser = await signIn();
  }
  await inParallel(
    places.filter(({ name }) => !OF_SESSIONS.test(name)),
    async ({ name, method, at, input, payload }) => {
      const isQuery = method === "GET";
      const asked = isQuery ? `?input=${encodeURIComponent(JSON.stringify(input))}` : "";
      const headers = address();
      const body = isQuery ? {} : { body: input };
      look(
        `${name} ${at}`,
        payload,
        await api.request(method, `/trpc/${name}${asked}`, { key: acme.personalKey, headers, ...body }),
      );
    },
  );

  expect(faults).toEqual([]);
  expect(places.length).toBeGreaterThan(4_000 / SHARE);
  expect(reached.size).toBeGreaterThan(40);
});

test("nor does one in a route's path, query, body or headers", { timeout: 180_000 }, async () => {
  const routes = api.server.routes.filter(({ path }) => path !== "/v1/stream");
  const bodies = placesOf(
    declaredBy(routes).map((route) => ({
      ...route,
      inputs: route.inputs
        .filter((input) => !Object.is(input, rawQuery) && !Object.is(input, noBody))
        .slice(-1),
    })),
  );
  await inParallel(bodies, async ({ name, method, path, at, input, payload }) => {
    const key = keyFor(path);
    const answer =
      method === "GET"
        ? await ask(method, `${filled(path, "cart")}?${queryOf(input)}`, key)
        : await ask(method, filled(path, "cart"), key, { "if-match": '"1"' }, input);
    look(`${name} ${at}`, payload, answer);
  });
  for (const payload of PAYLOADS) {
    for (const { method, path } of routes) {
      const key = keyFor(path);
      const body = method === "POST" || method === "PUT" ? { context: {} } : undefined;
      const inPath = filled(path, encodeURIComponent(payload.toWellFormed()));
      look(`${method} ${path} path`, payload, await ask(method, inPath, key, {}, body));
      const search = queryOf({ userId: payload, [payload.toWellFormed()]: "x", cursor: payload });
      look(`${method} ${path} query`, payload, await ask(method, `${filled(path, "cart")}?${search}`, key));
      const headers = headersOf(payload);
      look(`${method} ${path} headers`, payload, await ask(method, filled(path, "cart"), key, headers, body));
    }
  }

  expect(faults).toEqual([]);
});

test("nothing of it was a failure of ours, and every table is there", async () => {
  expect(logged.filter((line) => line.includes("A request failed."))).toEqual([]);
  const { rows } = await admin.query("select count(*)::int as toggles from burgee.toggles");
  expect(rows[0].toggles).toBeGreaterThan(1);
});

test("what was kept is what was sent", async () => {
  const { rows } = await admin.query<{ name: string }>("select name from burgee.roles");
  expect(rows.some(({ name }) => PAYLOADS.some((payload) => payload === name))).toBe(true);
});

interface Place extends PlantedInput {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly payload: string;
}

function placesOf(all: typeof procedures): readonly Place[] {
  return all.flatMap(({ name, method, path, inputs }, place) =>
    inputs.flatMap((input) =>
      PAYLOADS.flatMap((payload, turn) =>
        plantedInputs(input, payload).flatMap((planted, field) =>
          (place + turn + field) % SHARE === 0 ? [{ name, method, path, payload, ...planted }] : [],
        ),
      ),
    ),
  );
}

async function inParallel<T>(all: readonly T[], work: (each: T) => Promise<void>): Promise<void> {
  const waiting = all.values();
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      for (const each of waiting) await work(each);
    }),
  );
}

async function signIn(): Promise<Browser> {
  const browser = openBrowser(api);
  await browser.signIn((await addMember(acme, "owner")).email);
  return browser;
}

function ask(
  method: string,
  path: string,
  key: string,
  headers: Readonly<Record<string, string>> = {},
  body?: unknown,
): Promise<TestAnswer> {
  const type = path.startsWith("/scim/") ? { "content-type": "application/scim+json" } : {};
  return api.request(method, path, { key, headers: { ...address(), ...type, ...headers }, body });
}

function keyFor(path: string): string {
  if (path.startsWith("/scim/")) return directory.token;
  return path.startsWith("/v1/ruleset") || path.startsWith("/v1/segments")
    ? acme.serverKey
    : acme.personalKey;
}

function filled(path: string, text: string): string {
  return path.replace(/:(\w+)/g, (_, name: string) => (name === "project" ? "web" : text));
}

function queryOf(input: unknown): URLSearchParams {
  return new URLSearchParams(
    Object.entries(Object(input)).map(([name, value]): [string, string] => [name, String(value)]),
  );
}

/** What of it a header may hold. */
function headersOf(payload: string): Readonly<Record<string, string>> {
  const text = payload.replace(/[^\x20-\x7e]/g, "?").trim();
  const names = [
    "if-match",
    "if-none-match",
    "last-event-id",
    "x-request-id",
    "traceparent",
    "user-agent",
    "origin",
  ];
  return Object.fromEntries(names.map((name) => [name, text]));
}
