import { request } from "node:http";
import { createDatabase, eventually, type TestDatabase } from "@burgee/test-support";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startApi, type TestApi, type TestTenant } from "../../test/start-api.ts";

const HOT = [
  "/v1/evaluate",
  "/v1/evaluate/:revision/:contextHash",
  "/v1/events",
  "/v1/ruleset",
  "/v1/stream",
  "/v1/toggles/:toggleKey",
];

let database: TestDatabase;
let api: TestApi;
let acme: TestTenant;

beforeAll(async () => {
  database = await createDatabase();
  api = await startApi(database);
  acme = await api.addTenant();
  await api.request("POST", "/v1/toggles", { key: acme.personalKey, body: { key: "cart", default: true } });
  await api.publish();
});
afterAll(async () => {
  await api.close();
  await database.drop();
});

interface RawAnswer {
  readonly status: number | undefined;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly text: string;
}

/** With a target and headers as no fetch would send them. */
function ask(method: string, path: string, headers: readonly string[] = []): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const own = ["host", "a.example", "x-api-key", acme.serverKey];
    const options = {
      port: api.port,
      method,
      path,
      headers: [...own, ...headers],
      setHost: false,
      agent: false,
    };
    request(options, async (response) => {
      const text = Buffer.concat(await response.toArray()).toString();
      resolve({ status: response.statusCode, headers: response.headers, text });
    })
      .on("error", reject)
      .end();
  });
}

test("what is read all the time is declared so in the one table of routes", () => {
  const hot = api.server.routes.filter(({ isHot }) => isHot).map(({ path }) => path);

  expect(hot.sort()).toEqual(HOT);
});

describe("an answer before Express", () => {
  test.each(["/v1/ruleset", "/v1/toggles/cart", "/v1/toggles/missing"])(
    "of %s says to browsers what an answer of Express does",
    async (path) => {
      const ofExpress = await ask("GET", "/version");
      const { headers } = await ask("GET", path);

      const told = Object.keys(ofExpress.headers).filter(
        (name) => !["content-length", "date"].includes(name),
      );
      expect(Object.keys(headers)).toEqual(expect.arrayContaining(told));
      expect(headers).toMatchObject({
        "content-security-policy": "default-src 'none'",
        "x-content-type-options": "nosniff",
        "x-request-id": expect.stringMatching(/^[0-9a-f-]{36}$/),
      });
      expect(headers["x-powered-by"]).toBeUndefined();
    },
  );

  test("keeps the request's own id, in problems as well", async () => {
    const given = ["x-request-id", "abc-123"];
    const [found, missing] = [
      await ask("GET", "/v1/toggles/cart", given),
      await ask("GET", "/v1/toggles/missing", given),
    ];

    expect(found.headers["x-request-id"]).toBe("abc-123");
    expect(JSON.parse(missing.text)).toMatchObject({ requestId: "abc-123", instance: "/v1/toggles/missing" });
  });

  test("has no body where only the head is asked for", async () => {
    const [head, get] = [await ask("HEAD", "/v1/ruleset"), await ask("GET", "/v1/ruleset")];

    expect(head).toMatchObject({ status: 200, text: "" });
    expect(head.headers["content-length"]).toBe(get.headers["content-length"]);
    expect(head.headers.etag).toBe(get.headers.etag);
  });

  test("tells the methods of a path, those of other routes too", async () => {
    const allow = "GET, PUT, PATCH, DELETE, HEAD, OPTIONS";

    expect(await ask("OPTIONS", "/v1/toggles/cart")).toMatchObject({ status: 204, headers: { allow } });
    expect(await ask("POST", "/v1/toggles/cart")).toMatchObject({ status: 405, headers: { allow } });
  });

  test("is given to a whole address, and to one with a query", async () => {
    expect(await ask("GET", "http://a.example/v1/toggles/cart?userId=ada")).toMatchObject({ status: 200 });
    expect(await ask("GET", "/v1/ruleset?project=web")).toMatchObject({ status: 200 });
    expect(await ask("GET", "/v1/ruleset?colour=red")).toMatchObject({ status: 400 });
  });

  test.each([
    "/v1/ruleset/",
    "/V1/ruleset",
    "/v1/toggles/",
    "/v1/toggles/cart/",
    "/v1/evaluate/a",
    "/v1/stream/x",
  ])("is not given to %s, which is nothing", async (path) => {
    const { status, text } = await ask("GET", path);

    expect([status, JSON.parse(text).code]).toEqual([404, "route_not_found"]);
  });

  test("takes a name that is escaped, and refuses a broken escape", async () => {
    expect((await ask("GET", "/v1/toggles/c%61rt")).status).toBe(200);
    expect((await ask("GET", "/v1/toggles/cart%2F")).status).toBe(404);
    for (const path of ["/v1/toggles/%E0%A4%A", "/v1/toggles/cart?userId=%E0%A4%A"]) {
      const { status, text } = await ask("GET", path);
      expect([status, JSON.parse(text).code]).toEqual([400, "malformed_request"]);
    }
  });

  test("is refused to who names two hosts, or something else than a host", async () => {
    for (const headers of [
      ["host", "b.example"],
      ["Host", "a.example"],
    ]) {
      expect(await ask("GET", "/v1/ruleset", headers)).toMatchObject({ status: 400 });
    }
  });

  test("is counted under its route's pattern", async () => {
    await ask("GET", "/v1/toggles/cart");
    await ask("GET", "/v1/toggles/missing");

    await eventually(async () => {
      const { text } = await ask("GET", "/metrics");
      for (const status of ["2xx", "4xx"]) {
        expect(text).toContain(
          `burgee_http_request_duration_seconds_count{route="/v1/toggles/:toggleKey",method="GET",status_class="${status}"}`,
        );
      }
    });
  });
});
