import { connect } from "node:net";
import { createDatabase, eventually, type TestDatabase } from "@burgee/test-support";
import pg from "pg";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { addMember, codeOf, openBrowser, PASSWORD } from "../../test/open-browser.ts";
import { startApi, type TestApi, type TestTenant } from "../../test/start-api.ts";
import type { SignInLimits } from "./sign-in-turns.ts";

let database: TestDatabase;
let admin: pg.Client;
let api: TestApi;
let tenant: TestTenant;
let addresses = 0;

beforeAll(async () => {
  database = await createDatabase();
  admin = new pg.Client({ connectionString: database.url });
  await admin.connect();
});
afterEach(() => api.close());
afterAll(async () => {
  await admin.end();
  await database.drop();
});

/** A turn that goes on for as long as the test looks. */
const LONG_MS = 2_000;

test("who finds no room is held back and then told when to come again, before PostgreSQL is asked", async () => {
  await open({ most: 1, waiting: 0, turnMs: LONG_MS, heldMs: 200 });
  const { email } = await addMember(tenant);
  expect((await signIn(email)).status).toBe(200);
  const before = await countGuesses();
  const startedMs = performance.now();

  const answer = await signIn(email);

  expect(performance.now() - startedMs).toBeGreaterThan(90);
  expect([answer.status, codeOf(answer)]).toEqual([503, "unavailable"]);
  expect(answer.headers.get("retry-after")).not.toBeNull();
  expect(answer.headers.get("set-cookie")).toBeNull();
  expect(await countGuesses()).toBe(before);
});

test("who finds room after all, while held back, is let in", async () => {
  await open({ most: 1, waiting: 0, turnMs: 300, heldMs: 1_000 });
  const { email } = await addMember(tenant);
  await signIn(email);

  expect((await signIn(email)).status).toBe(200);
});

test("who may wait is let in when it is their turn", async () => {
  await open({ most: 1, waiting: 5, turnMs: 10 });
  const { email } = await addMember(tenant);

  const answers = await Promise.all(Array.from({ length: 5 }, () => signIn(email)));

  expect(answers.map(({ status }) => status)).toEqual(Array(5).fill(200));
});

test("an address that sends many keeps out nobody else", async () => {
  await open({ most: 2, mostOfAddress: 1, waitingOfAddress: 0, turnMs: LONG_MS, heldMs: 0 });
  const { email } = await addMember(tenant);
  const crowded = anAddress();
  await signIn(email, crowded);

  expect((await signIn(email, crowded)).status).toBe(503);
  expect((await signIn(email)).status).toBe(200);
});

test("more than may be held back are refused at once, and lose their connection", async () => {
  await open({ most: 1, waiting: 0, turnMs: LONG_MS, held: 0 });
  const { email } = await addMember(tenant);
  await signIn(email);

  const { status, headers } = await signIn(email);

  expect([status, headers.get("connection"), headers.get("retry-after")]).toEqual([503, "close", "5"]);
  expect(headers.get("content-security-policy")).toBe("default-src 'none'");
});

test("who sends their password letter by letter takes nobody's turn meanwhile", async () => {
  await open({ most: 1, waiting: 0, turnMs: 0, heldMs: 0 });
  const { email } = await addMember(tenant);
  const slow = connect(api.port, "127.0.0.1");
  const head = `POST /trpc/auth.signIn HTTP/1.1\r\nhost: localhost:${api.port}\r\ncontent-type: application/json\r\ncontent-length: 90\r\n\r\n`;
  await new Promise<void>((sent) => slow.write(`${head}{"email":`, () => sent()));

  const answer = await signIn(email);
  slow.destroy();

  expect(answer.status).toBe(200);
});

test("who waits on the same line for something that goes on takes nobody's turn meanwhile", async () => {
  await open({ most: 1, waiting: 0, turnMs: 0, heldMs: 0 });
  const { email } = await addMember(tenant);
  const before = await countSessions();
  const line = connect(api.port, "127.0.0.1");
  const body = JSON.stringify({ email, password: PASSWORD });
  const host = `host: localhost:${api.port}\r\norigin: ${api.baseUrl}`;
  const stream = `GET /v1/stream HTTP/1.1\r\n${host}\r\nauthorization: Bearer ${tenant.serverKey}\r\n\r\n`;
  const head = `POST /trpc/auth.signIn HTTP/1.1\r\n${host}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}`;
  line.write(`${stream}${head}\r\n\r\n${body}`);
  await eventually(async () => expect(await countSessions()).toBe(before + 1));

  const { status } = await eventually(async () => {
    const answer = await signIn(email);
    expect(answer.status).toBe(200);
    return answer;
  });
  line.destroy();

  expect(status).toBe(200);
});

test("everything else is answered while nobody more may sign in", async () => {
  await open({ most: 1, waiting: 0, turnMs: LONG_MS });
  const { email } = await addMember(tenant);
  const browser = openBrowser(api);
  await browser.signIn(email);

  expect((await browser.query("auth.session")).status).toBe(200);
  expect((await api.request("GET", "/v1/ruleset", { key: tenant.serverKey })).status).toBe(200);
});

async function open(signInLimits: Partial<SignInLimits>): Promise<void> {
  api = await startApi(database, { proxyHops: 1, signInLimits });
  tenant = await api.addTenant();
}

function signIn(email: string, from = anAddress()) {
  return openBrowser(api).mutate("auth.signIn", { email, password: PASSWORD }, { "x-forwarded-for": from });
}

async function countSessions(): Promise<number> {
  const { rows } = await admin.query("select count(*)::int as sessions from burgee.sessions");
  return rows[0].sessions;
}

async function countGuesses(): Promise<number> {
  const { rows } = await admin.query("select count(*)::int as guesses from burgee.guesses");
  return rows[0].guesses;
}

function anAddress(): string {
  addresses += 1;
  return `10.8.${addresses >> 8}.${addresses & 255}`;
}
