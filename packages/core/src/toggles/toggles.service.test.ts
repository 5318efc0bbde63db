import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { type AtHome, aToggle, install } from "../../test/installation.ts";
import { createEnvironment } from "../environments/create-environment.ts";
import { listEnvironments } from "../environments/list-environments.ts";
import { LIMITS } from "../limits.ts";
import { archiveToggle } from "./archive-toggle.ts";
import { getToggle } from "./get-toggle.ts";
import { listToggles } from "./list-toggles.ts";

const installation = await install();
const { admin, nudges, newTenant } = installation;
let caller: AtHome;

beforeEach(async () => {
  caller = await newTenant();
  nudges.length = 0;
});
afterAll(() => installation.close());

describe("creating a toggle", () => {
  test("answers it with its setting here, and the revision from which it is seen", async () => {
    const rules = [{ id: "india", condition: "region == 'IN'", value: true }];
    const rollout = { type: "percentage", value: 12.5 };
    const created = await aToggle(caller, "new_checkout_ui", { default: false, rules, rollout });

    expect(created).toMatchObject({
      key: "new_checkout_ui",
      kind: "boolean",
      variants: { on: true, off: false },
      archived: false,
      createdBy: `user:${caller.person.userId}`,
      environment: "production",
      revision: 2,
      settings: [
        {
          environment: "production",
          version: 1,
          enabled: true,
          default: "off",
          off: "off",
          rules: [{ id: "india", condition: "region == 'IN'", variant: "on", rollout: null }],
          rollout: { type: "percentage", value: 12.5, variant: "on", stickiness: "userId" },
        },
      ],
    });
  });

  test("puts it into every environment, switched off in all others, and nudges each", async () => {
    await createEnvironment(caller, { key: "staging", name: "Staging" });
    nudges.length = 0;

    const { settings } = await aToggle(caller, "cart");

    expect(settings.map(({ environment, enabled }) => [environment, enabled])).toEqual([
      ["production", true],
      ["staging", false],
    ]);
    expect((await listEnvironments(caller, {})).map(({ key, revision }) => [key, revision])).toEqual([
      ["production", 2],
      ["staging", 2],
    ]);
    expect(nudges.map(({ revision }) => revision)).toEqual([2, 2]);
  });

  test("reaches the environment that is being created at the same moment", async () => {
    const keys = Array.from({ length: 6 }, (_, index) => `at-once-${index}`);
    await Promise.all([
      ...keys.map((key) => aToggle(caller, key)),
      createEnvironment(caller, { key: "staging", name: "Staging" }),
      createEnvironment(caller, { key: "testing", name: "Testing" }),
    ]);

    for (const key of keys) {
      const { settings } = await getToggle(caller, { key });
      expect(settings.map(({ environment }) => environment)).toEqual(["production", "staging", "testing"]);
    }
  });

  test("refuses a key that is taken, and changes nothing", async () => {
    await aToggle(caller, "cart");
    nudges.length = 0;

    await expect(aToggle(caller, "cart", { default: false })).rejects.toMatchObject({
      code: "toggle_key_taken",
      message: "The key cart is taken in this project; choose another.",
    });
    expect((await listEnvironments(caller, {}))[0]).toMatchObject({ revision: 2 });
    expect(nudges).toEqual([]);
  });

  test("gives a key to one of two who ask at the same moment", async () => {
    const asked = await Promise.allSettled([aToggle(caller, "cart"), aToggle(caller, "cart")]);

    expect(asked.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
  });

  test("lets two tenants use the same key", async () => {
    await aToggle(caller, "cart");

    await expect(aToggle(await newTenant(), "cart")).resolves.toMatchObject({ key: "cart" });
  });

  test("ends at the project's limit", async () => {
    await admin.query(
      `insert into burgee.toggles (tenant_id, toggle_id, project_id, key, kind, variants, default_variant, off_variant, created_by)
       select $1, gen_random_uuid(), $2, 't' || n, 'boolean', '{}', 'on', 'off', 'system' from generate_series(1, $3) n`,
      [caller.person.tenantId, caller.person.home.projectId, LIMITS.togglesPerProject],
    );

    await expect(aToggle(caller, "one-more")).rejects.toMatchObject({ code: "limit_reached" });
  });

  test("of texts makes each text that is used a variant", async () => {
    const rules = [{ condition: "userId == 'ada'", value: "two words" }];
    const created = await aToggle(caller, "colour", { default: "red", off: "variant-1", rules });

    expect(created).toMatchObject({
      kind: "string",
      variants: { red: "red", "variant-1": "variant-1", "variant-2": "two words" },
      settings: [{ default: "red", off: "variant-1", rules: [{ variant: "variant-2" }] }],
    });
  });

  test("of texts takes named variants, by value or by key", async () => {
    const variants = { small: "S", large: "L" };
    const rules = [{ condition: "userId == 'ada'", variant: "large" }];
    const rollout = { type: "percentage", value: 50, variant: "large", stickiness: "companyId" };
    const created = await aToggle(caller, "size", { default: "S", off: "large", variants, rules, rollout });

    expect(created.settings).toMatchObject([
      {
        default: "small",
        off: "large",
        rules: [{ variant: "large" }],
        rollout: { variant: "large", stickiness: "companyId" },
      },
    ]);
  });
});

describe("archiving a toggle", () => {
  test("ends it in every environment, and nudges each", async () => {
    await createEnvironment(caller, { key: "staging", name: "Staging" });
    await aToggle(caller, "cart");
    nudges.length = 0;

    const archived = await archiveToggle(caller, { key: "cart", expectedVersion: 1 });

    expect(archived).toMatchObject({ archived: true, environment: "production", revision: 3 });
    expect(archived.settings.map(({ version }) => version)).toEqual([2, 2]);
    expect(nudges.map(({ revision }) => revision)).toEqual([3, 3]);
    expect(await getToggle(caller, { key: "cart" })).toMatchObject({
      archived: true,
      updatedAt: archived.updatedAt,
    });
    expect((await listToggles(caller, { limit: 50 })).items).toEqual([]);
  });

  test("keeps its key taken", async () => {
    await aToggle(caller, "cart");
    await archiveToggle(caller, { key: "cart", expectedVersion: 1 });

    await expect(aToggle(caller, "cart")).rejects.toMatchObject({
      code: "toggle_key_taken",
      message: "The key cart is taken by an archived toggle in this project; choose another.",
    });
  });

  test("is refused a second time, for a stale version, and for a toggle that is not there", async () => {
    await aToggle(caller, "cart");

    const archive = (key: string, expectedVersion: number) => archiveToggle(caller, { key, expectedVersion });
    await expect(archive("cart", 2)).rejects.toMatchObject({ code: "version_conflict" });
    expect(await getToggle(caller, { key: "cart" })).toMatchObject({ archived: false });
    await archive("cart", 1);
    await expect(archive("cart", 2)).rejects.toMatchObject({ code: "toggle_archived" });
    await expect(archive("basket", 1)).rejects.toMatchObject({ code: "toggle_not_found" });
  });

  test("reaches the environment that is being created at the same moment", async () => {
    await aToggle(caller, "cart");

    await Promise.all([
      createEnvironment(caller, { key: "staging", name: "Staging" }),
      archiveToggle(caller, { key: "cart", expectedVersion: 1 }),
    ]);

    const { rows } = await admin.query(
      "select (state->>'archived')::bool as archived from burgee.settings where tenant_id = $1",
      [caller.person.tenantId],
    );
    expect(rows.every(({ archived }) => archived)).toBe(true);
  });
});

describe("listing toggles", () => {
  test("goes page by page in the order of keys", async () => {
    for (const key of ["c", "a", "e", "b", "d"]) await aToggle(caller, key);

    const first = await listToggles(caller, { limit: 2 });
    const second = await listToggles(caller, { limit: 2, cursor: first.nextCursor ?? "" });
    const third = await listToggles(caller, { limit: 2, cursor: second.nextCursor ?? "" });

    const pages = [first, second, third];
    expect(pages.map(({ items }) => items.map(({ key }) => key))).toEqual([["a", "b"], ["c", "d"], ["e"]]);
    expect(pages.map(({ nextCursor }) => nextCursor)).toEqual(["b", "d", null]);
    expect(first.items[0]?.settings).toMatchObject([{ environment: "production", version: 1 }]);
  });

  test("ends without a cursor where the last page is full, and where there is nothing", async () => {
    expect(await listToggles(caller, { limit: 2 })).toEqual({ items: [], nextCursor: null });
    for (const key of ["a", "b"]) await aToggle(caller, key);

    expect(await listToggles(caller, { limit: 2 })).toMatchObject({ nextCursor: null });
  });
});
