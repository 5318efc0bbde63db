import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type AtHome, aToggle, install } from "../../test/installation.ts";
import { createEnvironment } from "../environments/create-environment.ts";
import { parseInput } from "../errors/invalid-input.ts";
import { setGrant } from "../grants/change-grants.ts";
import { createProject } from "../projects/create-project.ts";
import { issueSdkKey } from "../sdk-keys/issue-sdk-key.ts";
import { setToggleEnabled } from "../settings/update-setting.ts";
import { countAuditFacets, countAuditFacetsInput } from "./count-audit-facets.ts";
import { listAudit, listAuditInput } from "./list-audit.ts";
import { verifyAuditChain } from "./verify-audit-chain.ts";

const installation = await install();
let caller: AtHome;
let stranger: AtHome;

beforeAll(async () => {
  caller = await installation.newTenant();
  stranger = await installation.newTenant();
  await createProject(caller, { key: "app", name: "App" });
  await createEnvironment(caller, { project: "app", key: "production", name: "Production" });
  await aToggle(caller, "cart");
  await aToggle(caller, "cart", { project: "app", environment: "production" });
  await setToggleEnabled(
    { ...caller, requestId: "req-off" },
    { toggle: "cart", expectedVersion: 1, enabled: false },
  );
  await issueSdkKey(caller, { project: "app", environment: "production", kind: "srv", name: "Shop" });
  await aToggle(stranger, "cart");
});
afterAll(() => installation.close());

/** As the input comes over the wire. */
const list = (input: object) => listAudit(caller, parseInput(listAuditInput, input));
const facets = (input: object) => countAuditFacets(caller, parseInput(countAuditFacetsInput, input));
const found = async (input: object) =>
  (await list(input)).items.map(({ action, object }) => `${action} ${object.replace(/[0-9a-f-]{36}/, "…")}`);

describe("the audit trail", () => {
  test.each<[string, object, readonly string[]]>([
    ["an action", { action: "toggle.disabled" }, ["toggle.disabled toggle/web/cart"]],
    [
      "a kind of object",
      { objectKind: "environment" },
      ["environment.created environment/app/production", "environment.created environment/web/production"],
    ],
    [
      "an object",
      { objectKind: "toggle", objectKey: "cart", project: "app" },
      ["toggle.created toggle/app/cart"],
    ],
    [
      "a project, with what happened to its keys",
      { project: "app" },
      [
        "sdk_key.issued sdk-key/…",
        "toggle.created toggle/app/cart",
        "environment.created environment/app/production",
        "project.created project/app",
      ],
    ],
    [
      "an environment of a project",
      { project: "web", environment: "production" },
      [
        "toggle.disabled toggle/web/cart",
        "toggle.created toggle/web/cart",
        "environment.created environment/web/production",
      ],
    ],
    [
      "an environment in every project",
      { environment: "production", objectKind: "toggle", action: "toggle.created" },
      ["toggle.created toggle/app/cart", "toggle.created toggle/web/cart"],
    ],
    ["a request", { requestId: "req-off" }, ["toggle.disabled toggle/web/cart"]],
    ["an actor who did nothing", { actor: "user:nobody" }, []],
    ["an unknown project", { project: "nowhere" }, []],
    ["an unknown environment", { environment: "nowhere" }, []],
    ["a time that is over", { to: "2001-01-01T00:00:00Z" }, []],
    ["a time to come", { from: "2999-01-01T00:00:00Z" }, []],
  ])("is listed by %s", async (_, input, expected) => {
    expect(await found(input)).toEqual(expected);
  });

  test("is listed by its actor, and from one moment up to another", async () => {
    const all = (await list({ limit: 200 })).items;
    const from = all[4]?.at;
    const to = all[1]?.at;

    const some = await list({ actor: `user:${caller.person.userId}`, from, to });

    const meant = all.filter(({ at }) => at >= String(from) && at < String(to));
    expect(some.items).toEqual(meant);
    expect(meant.length).toBeGreaterThan(0);
  });

  test("goes on within a filter, page by page", async () => {
    const first = await list({ project: "app", limit: 3 });
    const second = await list({ project: "app", limit: 3, before: first.nextBefore });

    expect(first.items.map(({ object }) => object).slice(1)).toEqual([
      "toggle/app/cart",
      "environment/app/production",
    ]);
    expect(second).toMatchObject({ items: [{ object: "project/app" }], nextBefore: null });
  });

  test("has grants under the project that they name, with the chain whole", async () => {
    const owner = await installation.newTenant();
    const viewer = await installation.newTenant();
    const { userId } = viewer.person;
    const { tenantId } = owner.person;
    await owner.db.transact(tenantId, ({ tenants }) => tenants.addMember(userId, "viewer"));
    await setGrant(owner, { userId, project: "web", role: "editor" });
    await setGrant(owner, { userId, project: "web", environment: "production", role: "admin" });

    const { items } = await listAudit(
      owner,
      parseInput(listAuditInput, { project: "web", objectKind: "grant" }),
    );
    const { values } = await countAuditFacets(owner, {});

    expect(items.map(({ object, project }) => [object, project])).toEqual([
      [`grant/${userId}/web/production`, "web"],
      [`grant/${userId}/web`, "web"],
    ]);
    expect(values.project.map(({ value }) => value)).toEqual(["web"]);
    expect((await verifyAuditChain(owner, { tenantId })).fault).toBeUndefined();
  });

  test("names projects and environments by their keys", async () => {
    const [key] = (await list({ action: "sdk_key.issued" })).items;

    expect(key).toMatchObject({ project: "app", environment: "production", address: null, userAgent: null });
    expect(Object.keys(key ?? {})).not.toContain("hash");
  });

  test.each([
    ["an unknown field", { email: "a@b.c" }],
    ["a text that is no time", { from: "yesterday" }],
    ["a time that Postgres has not", { from: "0000-01-01T00:00:00Z" }],
    ["half of a surrogate pair", { actor: "\ud800" }],
    ["a NUL", { objectKey: "\0" }],
    ["a text without end", { action: "x".repeat(257) }],
    ["an empty text", { requestId: "" }],
  ])("refuses %s in its filter", (_, input) => {
    expect(() => parseInput(listAuditInput, input)).toThrow(
      expect.objectContaining({ code: "invalid_input" }),
    );
    expect(() => parseInput(countAuditFacetsInput, input)).toThrow();
  });
});

describe("facets", () => {
  test("count each value within the filter", async () => {
    const counted = await facets({ objectKind: "toggle" });

    const me = `user:${caller.person.userId}`;
    expect(counted).toEqual({
      counted: 3,
      isSample: false,
      values: {
        actor: [{ value: me, count: 3 }],
        action: [
          { value: "toggle.created", count: 2 },
          { value: "toggle.disabled", count: 1 },
        ],
        objectKind: [{ value: "toggle", count: 3 }],
        object: [
          { value: "toggle/web/cart", count: 2 },
          { value: "toggle/app/cart", count: 1 },
        ],
        project: [
          { value: "web", count: 2 },
          { value: "app", count: 1 },
        ],
        environment: [{ value: "production", count: 3 }],
        day: [{ value: expect.stringMatching(/^\d{4}-\d\d-\d\d$/), count: 3 }],
      },
    });
  });

  test("count everything where nothing is filtered, and nothing of others", async () => {
    const { counted, values } = await facets({});

    expect(counted).toBe((await list({ limit: 200 })).items.length);
    expect(values.project).toEqual([
      { value: "app", count: 4 },
      { value: "web", count: 4 },
    ]);
  });

  test("count nothing where there is nothing", async () => {
    const { counted, isSample, values } = await facets({ actor: "user:nobody" });

    expect([counted, isSample, ...Object.values(values).flat()]).toEqual([0, false]);
  });

  test("count the newest entries of a long trail and say so, and name 50 values of each facet at most, but many days", async () => {
    const { person } = stranger;
    await installation.admin.query(
      `insert into burgee.audit_entries
         (tenant_id, month, seq, created_at, actor, action, object, hash_version, previous_hash, hash)
       select $1, date_trunc('month', now() at time zone 'utc'), n, now() - n % 60 * interval '1 day', 'user:' || n % 80,
              case when n <= 10100 then 'old' else 'new' end, 'toggle/web/t', 2, '', '' from generate_series(101, 20100) n`,
      [person.tenantId],
    );

    const { counted, isSample, values } = await countAuditFacets(stranger, {});

    expect({ counted, isSample }).toEqual({ counted: 10_000, isSample: true });
    expect(values.action).toEqual([{ value: "new", count: 10_000 }]);
    expect(values.actor).toHaveLength(50);
    expect(values.day).toHaveLength(60);
  });
});
