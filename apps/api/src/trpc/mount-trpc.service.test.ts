import { createDatabase, type TestDatabase } from "@burgee/test-support";
import { createTRPCClient, httpBatchLink, httpBatchStreamLink, httpLink } from "@trpc/client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { addMember, openBrowser } from "../../test/open-browser.ts";
import { startApi, type TestApi, type TestTenant } from "../../test/start-api.ts";
import type { AppRouter } from "./app-router.ts";

let database: TestDatabase;
let api: TestApi;
let acme: TestTenant;

beforeAll(async () => {
  database = await createDatabase();
  api = await startApi(database);
  acme = await api.addTenant();
});
afterAll(async () => {
  await api.close();
  await database.drop();
});

const ask = (
  method: string,
  path: string,
  request: { headers?: Record<string, string>; body?: string } = {},
) =>
  api.request(method, `/trpc/${path}`, {
    key: acme.personalKey,
    ...request,
    headers: { "x-request-id": "abc-123", ...request.headers },
  });
const asText = { headers: { "content-type": "text/plain" } };
const batchOf = (calls: number) => `${Array(calls).fill("projects.list").join()}?batch=1&input={}`;

describe("a call that reaches no procedure", () => {
  test.each([
    [
      "a body of another type",
      () => ask("POST", "toggles.create", { ...asText, body: "{}" }),
      415,
      "unsupported_media_type",
    ],
    ["no body, of another type", () => ask("POST", "auth.signOut", asText), 415, "unsupported_media_type"],
    [
      "a form",
      () => ask("POST", "toggles.create", { headers: { "content-type": "multipart/form-data" }, body: "a" }),
      415,
      "unsupported_media_type",
    ],
    ["another method", () => ask("DELETE", "projects.list"), 405, "method_not_allowed"],
    ["a batch of 51", () => ask("GET", batchOf(51)), 400, "malformed_request"],
    ["a broken escape", () => ask("GET", "projects.%zz"), 400, "malformed_request"],
    [
      "a broken escape in the input",
      () => ask("GET", "projects.list?input=%E0%A4%A"),
      400,
      "malformed_request",
    ],
    ["an input that is no JSON", () => ask("GET", "toggles.list?input={"), 400, "malformed_json"],
    ["an empty body", () => ask("POST", "toggles.create", { body: "" }), 400, "invalid_input"],
    ["a body of blanks", () => ask("POST", "toggles.create", { body: "  " }), 400, "invalid_input"],
    [
      "queries and changes in one batch",
      () => ask("POST", "projects.list,projects.create?batch=1", { body: "{}" }),
      400,
      "malformed_request",
    ],
    [
      "connection parameters that are no JSON",
      () => ask("GET", "projects.list?connectionParams=1"),
      400,
      "malformed_request",
    ],
    [
      "a stranger's key",
      () => ask("GET", "projects.list", { headers: { authorization: "Bearer swordfish" } }),
      401,
      "unauthenticated",
    ],
  ])("answers %s as JSON, with a problem and the request's id", async (_, asked, status, code) => {
    const answer = await asked();

    expect(answer).toMatchObject({
      status,
      body: { error: { data: { httpStatus: status, problem: { code, status }, requestId: "abc-123" } } },
    });
    expect(answer.headers.get("content-type")).toMatch(/^application\/json\b/);
  });

  test("of a stranger says how to authenticate, in the headers too", async () => {
    const answer = await ask("GET", "projects.list", { headers: { authorization: "Bearer swordfish" } });

    expect(answer.headers.get("www-authenticate")).toBe('Bearer realm="burgee"');
  });
});

describe("the methods that there are", () => {
  test("are told to whoever asks for them", async () => {
    const answer = await ask("OPTIONS", "projects.list");

    expect(answer.status).toBe(204);
    expect(answer.headers.get("allow")).toBe("GET, POST, HEAD, OPTIONS");
  });

  test.each([
    ["DELETE", "projects.list", "GET, POST, HEAD, OPTIONS"],
    ["GET", "projects.create", "POST, OPTIONS"],
    ["POST", "projects.list", "GET, HEAD, OPTIONS"],
  ])("are named to who uses another: %s %s", async (method, path, allow) => {
    const answer = await ask(method, path, method === "POST" ? { body: "{}" } : {});

    expect(answer.status).toBe(405);
    expect(answer.headers.get("allow")).toBe(allow);
  });
});

test("a change without input is asked for without a body, as clients do outside of batches", async () => {
  const { email } = await addMember(acme);
  const browser = openBrowser(api);
  await browser.signIn(email);
  const headers = {
    origin: `http://localhost:${api.port}`,
    cookie: [...browser.cookies].map((cookie) => cookie.join("=")).join("; "),
  };
  const burgee = createTRPCClient<AppRouter>({ links: [httpLink({ url: `${api.baseUrl}/trpc`, headers })] });

  await expect(burgee.sessions.revokeOthers.mutate()).resolves.toMatchObject({ ended: 0 });
});

test("a batch of fifty is served", async () => {
  const answer = await ask("GET", batchOf(50));

  expect(answer.status).toBe(200);
  expect(answer.body).toHaveLength(50);
});

test.each([
  ["batches", httpBatchLink],
  ["streamed batches", httpBatchStreamLink],
])("a client of %s reads the refusal of the whole in each call", async (_, link) => {
  const headers = { authorization: `Bearer ${acme.personalKey}` };
  const burgee = createTRPCClient<AppRouter>({ links: [link({ url: `${api.baseUrl}/trpc`, headers })] });

  const calls = await Promise.allSettled(Array.from({ length: 51 }, () => burgee.projects.list.query()));

  for (const call of calls) {
    expect(call).toMatchObject({ reason: { data: { problem: { code: "malformed_request" } } } });
  }
});
