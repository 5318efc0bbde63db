import { request } from "node:http";
import { connect } from "node:net";
import { createDatabase, type TestDatabase } from "@burgee/test-support";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startApi, type TestApi, type TestTenant } from "../../test/start-api.ts";

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

describe("what no route answers", () => {
  test.each(["/v1", "/v1/nope", "/v1/toggles/", "/V1/toggles"])("says that %s is nothing", async (path) => {
    const answer = await api.request("GET", path, { key: acme.personalKey });

    expect(answer).toMatchObject({ status: 404, body: { code: "route_not_found", instance: path } });
  });

  test("names the methods that there are", async () => {
    const answer = await api.request("PATCH", "/v1/toggles", { key: acme.personalKey });

    expect(answer).toMatchObject({ status: 405, body: { code: "method_not_allowed" } });
    expect(answer.headers.get("allow")).toBe("POST, GET, HEAD, OPTIONS");
  });

  test("tells the methods to whoever asks for them", async () => {
    const answer = await api.request("OPTIONS", "/v1/evaluate");

    expect(answer.status).toBe(204);
    expect(answer.headers.get("allow")).toBe("POST, OPTIONS");
  });

  test.each(["/v1/toggles/%E0%A4%A", "/v1/toggles/cart?userId=%E0%A4%A", "/v1/toggles?cursor=100%"])(
    "says that an escape in %s is broken",
    async (path) => {
      const answer = await api.request("GET", path, { key: acme.personalKey });

      expect(answer).toMatchObject({ status: 400, body: { code: "malformed_request" } });
    },
  );

  test.each([
    [
      "an expectation that nobody here meets",
      ["host", "a.example", "expect", "gold"],
      417,
      "expectation_failed",
    ],
    ["two hosts", ["host", "a.example", "host", "b.example"], 400, "malformed_request"],
    ["no host", ["accept", "*/*"], 400, "malformed_request"],
  ])("refuses a request with %s as a problem", async (_, headers, status, code) => {
    const answer = await rawRequest("/livez", headers);

    expect(answer).toMatchObject({ status, contentType: "application/problem+json", body: { code } });
  });
});

/** As no fetch would send it. */
function rawRequest(path: string, headers: readonly string[]) {
  return new Promise((resolve, reject) => {
    const options = { port: api.port, path, headers: [...headers], setHost: false, agent: false };
    request(options, async (response) => {
      const text = Buffer.concat(await response.toArray()).toString();
      const contentType = response.headers["content-type"];
      resolve({ status: response.statusCode, contentType, body: JSON.parse(text) });
    })
      .on("error", reject)
      .end();
  });
}

describe("keys", () => {
  test.each([
    ["no key", {}],
    ["something else than a key", { authorization: "Bearer swordfish" }],
    ["a key with a typing error", { authorization: `Bearer bg_srv_${"A".repeat(32)}_000000` }],
    ["another scheme", { authorization: "Basic YTpi" }],
  ])("answers 401 to %s, and says how to authenticate", async (_, headers) => {
    const answer = await api.request("GET", "/v1/toggles", { headers });

    expect(answer).toMatchObject({ status: 401, body: { code: "unauthenticated" } });
    expect(answer.headers.get("www-authenticate")).toBe('Bearer realm="burgee"');
  });

  test("are taken from X-API-Key as well", async () => {
    const answer = await api.request("GET", "/v1/toggles", { headers: { "x-api-key": acme.personalKey } });

    expect(answer.status).toBe(200);
  });

  test.each([
    ["GET", "/v1/toggles"],
    ["POST", "/v1/toggles"],
    ["PUT", "/v1/toggles/cart"],
    ["DELETE", "/v1/toggles/cart"],
  ])("of servers may not %s %s, and hear which kind may", async (method, path) => {
    const answer = await api.request(method, path, { key: acme.serverKey });

    expect(answer).toMatchObject({
      status: 403,
      body: { code: "forbidden", details: { neededKind: "pat" } },
    });
  });

  test.each(["/v1/ruleset", "/v1/stream"])(
    "of people may not read %s, and hear which kind may",
    async (path) => {
      const answer = await api.request("GET", path, { key: acme.personalKey });

      expect(answer).toMatchObject({
        status: 403,
        body: { code: "forbidden", details: { neededKind: "srv" } },
      });
    },
  );

  test("do what their person's role allows, and no more", async () => {
    const viewer = await acme.keyOf("viewer");

    const list = await api.request("GET", "/v1/toggles", { key: viewer });
    const create = await api.request("POST", "/v1/toggles", {
      key: viewer,
      body: { key: "a", default: true },
    });

    expect(list.status).toBe(200);
    expect(create).toMatchObject({
      status: 403,
      body: { code: "forbidden", details: { permission: "toggle.write", role: "viewer" } },
    });
  });
});

describe("every answer", () => {
  test("carries the request's own id, or a new one", async () => {
    const given = await api.request("GET", "/nope", { headers: { "x-request-id": "abc-123" } });
    const odd = await api.request("GET", "/nope", { headers: { "x-request-id": "a b" } });
    const key = await api.request("GET", "/nope", { headers: { "x-request-id": "bg_pat_abcd" } });

    expect(given.headers.get("x-request-id")).toBe("abc-123");
    expect(given.body).toMatchObject({ requestId: "abc-123" });
    expect(odd.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
    expect(key.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
  });

  test("names a type of problem that can be looked up", async () => {
    const { body } = await api.request("GET", "/nope");
    const type = body !== null && typeof body === "object" && "type" in body ? String(body.type) : "";

    const page = await api.request("GET", type);

    expect(page).toMatchObject({ status: 200, body: { code: "route_not_found", status: 404 } });
  });

  test("keeps attributes out of problems and logs: they are personal data", async () => {
    const answer = await api.request("GET", "/v1/toggles/missing?email=ada@example.com", {
      key: acme.serverKey,
    });

    expect(answer.status).toBe(404);
    expect(answer.text).not.toContain("ada@example.com");
    expect(api.logged.join("")).not.toContain("ada@example.com");
  });
});

test("a head over 16 KiB is refused as a problem", async () => {
  const answer = await sendRaw(`GET /livez HTTP/1.1\r\nHost: a\r\nX-Long: ${"x".repeat(20_000)}\r\n\r\n`);

  expect(answer).toMatch(/^HTTP\/1\.1 431 /);
  expect(answer).toContain('"code":"headers_too_large"');
});

test("what is no HTTP is refused as a problem", async () => {
  const answer = await sendRaw("HELO example.com\r\n\r\n");

  expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  expect(answer).toContain('"code":"malformed_request"');
});

function sendRaw(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = "";
    const socket = connect(api.port, "127.0.0.1", () => socket.write(text));
    socket.setEncoding("utf8").on("data", (chunk) => {
      answer += chunk;
    });
    socket.on("end", () => resolve(answer)).on("error", reject);
  });
}
