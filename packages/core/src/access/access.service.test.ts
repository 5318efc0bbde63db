import type { Role } from "@burgee/db";
import { newId } from "@burgee/db";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type AtHome, aToggle, homeless, inRole, install } from "../../test/installation.ts";
import { countAuditFacets } from "../audit/count-audit-facets.ts";
import { listAudit } from "../audit/list-audit.ts";
import { createEnvironment } from "../environments/create-environment.ts";
import { listEnvironments } from "../environments/list-environments.ts";
import { createProject } from "../projects/create-project.ts";
import { listProjects } from "../projects/list-projects.ts";
import { cancelRollout } from "../rollouts/cancel-rollout.ts";
import { listRollouts } from "../rollouts/list-rollouts.ts";
import { startRollout } from "../rollouts/start-rollout.ts";
import { issueSdkKey } from "../sdk-keys/issue-sdk-key.ts";
import { listSdkKeys } from "../sdk-keys/list-sdk-keys.ts";
import { revokeSdkKey } from "../sdk-keys/revoke-sdk-key.ts";
import { listHistory } from "../settings/list-history.ts";
import { setToggleEnabled } from "../settings/update-setting.ts";
import { archiveToggle } from "../toggles/archive-toggle.ts";
import { getToggle } from "../toggles/get-toggle.ts";
import { listToggles } from "../toggles/list-toggles.ts";
import type { Caller } from "./caller.ts";

const installation = await install();
let caller: AtHome;
let stranger: AtHome;

beforeAll(async () => {
  caller = await installation.newTenant();
  stranger = await installation.newTenant();
  await createProject(caller, { key: "app", name: "App" });
  await createEnvironment(caller, { project: "app", key: "beta", name: "Beta" });
  await aToggle(caller, "cart");
  await createProject(stranger, { key: "theirs", name: "Theirs" });
  await createEnvironment(stranger, { project: "theirs", key: "live", name: "Live" });
  await aToggle(stranger, "their_toggle");
});
afterAll(() => installation.close());

describe("which project and environment a request means", () => {
  test("are the key's own where it names none", async () => {
    expect(await getToggle(caller, { key: "cart" })).toMatchObject({
      settings: [{ environment: "production" }],
    });
    expect(await listEnvironments(caller, {})).toMatchObject([{ key: "production" }]);
  });

  test("are those that it names", async () => {
    await aToggle(caller, "menu", { project: "app", environment: "beta" });

    expect(await listEnvironments(caller, { project: "app" })).toMatchObject([{ key: "beta" }]);
    const page = await listToggles(homeless(caller), { project: "app", environment: "beta", limit: 10 });
    expect(page.items.map(({ key }) => key)).toEqual(["menu"]);
  });

  test.each<[string, (caller: Caller) => Promise<unknown>, object]>([
    [
      "no project, by a caller without a home",
      (caller) => listEnvironments(homeless(caller), {}),
      { code: "invalid_input", issues: [{ pointer: "/project", code: "required" }] },
    ],
    [
      "no environment, by a caller without a home",
      (caller) => listToggles(homeless(caller), { project: "web", limit: 1 }),
      { code: "invalid_input", issues: [{ pointer: "/environment", code: "required" }] },
    ],
    [
      "no environment of a project that is not the key's",
      (caller) => listToggles(caller, { project: "app", limit: 1 }),
      { code: "invalid_input", issues: [{ pointer: "/environment" }] },
    ],
    [
      "an unknown project",
      (caller) => listEnvironments(caller, { project: "nowhere" }),
      { code: "project_not_found", message: "There is no project nowhere here." },
    ],
    [
      "an unknown environment",
      (caller) => listToggles(caller, { environment: "nowhere", limit: 1 }),
      { code: "environment_not_found", message: "There is no environment nowhere in the project web." },
    ],
    [
      "another tenant's project",
      (caller) => listEnvironments(caller, { project: "theirs" }),
      { code: "project_not_found" },
    ],
    [
      "another tenant's environment",
      (caller) => listToggles(caller, { environment: "live", limit: 1 }),
      { code: "environment_not_found" },
    ],
    [
      "another tenant's toggle",
      (caller) => getToggle(caller, { key: "their_toggle" }),
      { code: "toggle_not_found" },
    ],
  ])("can't be told from %s", async (_, work, error) => {
    await expect(work(caller)).rejects.toMatchObject(error);
  });

  test("are not found where the key's own are another tenant's", async () => {
    const forged = { ...caller, person: { ...caller.person, home: stranger.person.home } };
    await expect(listToggles(forged, { limit: 1 })).rejects.toMatchObject({
      code: "project_not_found",
      message: "There is no project of this key here.",
    });

    const home = { ...caller.person.home, environmentId: stranger.person.home.environmentId };
    const halfForged = { ...caller, person: { ...caller.person, home } };
    await expect(listToggles(halfForged, { limit: 1 })).rejects.toMatchObject({
      code: "environment_not_found",
    });
  });
});

describe("what a role may do", () => {
  const everyone = ["viewer", "editor", "admin", "owner"] as const;
  const editors = ["editor", "admin", "owner"] as const;
  const admins = ["admin", "owner"] as const;
  const id = newId<never>();

  const useCases: readonly [
    name: string,
    work: (caller: Caller) => Promise<unknown>,
    roles: readonly Role[],
  ][] = [
    ["getToggle", (caller) => getToggle(caller, { key: "nothing" }), everyone],
    ["listToggles", (caller) => listToggles(caller, { limit: 1 }), everyone],
    ["listHistory", (caller) => listHistory(caller, { toggle: "cart", limit: 1 }), everyone],
    ["listRollouts", (caller) => listRollouts(caller, { toggle: "cart" }), everyone],
    ["listProjects", (caller) => listProjects(caller), everyone],
    ["listEnvironments", (caller) => listEnvironments(caller, {}), everyone],
    ["issueSdkKey, personal", (caller) => issueSdkKey(caller, { kind: "pat", name: "Mine" }), everyone],
    ["createToggle", (caller) => aToggle(caller, "cart"), editors],
    ["archiveToggle", (caller) => archiveToggle(caller, { key: "nothing", expectedVersion: 1 }), editors],
    [
      "setToggleEnabled",
      (caller) => setToggleEnabled(caller, { toggle: "nothing", expectedVersion: 1, enabled: true }),
      editors,
    ],
    [
      "startRollout",
      (caller) => startRollout(caller, { toggle: "nothing", expectedVersion: 1, variant: "on", steps: [] }),
      editors,
    ],
    ["cancelRollout", (caller) => cancelRollout(caller, { id }), editors],
    ["countAuditFacets", (caller) => countAuditFacets(caller, {}), editors],
    ["listAudit", (caller) => listAudit(caller, { limit: 1 }), editors],
    ["createProject", (caller) => createProject(caller, { key: "web", name: "Web" }), admins],
    [
      "createEnvironment",
      (caller) => createEnvironment(caller, { key: "production", name: "Again" }),
      admins,
    ],
    ["issueSdkKey, of a server", (caller) => issueSdkKey(caller, { kind: "srv", name: "Shop" }), admins],
    ["listSdkKeys", (caller) => listSdkKeys(caller), admins],
    ["revokeSdkKey", (caller) => revokeSdkKey(caller, { id }), admins],
  ];

  test.each(useCases)("%s asks for it", async (_, work, roles) => {
    const refused: Role[] = [];
    for (const role of everyone) {
      const code = await work(inRole(caller, role)).then(() => "done", codeOf);
      if (code === "forbidden") refused.push(role);
    }

    expect(refused).toEqual(everyone.filter((role) => !roles.some((allowed) => allowed === role)));
  });

  test("is said to who lacks it", async () => {
    await expect(aToggle(inRole(caller, "viewer"), "menu")).rejects.toMatchObject({
      code: "forbidden",
      message: "This needs the permission toggle.write, which the role viewer lacks.",
      details: { permission: "toggle.write", role: "viewer" },
    });
  });
});

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : error;
}
