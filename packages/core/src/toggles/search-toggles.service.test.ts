import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type AtHome, aToggle, install } from "../../test/installation.ts";
import { compareEnvironments, compareEnvironmentsInput } from "../compare/compare-environments.ts";
import { createEnvironment } from "../environments/create-environment.ts";
import { listEnvironments } from "../environments/list-environments.ts";
import { updateEnvironment } from "../environments/update-environment.ts";
import { parseInput } from "../errors/invalid-input.ts";
import { lookAtToggles } from "../lifecycle/look-at-toggles.ts";
import { setExpectedEnd } from "../lifecycle/set-expected-end.ts";
import { listProjects } from "../projects/list-projects.ts";
import { renameProject } from "../projects/rename-project.ts";
import { setToggleEnabled, updateSetting, updateSettingInput } from "../settings/update-setting.ts";
import { archiveToggle } from "./archive-toggle.ts";
import { getToggle } from "./get-toggle.ts";
import { searchToggles, searchTogglesInput } from "./search-toggles.ts";
import { updateToggle, updateToggleInput } from "./update-toggle.ts";

const installation = await install();
const { admin, db, newTenant } = installation;
let caller: AtHome;

/** A tenant for all that only looks. */
beforeAll(prepare);
afterAll(() => installation.close());

describe("a search of toggles", () => {
  test.each([
    [{ words: ["HECK"] }, ["checkout_new"]],
    [{ words: ["_"] }, ["checkout_new"]],
    [{ words: ["%"] }, []],
    [{ words: ["the", "basket"] }, ["cart"]],
    [{ tags: ["web"] }, ["cart", "menu"]],
    [{ tags: ["web", "shop"] }, ["cart"]],
    [{ kind: "string" }, []],
    [{ states: [{ environment: "staging", enabled: true }] }, ["menu"]],
    [{ states: [{ environment: "staging", enabled: false }], tags: ["web"] }, ["cart"]],
    [{ stale: true }, ["cart"]],
    [{ stage: "past_end" }, ["cart"]],
    [{ stale: false }, ["checkout_new", "menu"]],
    [{ changedWithinHours: 24 }, ["cart", "menu"]],
    [{ unchangedForHours: 24 }, ["checkout_new"]],
    [{ archived: true }, ["gone"]],
    [{ order: "changed", archived: false, tags: ["web"] }, ["menu", "cart"]],
  ])("for %j finds %j", async (asked, keys) => {
    const { items, total } = await search(asked);

    expect(items.map(({ key }) => key)).toEqual(keys);
    expect(total).toBe(keys.length);
  });

  test.each(["key", "changed"])("tells all of them page by page, ordered by %s", async (order) => {
    const keys: string[] = [];
    let cursor: Awaited<ReturnType<typeof search>>["nextCursor"];
    do {
      const page = await search({ order, limit: 1, ...(cursor && { cursor }) });
      keys.push(...page.items.map(({ key }) => key));
      expect(page.total).toBe(cursor ? null : 3);
      cursor = page.nextCursor;
    } while (cursor);

    expect(keys).toEqual(
      order === "key" ? ["cart", "checkout_new", "menu"] : ["menu", "cart", "checkout_new"],
    );
  });

  test("tells how each stands in the environments that are named, and how often it was evaluated", async () => {
    const production = (await listEnvironments(caller, {})).find(({ key }) => key === "production");
    await admin.query(
      `insert into burgee.toggle_usage (tenant_id, month, environment_id, toggle_id, hour, variant, version, count)
       select tenant_id, date_trunc('month', at at time zone 'utc')::date, $2, toggle_id, at, v, 1, 5
         from burgee.toggles, unnest(array['on', 'off']) v, unnest(array[now() - interval '30 minutes', now() - interval '25 hours']) at
        where tenant_id = $1 and key = 'menu'`,
      [caller.person.tenantId, production?.id],
    );

    const { items } = await search({ words: ["menu"], environments: ["production", "staging"] });

    expect(items).toMatchObject([
      {
        days: [0, 0, 0, 0, 0, 10, 10],
        settings: [
          { environment: "production", enabled: true, rules: 0 },
          { environment: "staging", enabled: true, version: 2 },
        ],
      },
    ]);
  });

  test("is refused an environment that the project lacks", async () => {
    await expect(search({ environments: ["nowhere"] })).rejects.toMatchObject({
      code: "environment_not_found",
    });
  });
});

test("a comparison tells which toggles are set otherwise in which environment, whatever their rules' ids", async () => {
  const caller = await newCaller();
  for (const environment of ["production", "staging"]) {
    const rules = [{ condition: "region == 'IN'", variant: "on" }];
    const setting = parseInput(updateSettingInput, {
      ...{ environment, toggle: "cart", expectedVersion: 1, enabled: true, default: false, rules },
    });
    await updateSetting(caller, setting);
  }
  const compare = (asked: object) =>
    compareEnvironments(
      caller,
      parseInput(compareEnvironmentsInput, { environments: ["production", "staging"], ...asked }),
    );

  const all = await compare({ onlyDifferent: false });
  const some = await compare({ limit: 1 });
  const rest = await compare({ limit: 1, cursor: some.nextCursor });

  expect(all.items.map(({ key, differs }) => [key, differs])).toEqual([
    ["cart", false],
    ["checkout_new", true],
    ["menu", true],
  ]);
  expect(some.items).toMatchObject([{ key: "checkout_new", settings: [{ group: 0 }, { group: 1 }] }]);
  expect(rest.items).toMatchObject([{ key: "menu" }]);
});

test("an environment is renamed and made critical, and a project renamed", async () => {
  const caller = await newCaller();
  const staging = await updateEnvironment(caller, { environment: "staging", critical: true });
  const production = await updateEnvironment(caller, { environment: "production", name: "Shop" });
  await renameProject(caller, { name: "Website" });

  expect(staging).toMatchObject({ name: "Staging", critical: true });
  expect(production).toMatchObject({ name: "Shop", critical: true });
  expect(await listEnvironments(caller, {})).toMatchObject([{ name: "Shop" }, { critical: true }]);
  expect(await listProjects(caller)).toEqual([{ key: "web", name: "Website" }]);
});

function search(asked: object) {
  return searchToggles(caller, parseInput(searchTogglesInput, asked));
}

async function newCaller(): Promise<AtHome> {
  const made = await newTenant();
  await createEnvironment(made, { key: "staging", name: "Staging" });
  for (const key of ["cart", "checkout_new", "menu"]) await aToggle(made, key);
  return made;
}

/** `cart` and `menu` were changed since, and in that order. */
async function prepare() {
  caller = await newCaller();
  await aToggle(caller, "gone");
  await archiveToggle(caller, { key: "gone", expectedVersion: 1 });
  await admin.query("update burgee.toggles set updated_at = now() - interval '2 days' where tenant_id = $1", [
    caller.person.tenantId,
  ]);
  await setExpectedEnd(caller, { key: "cart", expectedEnd: "2020-01-01" });
  await define("cart", { name: "The basket", tags: ["web", "shop", "web"] });
  await define("menu", { tags: ["web"] });
  await setToggleEnabled(caller, {
    ...{ environment: "staging", toggle: "menu", expectedVersion: 1, enabled: true },
  });
  await lookAtToggles({ db }, caller.person.tenantId, async () => true);
  expect(await getToggle(caller, { key: "cart" })).toMatchObject({
    name: "The basket",
    tags: ["shop", "web"],
  });
}

function define(key: string, definition: object) {
  return updateToggle(caller, parseInput(updateToggleInput, { key, expectedVersion: 1, ...definition }));
}
