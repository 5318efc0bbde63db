import type { Role, RolloutPlanId, SdkKeyId } from "@burgee/db";
import { newId } from "@burgee/db";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type AtHome, aToggle, homeless, inRole, install } from "../../test/installation.ts";
import { aPlan } from "../../test/rollout.ts";
import { countAuditFacets } from "../audit/count-audit-facets.ts";
import { listAudit } from "../audit/list-audit.ts";
import {
  removeContextAttribute,
  setContextAttribute,
} from "../context-attributes/change-context-attributes.ts";
import { listContextAttributes } from "../context-attributes/list-context-attributes.ts";
import { createEnvironment } from "../environments/create-environment.ts";
import { listEnvironments } from "../environments/list-environments.ts";
import { parseInput } from "../errors/invalid-input.ts";
import { listGrants } from "../grants/list-grants.ts";
import { getRolloutGuards } from "../guards/get-rollout-guards.ts";
import { rolloutPlanId, sdkKeyId } from "../ids.ts";
import { createProject } from "../projects/create-project.ts";
import { listProjects } from "../projects/list-projects.ts";
import { listRoles } from "../roles/list-roles.ts";
import { abortRollout } from "../rollouts/abort-rollout.ts";
import { createRollout } from "../rollouts/create-rollout.ts";
import { getRollout, listRollouts } from "../rollouts/list-rollouts.ts";
import { issueSdkKey } from "../sdk-keys/issue-sdk-key.ts";
import { listSdkKeys } from "../sdk-keys/list-sdk-keys.ts";
import { revokeSdkKey } from "../sdk-keys/revoke-sdk-key.ts";
import { createSegment, createSegmentInput } from "../segments/create-segment.ts";
import { downloadSegmentList } from "../segments/download-segment-list.ts";
import { getSegment } from "../segments/get-segment.ts";
import { ListDownloads } from "../segments/list-downloads.ts";
import { listSegmentHistory } from "../segments/list-segment-history.ts";
import { listSegments } from "../segments/list-segments.ts";
import { archiveSegment, updateSegment } from "../segments/update-segment.ts";
import { UploadRoom } from "../segments/upload-room.ts";
import { uploadSegmentList } from "../segments/upload-segment-list.ts";
import { listHistory } from "../settings/list-history.ts";
import { setToggleEnabled } from "../settings/update-setting.ts";
import { archiveToggle } from "../toggles/archive-toggle.ts";
import { getToggle } from "../toggles/get-toggle.ts";
import { listToggles } from "../toggles/list-toggles.ts";
import { updateToggle } from "../toggles/update-toggle.ts";
import { accessOf } from "./access.ts";
import type { Caller } from "./caller.ts";
import { explainAccess } from "./explain-access.ts";
import { BUILT_IN_ROLES, PERMISSION_TABLE, type Permission } from "./permissions.ts";

const installation = await install();
let caller: AtHome;
let stranger: AtHome;
let planId: RolloutPlanId;
let keyId: SdkKeyId;

beforeAll(async () => {
  caller = await installation.newTenant();
  stranger = await installation.newTenant();
  await createProject(caller, { key: "app", name: "App" });
  await createEnvironment(caller, { project: "app", key: "beta", name: "Beta" });
  await aToggle(caller, "cart");
  await aToggle(caller, "rolled");
  planId = parseInput(rolloutPlanId, (await aPlan(caller, { toggle: "rolled" })).id);
  keyId = parseInput(sdkKeyId, (await issueSdkKey(caller, { kind: "srv", name: "Shop" })).id);
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

/** Once a delivery let somebody pass, each use case asks again, where it knows the place. */
describe("what a use case asks for", () => {
  const id = newId<never>();
  const text = { format: { type: "lines", hasHeader: false }, size: undefined, chunks: oneChunk() } as const;
  const hash = "0".repeat(64);
  const nothing = { key: "nothing", expectedVersion: 1 };
  const segment = parseInput(createSegmentInput, { key: "beta" });

  const useCases: readonly [
    name: string,
    work: (caller: Caller) => Promise<unknown>,
    permission: Permission,
    where: "tenant" | "somewhere" | "project" | "part" | "whole" | "environment",
  ][] = [
    ["getToggle", (caller) => getToggle(caller, { key: "nothing" }), "toggle.read", "environment"],
    ["listToggles", (caller) => listToggles(caller, { limit: 1 }), "toggle.read", "environment"],
    [
      "listHistory",
      (caller) => listHistory(caller, { toggle: "cart", limit: 1 }),
      "toggle.read",
      "environment",
    ],
    ["listRollouts", (caller) => listRollouts(caller, { toggle: "cart" }), "toggle.read", "environment"],
    ["createToggle", (caller) => aToggle(caller, "cart"), "toggle.write", "environment"],
    ["updateToggle", (caller) => updateToggle(caller, nothing), "toggle.write", "whole"],
    ["archiveToggle", (caller) => archiveToggle(caller, nothing), "toggle.write", "whole"],
    [
      "setToggleEnabled",
      (caller) => setToggleEnabled(caller, { toggle: "nothing", expectedVersion: 1, enabled: true }),
      "toggle.write",
      "environment",
    ],
    [
      "createRollout",
      (caller) => createRollout(caller, { toggle: "nothing", variant: "on", steps: [], guards: [] }),
      "rollout.write",
      "environment",
    ],
    ["getRollout", (caller) => getRollout(caller, { id: planId }), "toggle.read", "environment"],
    ["getRolloutGuards", (caller) => getRolloutGuards(caller, { id: planId }), "toggle.read", "environment"],
    [
      "abortRollout",
      (caller) => abortRollout(caller, { id: planId, expectedVersion: 9 }),
      "rollout.write",
      "environment",
    ],
    [
      "abortRollout, of none",
      (caller) => abortRollout(caller, { id, expectedVersion: 1 }),
      "rollout.write",
      "tenant",
    ],
    ["getSegment", (caller) => getSegment(caller, { key: "nothing" }), "segment.read", "project"],
    ["listSegments", (caller) => listSegments(caller, { limit: 1 }), "segment.read", "project"],
    [
      "listSegmentHistory",
      (caller) => listSegmentHistory(caller, { key: "no", limit: 1 }),
      "segment.read",
      "project",
    ],
    ["createSegment", (caller) => createSegment(caller, segment), "segment.write", "project"],
    ["updateSegment", (caller) => updateSegment(caller, nothing), "segment.write", "whole"],
    ["archiveSegment", (caller) => archiveSegment(caller, nothing), "segment.write", "whole"],
    [
      "uploadSegmentList",
      (caller) => uploadSegmentList(caller, {}, text, new UploadRoom()),
      "segment.write",
      "project",
    ],
    [
      "downloadSegmentList",
      (caller) => downloadSegmentList(caller, { hash }, new ListDownloads(), async () => undefined),
      "segment.read",
      "project",
    ],
    [
      "listContextAttributes",
      (caller) => listContextAttributes(caller, {}),
      "context_attribute.read",
      "project",
    ],
    [
      "setContextAttribute",
      (caller) => setContextAttribute(caller, { name: "age", type: "number", description: "" }),
      "context_attribute.write",
      "whole",
    ],
    [
      "removeContextAttribute",
      (caller) => removeContextAttribute(caller, { name: "nothing" }),
      "context_attribute.write",
      "whole",
    ],
    ["listProjects", (caller) => listProjects(caller), "project.read", "somewhere"],
    [
      "createProject",
      (caller) => createProject(caller, { key: "web", name: "Web" }),
      "project.write",
      "tenant",
    ],
    ["listEnvironments", (caller) => listEnvironments(caller, {}), "project.read", "part"],
    [
      "createEnvironment",
      (caller) => createEnvironment(caller, { key: "production", name: "Again" }),
      "environment.write",
      "project",
    ],
    [
      "issueSdkKey, personal",
      (caller) => issueSdkKey(caller, { kind: "pat", name: "Mine" }),
      "toggle.read",
      "environment",
    ],
    [
      "issueSdkKey, of a server",
      (caller) => issueSdkKey(caller, { kind: "srv", name: "Shop" }),
      "sdk_key.write",
      "environment",
    ],
    ["listSdkKeys", (caller) => listSdkKeys(caller), "sdk_key.read", "tenant"],
    ["revokeSdkKey", (caller) => revokeSdkKey(caller, { id: keyId }), "sdk_key.write", "environment"],
    ["revokeSdkKey, of none", (caller) => revokeSdkKey(caller, { id }), "sdk_key.write", "tenant"],
    ["countAuditFacets", (caller) => countAuditFacets(caller, {}), "audit.read", "tenant"],
    ["listAudit", (caller) => listAudit(caller, { limit: 1 }), "audit.read", "tenant"],
    ["listRoles", (caller) => listRoles(caller), "member.read", "somewhere"],
    ["listGrants, of all", (caller) => listGrants(caller, { limit: 1 }), "member.read", "tenant"],
    ["listGrants", (caller) => listGrants(caller, { project: "web", limit: 1 }), "member.read", "project"],
    [
      "explainAccess, of another",
      (caller) => explainAccess(caller, { userId: id, permission: "toggle.read", project: "web" }),
      "member.read",
      "project",
    ],
  ];

  const subjects: readonly {
    readonly tenant: Role;
    readonly web?: Role;
    readonly production?: Role;
  }[] = [
    ...BUILT_IN_ROLES.map((tenant) => ({ tenant })),
    { tenant: "viewer", web: "admin" },
    { tenant: "viewer", production: "admin" },
    { tenant: "admin", web: "viewer" },
    { tenant: "admin", production: "viewer" },
    { tenant: "viewer", web: "viewer", production: "editor" },
    { tenant: "guest" },
    { tenant: "viewer", production: "guest" },
    { tenant: "guest", web: "viewer" },
    { tenant: "owner", web: "viewer", production: "guest" },
  ];

  test.each(useCases)("%s", async (_, work, permission, where) => {
    // A guest is a role of the tenant's own, without any permission.
    const has = (role: Role) => PERMISSION_TABLE[permission].some((each) => each === role);
    for (const subject of subjects) {
      const code = await work(as(subject)).then(() => "done", codeOf);
      const { tenant } = subject;
      const web = tenant === "owner" ? tenant : (subject.web ?? tenant);
      const production = tenant === "owner" ? tenant : (subject.production ?? web);
      const isAllowed = {
        tenant: has(tenant),
        somewhere: has(tenant) || has(web) || has(production),
        project: has(web),
        part: has(web) || has(production),
        whole: has(web) && has(production),
        environment: has(production),
      }[where];

      expect([subject, code === "forbidden"]).toEqual([subject, !isAllowed]);
    }
  });

  test("is said to who lacks it", async () => {
    await expect(aToggle(inRole(caller, "viewer"), "menu")).rejects.toMatchObject({
      code: "forbidden",
      message: "This needs the permission toggle.write, which the role viewer lacks.",
      details: { permission: "toggle.write", role: "viewer", boundTo: "tenant" },
    });
  });

  /** The caller with other roles, in the project and the environment that they are at home in. */
  function as({ tenant, web, production }: (typeof subjects)[number]): Caller {
    const { projectId, environmentId } = caller.person.home;
    const grants = [
      { role: web, environmentId: null },
      { role: production, environmentId },
    ].flatMap(({ role, ...at }) => (role ? [{ ...at, projectId, role, permissions: null }] : []));
    return {
      ...caller,
      person: { ...caller.person, access: accessOf(tenant, { permissions: null, grants }) },
    };
  }
});

describe("what is shown", () => {
  test("are the places of which one may read", async () => {
    const guest = { permissions: [], grants: [{ ...caller.person.home, role: "viewer", permissions: null }] };
    await createEnvironment(caller, { key: "hidden", name: "Hidden" });
    const narrow = { ...caller, person: { ...caller.person, access: accessOf("guest", guest) } };

    expect(await listProjects(narrow)).toEqual([expect.objectContaining({ key: "web" })]);
    expect(await listEnvironments(narrow, {})).toEqual([expect.objectContaining({ key: "production" })]);
    const { settings } = await getToggle(narrow, { key: "cart" });
    expect(settings.map(({ environment }) => environment)).toEqual(["production"]);
    for (const unknown of ["app", "nowhere"]) {
      await expect(listEnvironments(narrow, { project: unknown })).rejects.toMatchObject({
        code: "forbidden",
      });
    }
  });
});

async function* oneChunk() {
  yield Buffer.from("ada");
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : error;
}
