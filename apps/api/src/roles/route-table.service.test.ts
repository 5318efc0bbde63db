import { createDatabase, type TestDatabase } from "@burgee/test-support";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { procedures } from "../../test/declared.ts";
import { startApi, type TestApi, type TestTenant } from "../../test/start-api.ts";
import type { NodeRole } from "./route-table.ts";

const EDGE = [
  "GET /v1/evaluate/:revision/:contextHash",
  "GET /v1/ruleset",
  "GET /v1/segments/:hash",
  "GET /v1/stream",
  "POST /v1/evaluate",
  "POST /v1/events",
];
const OPERATIONS = ["GET /livez", "GET /metrics", "GET /problems/:code", "GET /readyz", "GET /version"];
const BOTH = ["GET /v1/toggles/:toggleKey"];

let database: TestDatabase;
let all: TestApi;
const nodes = new Map<NodeRole, TestApi>();
let acme: TestTenant;

beforeAll(async () => {
  database = await createDatabase();
  all = await startApi(database);
  nodes.set("all", all);
  for (const role of ["admin", "edge"] as const) nodes.set(role, await startApi(database, { role }));
  acme = await all.addTenant();
  await all.request("POST", "/v1/toggles", { key: acme.personalKey, body: { key: "cart", default: true } });
  await all.publish();
});
afterAll(async () => {
  for (const node of nodes.values()) await node.close();
  await database.drop();
});

const at = (role: NodeRole) => nodes.get(role) ?? all;
const routesOf = (role: NodeRole) =>
  at(role)
    .server.routes.map(({ method, path }) => `${method} ${path}`)
    .sort();

describe("the routes", () => {
  test("of an edge are those that are read with a key of an environment", () => {
    expect(routesOf("edge")).toEqual([...BOTH, ...EDGE, ...OPERATIONS].sort());
  });

  test("of an admin are all others, and of the default both", () => {
    expect(routesOf("admin")).toEqual(routesOf("all").filter((name) => !EDGE.includes(name)));
    expect(routesOf("all").length).toBeGreaterThan(routesOf("admin").length);
  });

  test("of every node are answered, and those of the other are not there", async () => {
    const names = routesOf("all");
    for (const role of ["admin", "edge"] as const) {
      const served = routesOf(role);
      const areServed = await Promise.all(names.map((name) => isServedAt(role, name)));
      expect(names.filter((_, index) => areServed[index])).toEqual(served);
    }
  });
});

async function isServedAt(role: NodeRole, name: string): Promise<boolean> {
  const [method = "", path = ""] = name.split(" ");
  const answer = await fetch(
    `${at(role).baseUrl}${path.replace(":code", "internal").replaceAll(/:\w+/g, "x")}`,
    {
      method,
      headers: { "x-api-key": acme.serverKey },
      redirect: "manual",
    },
  );
  if (answer.ok) {
    await answer.body?.cancel();
    return true;
  }
  return !/"code":"(route_not_found|method_not_allowed)"/.test(await answer.text());
}

describe("an edge", () => {
  test("has no procedure, and says that it is an edge", async () => {
    for (const { method, path } of procedures) {
      const answer = await at("edge").request(method, path, { key: acme.personalKey });

      expect(answer, path).toMatchObject({
        status: 404,
        body: { code: "route_not_found", detail: expect.stringContaining("at an edge node") },
      });
    }
  });

  test("refuses a person's key wherever one may be sent, and says where people go", async () => {
    for (const [method, path] of [
      ["POST", "/v1/evaluate"],
      ["GET", "/v1/toggles/cart?userId=ada"],
      ["GET", "/v1/toggles/cart"],
    ] as const) {
      const answer = await at("edge").request(method, path, {
        key: acme.personalKey,
        ...(method === "POST" && { body: {} }),
      });
      expect(answer).toMatchObject({
        status: 403,
        body: { code: "forbidden", detail: expect.stringContaining("admin node") },
      });
    }
  });

  test("answers a server and a client as the default does", async () => {
    for (const key of [acme.serverKey, acme.clientKey]) {
      const ask = (role: NodeRole) => at(role).request("POST", "/v1/evaluate", { key, body: {} });
      const [edge, both] = [await ask("edge"), await ask("all")];
      expect(edge.status).toBe(200);
      expect(edge.body).toEqual(both.body);
    }
  });
});

test("an admin shows a toggle, and evaluates it for who decides by it", async () => {
  const ask = (path: string) => at("admin").request("GET", path, { key: acme.personalKey });

  expect(await ask("/v1/toggles/cart")).toMatchObject({
    status: 200,
    body: { key: "cart", settings: [{}, {}] },
  });
  expect(await ask("/v1/toggles/cart?userId=ada")).toMatchObject({ status: 200, body: { value: true } });
});
