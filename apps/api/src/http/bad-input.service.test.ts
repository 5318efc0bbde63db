import { listAudit, listToggles } from "@burgee/core";
import { createDatabase, type TestDatabase } from "@burgee/test-support";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startApi, type TestApi, type TestRequest, type TestTenant } from "../../test/start-api.ts";

let database: TestDatabase;
let api: TestApi;
let acme: TestTenant;

beforeAll(async () => {
  database = await createDatabase();
  api = await startApi(database);
});
afterAll(async () => {
  await api.close();
  await database.drop();
});
beforeEach(async () => {
  acme = await api.addTenant();
  await post({ body: { key: "cart", default: false } });
});

const post = (request: TestRequest) =>
  api.request("POST", "/v1/toggles", { key: acme.personalKey, ...request });
const put = (request: TestRequest) =>
  api.request("PUT", "/v1/toggles/cart", { key: acme.personalKey, ...request });
const on = { enabled: true, default: true };
const split = (weights: object) => ({ type: "split", weights });
const nested = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`;

/** All that a change would leave behind. */
async function stateOf({ caller }: TestTenant) {
  const scope = { project: "web", environment: "production", limit: 200 };
  return { toggles: await listToggles(caller, scope), audit: await listAudit(caller, { limit: 200 }) };
}

const problems: readonly [string, () => ReturnType<typeof post>, number, object][] = [
  [
    "an unknown field",
    () => post({ body: { key: "a", default: false, colour: "red" } }),
    400,
    {
      code: "invalid_input",
      errors: [{ code: "unrecognized_keys", message: expect.stringContaining("colour") }],
    },
  ],
  [
    "a wrong type",
    () => post({ body: { key: "a", default: false, enabled: "yes" } }),
    400,
    { code: "invalid_input", errors: [{ pointer: "/enabled", code: "invalid_type" }] },
  ],
  [
    "a condition that does not parse",
    () => post({ body: { key: "a", default: false, rules: [{ condition: "region ==\n  )", value: true }] } }),
    400,
    {
      code: "invalid_input",
      errors: [
        {
          pointer: "/rules/0/condition",
          code: "invalid_condition",
          line: 2,
          column: 3,
          message: expect.stringMatching(/expected/i),
        },
      ],
    },
  ],
  [
    "a variant that its schema refuses",
    () =>
      post({
        body: { key: "a", default: { size: 0 }, valueSchema: { properties: { size: { minimum: 1 } } } },
      }),
    400,
    { errors: [{ pointer: "/variants/variant-1/size", code: "schema_mismatch" }] },
  ],
  [
    "a schema that lies elsewhere",
    () => post({ body: { key: "a", default: 1, valueSchema: { $ref: "http://127.0.0.1/" } } }),
    400,
    { errors: [{ pointer: "/valueSchema/$ref", code: "invalid_schema" }] },
  ],
  [
    "a schema whose pattern would never end",
    () => post({ body: { key: "a", default: "b", valueSchema: { pattern: "(a+)+$" } } }),
    400,
    { errors: [{ pointer: "/valueSchema/pattern", code: "invalid_schema" }] },
  ],
  [
    "JSON of more than 8 KiB as a variant",
    () => post({ body: { key: "a", default: ["x".repeat(9_000)] } }),
    400,
    { errors: [{ pointer: "/default", message: expect.stringContaining("8192 bytes") }] },
  ],
  [
    "a split whose weights sum to 99",
    () => put({ headers: { "if-match": '"1"' }, body: { ...on, rollout: split({ on: 49, off: 50 }) } }),
    400,
    { errors: [{ pointer: "/rollout/weights", message: expect.stringContaining("sum to 99") }] },
  ],
  [
    "a user under two variants",
    () => put({ headers: { "if-match": '"1"' }, body: { ...on, targets: { on: ["ada"], off: ["ada"] } } }),
    400,
    { errors: [{ pointer: "/targets/off/0", code: "repeated_target" }] },
  ],
  [
    "a toggle that waits for itself",
    () =>
      put({
        headers: { "if-match": '"1"' },
        body: { ...on, prerequisites: [{ toggle: "cart", variants: ["on"] }] },
      }),
    400,
    { errors: [{ code: "circular_prerequisites", message: expect.stringContaining("cart -> cart") }] },
  ],
  [
    "an unknown segment",
    () =>
      post({ body: { key: "a", default: false, rules: [{ condition: "segment('beta')", value: true }] } }),
    400,
    {
      errors: [
        { pointer: "/rules/0/condition", message: expect.stringContaining("There is no segment 'beta'") },
      ],
    },
  ],
  [
    "a percentage of 101",
    () => post({ body: { key: "a", default: false, rollout: { type: "percentage", value: 101 } } }),
    400,
    {
      code: "invalid_input",
      errors: [{ pointer: "/rollout/value", message: "A percentage is at most 100." }],
    },
  ],
  [
    "a key that is taken",
    () => post({ body: { key: "cart", default: true } }),
    409,
    { code: "toggle_key_taken" },
  ],
  [
    "a version that is stale",
    () => put({ headers: { "if-match": '"7"' }, body: { enabled: true, default: true } }),
    412,
    { code: "version_conflict", details: { expectedVersion: 7, current: { version: 1 } } },
  ],
  [
    "a body over 1 MiB",
    () => post({ body: { key: "a", default: false, description: "x".repeat(1024 * 1024) } }),
    413,
    { code: "body_too_large" },
  ],
  [
    "a body over 1 MiB whose length is not told",
    () => postStream(`{"key":"a","default":false,"description":"${"x".repeat(1024 * 1024)}"}`),
    413,
    { code: "body_too_large" },
  ],
  ["JSON nested 1,000 deep", () => post({ body: nested(1_000) }), 400, { code: "json_too_deep" }],
  [
    "JSON nested as deep as 1 MiB can hold",
    () => post({ body: nested(512 * 1024) }),
    400,
    { code: "json_too_deep" },
  ],
  ["malformed JSON", () => post({ body: '{"key": ' }), 400, { code: "malformed_json" }],
  [
    "a field called __proto__",
    () => post({ body: '{"key":"a","default":false,"__proto__":{"enabled":true}}' }),
    400,
    { code: "invalid_input", errors: [{ code: "reserved_name" }] },
  ],
  ["no body at all", () => post({}), 400, { code: "invalid_input" }],
  [
    "a body that is no JSON",
    () => post({ body: "key=a", headers: { "content-type": "application/x-www-form-urlencoded" } }),
    415,
    { code: "unsupported_media_type" },
  ],
  [
    "a compressed body",
    () => post({ body: "{}", headers: { "content-encoding": "gzip" } }),
    415,
    { code: "unsupported_media_type" },
  ],
  [
    "an unknown parameter",
    () => api.request("GET", "/v1/toggles?colour=red", { key: acme.personalKey }),
    400,
    { code: "invalid_input", errors: [{ message: expect.stringContaining("colour") }] },
  ],
  [
    "a parameter given twice",
    () =>
      api.request("GET", "/v1/toggles?environment=staging&environment=production", { key: acme.personalKey }),
    400,
    { code: "invalid_input", errors: [{ pointer: "/environment" }] },
  ],
  [
    "a project that is not there",
    () => api.request("GET", "/v1/toggles?project=nope", { key: acme.personalKey }),
    404,
    { code: "project_not_found" },
  ],
];

describe("bad input", () => {
  test.each(problems)("refuses %s, says why, and changes nothing", async (_, act, status, body) => {
    const before = await stateOf(acme);

    const answer = await act();

    expect(answer).toMatchObject({ status, body: { status, type: expect.any(String), ...body } });
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    expect(await stateOf(acme)).toEqual(before);
  });

  test("hides a toggle from every other tenant's keys, and keeps them from changing it", async () => {
    const rival = await api.addTenant();
    const before = await stateOf(acme);
    const asRival = (method: string, request: TestRequest = {}) =>
      api.request(method, "/v1/toggles/cart", { key: rival.personalKey, ...request });

    const answers = [
      await asRival("GET"),
      await asRival("PUT", { headers: { "if-match": '"1"' }, body: { enabled: true, default: true } }),
      await asRival("DELETE", { headers: { "if-match": '"1"' } }),
      await api.request("GET", "/v1/toggles/cart?userId=ada", { key: rival.serverKey }),
    ];

    for (const answer of answers) {
      expect(answer).toMatchObject({ status: 404, body: { code: "toggle_not_found" } });
    }
    expect(await stateOf(acme)).toEqual(before);
  });
});

async function postStream(text: string) {
  const response = await fetch(`${api.baseUrl}/v1/toggles`, {
    method: "POST",
    headers: { authorization: `Bearer ${acme.personalKey}`, "content-type": "application/json" },
    body: new Blob([text]).stream(),
    duplex: "half",
  });
  const answer = await response.text();
  return { status: response.status, headers: response.headers, text: answer, body: JSON.parse(answer) };
}
