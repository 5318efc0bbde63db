import { createDatabase, openLine, type TestDatabase } from "@burgee/test-support";
import { createTRPCClient, httpBatchLink, httpBatchStreamLink, TRPCClientError } from "@trpc/client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { addMember, codeOf, openBrowser, PASSWORD } from "../../test/open-browser.ts";
import { startApi, type TestApi, type TestTenant } from "../../test/start-api.ts";
import type { AppRouter } from "../trpc/app-router.ts";

let database: TestDatabase;
let api: TestApi;
let tenant: TestTenant;
let addresses = 0;

beforeAll(async () => {
  database = await createDatabase();
  api = await startApi(database, { proxyHops: 1 });
  tenant = await api.addTenant();
});
afterAll(async () => {
  await api.close();
  await database.drop();
});

test("who tried too often is told how long to wait, in the header and in the answer", async () => {
  const { email } = await addMember(tenant);
  const from = { "x-forwarded-for": anAddress() };
  const answers = [];
  for (let guess = 0; guess < 11; guess += 1) answers.push(await tryPassword(email, from));

  const [last] = answers.slice(-1);
  expect(answers.slice(0, 10).map(codeOf)).toEqual(Array(10).fill("unauthenticated"));
  expect(last).toMatchObject({
    status: 429,
    body: {
      error: {
        data: { problem: { code: "too_many_guesses", details: { retryAfterSeconds: expect.any(Number) } } },
      },
    },
  });
  expect(Number(last?.headers.get("retry-after"))).toBeGreaterThan(800);
  expect(codeOf(await tryPassword(email, from, PASSWORD))).toBe("too_many_guesses");
});

test("who signed in from their address before goes on, however many strangers try", async () => {
  const { email } = await addMember(tenant);
  const home = { "x-forwarded-for": anAddress() };
  expect((await tryPassword(email, home, PASSWORD)).status).toBe(200);

  const strangers = [];
  for (let guess = 0; guess < 22; guess += 1) {
    strangers.push(codeOf(await tryPassword(email, { "x-forwarded-for": anAddress() })));
  }

  expect(strangers.slice(-2)).toEqual(["too_many_guesses", "too_many_guesses"]);
  expect((await tryPassword(email, home, PASSWORD)).status).toBe(200);
  expect(codeOf(await tryPassword(email, { "x-forwarded-for": anAddress() }, PASSWORD))).toBe(
    "too_many_guesses",
  );
});

describe("an address that the sender made up", () => {
  const real = () => "198.51.100.4";
  const made: readonly [string, (fake: string) => Record<string, string>][] = [
    ["left of the proxy's", (fake) => ({ "x-forwarded-for": `${fake}, ${real()}` })],
    ["many, left of the proxy's", (fake) => ({ "x-forwarded-for": `${fake}, ${fake}, ${real()}` })],
    ["no address at all", (fake) => ({ "x-forwarded-for": `"${fake}:1";for=${fake}, ${real()}` })],
    ["X-Real-IP", (fake) => ({ "x-forwarded-for": real(), "x-real-ip": fake })],
    ["Forwarded", (fake) => ({ "x-forwarded-for": real(), forwarded: `for=${fake}` })],
    ["X-Client-IP", (fake) => ({ "x-forwarded-for": real(), "x-client-ip": fake, "true-client-ip": fake })],
    ["CF-Connecting-IP", (fake) => ({ "x-forwarded-for": real(), "cf-connecting-ip": fake })],
    ["spelled as IPv6", () => ({ "x-forwarded-for": `::ffff:${real()}` })],
  ];

  test.each(made)("does not help: %s", async (_, headersOf) => {
    const { email } = await addMember(tenant);
    const codes = [];
    for (let guess = 0; guess < 11; guess += 1)
      codes.push(codeOf(await tryPassword(email, headersOf(anAddress()))));

    expect(codes.slice(-1)).toEqual(["too_many_guesses"]);
  });

  test("is not believed at all where no proxy stands before us", async () => {
    const bare = await startApi(database);
    const { email } = await addMember(tenant);
    const browser = openBrowser(bare);
    const codes = [];
    for (let guess = 0; guess < 11; guess += 1) {
      const input = { email, password: "wrong" };
      codes.push(codeOf(await browser.mutate("auth.signIn", input, { "x-forwarded-for": anAddress() })));
    }
    await bare.close();

    expect(codes.slice(-1)).toEqual(["too_many_guesses"]);
  });
});

describe("one request", () => {
  const origin = () => ({ origin: `http://localhost:${api.port}` });

  test.each([
    ["sign-ins", "auth.signIn,auth.signIn"],
    ["a sign-in among others", "tenants.create,auth.signIn"],
    ["codes", Array(50).fill("auth.answerSecondFactor").join()],
  ])("carries no batch of %s", async (_, procedures) => {
    const calls = procedures.split(",");
    const input = { email: "ada@example.com", password: "wrong", code: "123456" };
    const body = Object.fromEntries(calls.map((_call, index) => [index, input]));

    const answer = await api.request("POST", `/trpc/${procedures}?batch=1`, { headers: origin(), body });

    expect(answer.text).toContain("This call comes alone");
    expect(answer.text).not.toContain("go together");
  });

  test("of one sign-in is served to clients that batch, and not to those that stream", async () => {
    const { email } = await addMember(tenant);
    const links = [httpBatchLink, httpBatchStreamLink].map((link) =>
      link({ url: `${api.baseUrl}/trpc`, headers: { ...origin(), "x-forwarded-for": anAddress() } }),
    );
    const [batching, streaming] = links.map((link) => createTRPCClient<AppRouter>({ links: [link] }));
    const input = { email, password: PASSWORD };

    expect(await batching?.auth.signIn.mutate(input)).toMatchObject({ status: "signed_in" });
    await expect(streaming?.auth.signIn.mutate(input)).rejects.toThrow(TRPCClientError);
  });
});

test("two hundred sign-ins at once are all answered, and the API goes on answering", async () => {
  const { email } = await addMember(tenant);
  let slowestMs = 0;
  let isOver = false;
  const evaluating = (async () => {
    while (!isOver) {
      const startedMs = performance.now();
      const { status } = await api.request("GET", "/v1/toggles?limit=1", { key: tenant.personalKey });
      expect(status).toBe(200);
      slowestMs = Math.max(slowestMs, performance.now() - startedMs);
    }
  })();

  const answers = await Promise.all(
    Array.from({ length: 200 }, () => tryPassword(email, { "x-forwarded-for": anAddress() }, PASSWORD)),
  );
  isOver = true;
  await evaluating;

  const statuses = new Set(answers.map(({ status }) => status));
  expect([...statuses].filter((status) => ![200, 429, 503].includes(status))).toEqual([]);
  expect(statuses).toContain(200);
  expect(slowestMs).toBeLessThan(5_000);
});

test("nobody signs in while the database, which counts, is away", async () => {
  const proxy = await openLine();
  const { appUrl, systemUrl, url } = database;
  const cut = await startApi({ url, appUrl, systemUrl: proxy.through(systemUrl) });
  const { email } = await addMember(tenant);
  const browser = openBrowser(cut);
  expect((await browser.signIn(email)).status).toBe(200);

  proxy.cut();
  const answer = await openBrowser(cut).signIn(email);

  expect(answer).toMatchObject({
    status: 503,
    body: { error: { data: { problem: { code: "unavailable" } } } },
  });
  expect(answer.headers.get("retry-after")).not.toBeNull();
  expect(answer.headers.get("set-cookie")).toBeNull();
  await Promise.all([cut.close(), proxy.close()]);
});

function tryPassword(email: string, from: Record<string, string>, password = "wrong") {
  return openBrowser(api).mutate("auth.signIn", { email, password }, from);
}

function anAddress(): string {
  addresses += 1;
  return `10.7.${addresses >> 8}.${addresses & 255}`;
}
