import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { type AtHome, aToggle, install } from "../../test/installation.ts";
import { parseInput } from "../errors/invalid-input.ts";
import { LIMITS } from "../limits.ts";
import { createProject, createProjectInput } from "../projects/create-project.ts";
import { listProjects } from "../projects/list-projects.ts";
import { QUOTAS } from "../quotas/quotas.ts";
import { archiveToggle } from "../toggles/archive-toggle.ts";
import { getToggle } from "../toggles/get-toggle.ts";
import { createEnvironment, createEnvironmentInput } from "./create-environment.ts";
import { listEnvironments } from "./list-environments.ts";

const installation = await install();
const { admin, nudges, newTenant } = installation;
let caller: AtHome;

beforeEach(async () => {
  caller = await newTenant();
  nudges.length = 0;
});
afterAll(() => installation.close());

describe("a new environment", () => {
  test("holds every live toggle, switched off, at revision 1", async () => {
    for (const key of ["cart", "menu", "gone"]) await aToggle(caller, key);
    await archiveToggle(caller, { key: "gone", expectedVersion: 1 });
    nudges.length = 0;

    const created = await createEnvironment(caller, { key: "staging", name: "Staging" });

    expect(created).toMatchObject({ key: "staging", name: "Staging", revision: 1 });
    for (const key of ["cart", "menu"]) {
      const { settings } = await getToggle(caller, { key });
      expect(settings).toMatchObject([
        { enabled: true },
        { environment: "staging", enabled: false, version: 1 },
      ]);
    }
    expect((await getToggle(caller, { key: "gone" })).settings).toHaveLength(1);
    expect(nudges).toMatchObject([{ revision: 1 }]);
  });

  test("has an epoch of its own", async () => {
    await createEnvironment(caller, { key: "staging", name: "Staging" });

    const environments = await listEnvironments(caller, {});
    expect(new Set(environments.map(({ epoch }) => epoch)).size).toBe(2);
  });

  test("is refused a key that is taken", async () => {
    const again = createEnvironment(caller, { key: "production", name: "Again" });

    await expect(again).rejects.toMatchObject({ code: "environment_key_taken" });
    expect(await listEnvironments(caller, {})).toMatchObject([{ name: "Production" }]);
  });

  test("is refused beyond the project's limit", async () => {
    for (let n = 1; n < LIMITS.environmentsPerProject; n++) {
      await createEnvironment(caller, { key: `e${n}`, name: "One of many" });
    }

    const oneMore = createEnvironment(caller, { key: "one-more", name: "One more" });
    await expect(oneMore).rejects.toMatchObject({ code: "limit_reached" });
  });
});

describe("a new project", () => {
  test("stands in the list, in the order of keys", async () => {
    await createProject(caller, { key: "app", name: "App" });

    expect(await listProjects(caller)).toEqual([
      { key: "app", name: "App" },
      { key: "web", name: "Web" },
    ]);
  });

  test("is refused a key that is taken, and a place beyond the limit", async () => {
    await expect(createProject(caller, { key: "web", name: "Again" })).rejects.toMatchObject({
      code: "project_key_taken",
    });
    await admin.query(
      "insert into burgee.projects select $1, gen_random_uuid(), 'p' || n, 'One of many' from generate_series(2, $2) n",
      [caller.person.tenantId, QUOTAS.projects.most],
    );

    await expect(createProject(caller, { key: "more", name: "More" })).rejects.toMatchObject({
      code: "quota_exceeded",
    });
  });
});

test.each([
  ["a key in capitals", { key: "Web", name: "Web" }, "/key"],
  ["a key of 65 characters", { key: "k".repeat(65), name: "Web" }, "/key"],
  ["no name", { key: "web" }, "/name"],
  ["a blank name", { key: "web", name: "  " }, "/name"],
  ["a name of two lines", { key: "web", name: "a\nb" }, "/name"],
  ["a name that is too long", { key: "web", name: "n".repeat(101) }, "/name"],
  ["half a surrogate pair as a name", { key: "web", name: "\udc00" }, "/name"],
  ["an unknown field", { key: "web", name: "Web", colour: "red" }, ""],
])("a project and an environment are refused %s", (_, input, pointer) => {
  for (const schema of [createProjectInput, createEnvironmentInput]) {
    const issue = expect.objectContaining({ pointer });
    expect(() => parseInput(schema, input)).toThrow(
      expect.objectContaining({ code: "invalid_input", issues: expect.arrayContaining([issue]) }),
    );
  }
});
