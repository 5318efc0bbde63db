import type { Role } from "@burgee/db";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { type AtHome, addMember, asFound, aToggle, install } from "../../test/installation.ts";
import { listAudit } from "../audit/list-audit.ts";
import { createEnvironment } from "../environments/create-environment.ts";
import { parseInput } from "../errors/invalid-input.ts";
import { LIMITS } from "../limits.ts";
import { setMemberRole } from "../members/set-member-role.ts";
import { createProject } from "../projects/create-project.ts";
import { setToggleEnabled } from "../settings/update-setting.ts";
import { removeGrant, setGrant } from "./change-grants.ts";
import { listGrants, listGrantsInput } from "./list-grants.ts";

const installation = await install();
const { admin, newTenant } = installation;
let owner: AtHome;

beforeEach(async () => {
  owner = await newTenant();
  await createEnvironment(owner, { key: "staging", name: "Staging" });
});
afterAll(() => installation.close());

interface At {
  readonly project?: string;
  readonly environment?: string;
}
const grant = (by: AtHome, to: AtHome, role: Role, { project = "web", environment }: At = {}) =>
  setGrant(by, { userId: to.person.userId, project, environment, role });
const remove = (by: AtHome, from: AtHome, { project = "web", environment }: At = {}) =>
  removeGrant(by, { userId: from.person.userId, project, environment });
const production = { environment: "production" };

describe("a grant", () => {
  test("raises in its place, and there alone", async () => {
    const ada = await addMember(owner, "viewer");
    await grant(owner, ada, "editor", { environment: "staging" });
    const raised = await asFound(ada);

    await expect(aToggle(raised, "cart", { environment: "staging" })).resolves.toMatchObject({ key: "cart" });
    await expect(turnOff(raised, "production")).rejects.toMatchObject({ code: "forbidden" });
  });

  test("lowers in its place, and there alone", async () => {
    await aToggle(owner, "cart");
    const ada = await addMember(owner, "editor");
    await grant(owner, ada, "viewer", production);
    const lowered = await asFound(ada);

    await expect(turnOff(lowered, "production")).rejects.toMatchObject({
      code: "forbidden",
      details: { permission: "toggle.write", role: "viewer", boundTo: "environment" },
    });
    await expect(turnOff(lowered, "staging")).resolves.toMatchObject({ key: "cart" });
  });

  test("is replaced and taken back, each time with what was before and after", async () => {
    const ada = await addMember(owner, "viewer");
    const { userId } = ada.person;
    await grant(owner, ada, "editor", production);
    await grant(owner, ada, "admin", production);
    await grant(owner, ada, "admin", production);
    const removed = await remove(owner, ada, production);
    await remove(owner, ada, production);

    expect(removed).toEqual({ userId, project: "web", environment: "production", role: null });
    const object = `grant/${userId}/web/production`;
    expect((await listAudit(owner, { limit: 4 })).items).toMatchObject([
      { action: "grant.removed", object, before: { role: "admin" }, after: null },
      { action: "grant.set", object, before: { role: "editor" }, after: { role: "admin" } },
      { action: "grant.set", object, before: null, after: { role: "editor" } },
      { action: "environment.created" },
    ]);
    expect((await asFound(ada)).person.access.grants).toEqual([]);
  });

  test("goes with the membership", async () => {
    const ada = await addMember(owner, "viewer");
    await grant(owner, ada, "editor");
    await admin.query("delete from burgee.memberships where user_id = $1", [ada.person.userId]);

    expect((await listGrants(owner, { limit: 9 })).items).toEqual([]);
  });

  test.each<[string, Role, At, object]>([
    ["to be owner of a part", "owner", {}, { code: "invalid_input" }],
    ["a role that is not there", "superuser", {}, { code: "invalid_input" }],
    ["in a project that is not there", "editor", { project: "nowhere" }, { code: "project_not_found" }],
    [
      "in an environment that is not there",
      "editor",
      { environment: "no" },
      { code: "environment_not_found" },
    ],
  ])("is refused %s", async (_, role, at, error) => {
    await expect(grant(owner, await addMember(owner, "viewer"), role, at)).rejects.toMatchObject(error);
  });

  test("is refused to an owner, whom none can lower", async () => {
    const other = await addMember(owner, "owner");

    const issues = [expect.objectContaining({ pointer: "/userId", code: "is_owner" })];
    await expect(grant(owner, other, "viewer")).rejects.toMatchObject({ code: "invalid_input", issues });
  });

  test("that an owner had before makes them no less", async () => {
    const ada = await addMember(owner, "viewer");
    await grant(owner, ada, "viewer", production);
    await setMemberRole(owner, { userId: ada.person.userId, role: "owner" });

    await expect(aToggle(await asFound(ada), "cart")).resolves.toMatchObject({ key: "cart" });
  });

  test("is refused to another tenant's people, and in another tenant's places", async () => {
    const stranger = await newTenant();
    await createProject(stranger, { key: "theirs", name: "Theirs" });
    const ada = await addMember(owner, "viewer");

    await expect(grant(owner, stranger, "editor")).rejects.toMatchObject({ code: "member_not_found" });
    await expect(grant(owner, ada, "editor", { project: "theirs" })).rejects.toMatchObject({
      code: "project_not_found",
    });
  });

  test("is one of so many for a person", async () => {
    const ada = await addMember(owner, "viewer");
    await admin.query(
      `with project as (
         insert into burgee.projects select $1, gen_random_uuid(), 'p' || n, 'P' from generate_series(1, $3) n returning *)
       insert into burgee.grants (tenant_id, grant_id, user_id, project_id, role, created_by)
         select $1, gen_random_uuid(), $2, project_id, 'viewer', 'system' from project`,
      [owner.person.tenantId, ada.person.userId, LIMITS.grantsPerPerson],
    );

    await expect(grant(owner, ada, "editor")).rejects.toMatchObject({ code: "limit_reached" });
    await expect(grant(owner, ada, "editor", { project: "p1" })).resolves.toMatchObject({ role: "editor" });
  });
});

describe("nobody gives or takes by grants what they lack", () => {
  test("but an admin of a project does in it what admins of the tenant do everywhere", async () => {
    await createProject(owner, { key: "app", name: "App" });
    const [chief, ada] = await Promise.all([addMember(owner, "viewer"), addMember(owner, "viewer")]);
    await grant(owner, chief, "admin");
    const admin = await asFound(chief);

    await expect(grant(admin, ada, "editor")).resolves.toMatchObject({ role: "editor" });
    await expect(grant(admin, ada, "admin", production)).resolves.toMatchObject({ role: "admin" });
    await expect(remove(admin, ada)).resolves.toMatchObject({ role: null });
    await expect(grant(admin, ada, "editor", { project: "app" })).rejects.toMatchObject({
      code: "forbidden",
    });
    await expect(setMemberRole(admin, { userId: ada.person.userId, role: "editor" })).rejects.toMatchObject({
      code: "forbidden",
    });
  });

  test("in an environment in which they were lowered, in no way around it", async () => {
    const [chief, ada] = await Promise.all([addMember(owner, "admin"), addMember(owner, "viewer")]);
    await grant(owner, chief, "viewer", production);
    const lowered = await asFound(chief);
    const lacked = { code: "forbidden" };

    await expect(remove(lowered, chief, production)).rejects.toMatchObject(lacked);
    await expect(grant(lowered, chief, "admin", production)).rejects.toMatchObject(lacked);
    await expect(grant(lowered, ada, "editor", production)).rejects.toMatchObject(lacked);
    await expect(grant(lowered, ada, "editor")).rejects.toMatchObject({
      ...lacked,
      details: { permission: "toggle.write", lackedIn: "environment" },
    });
    await expect(setMemberRole(lowered, { userId: ada.person.userId, role: "editor" })).rejects.toMatchObject(
      lacked,
    );
    await expect(grant(lowered, ada, "editor", { environment: "staging" })).resolves.toMatchObject({
      role: "editor",
    });
  });

  test("not with a role whose content they lack", async () => {
    const chief = await addMember(owner, "viewer");
    const ada = await addMember(owner, "viewer");
    await grant(owner, chief, "editor");

    await expect(grant(await asFound(chief), ada, "viewer")).rejects.toMatchObject({
      code: "forbidden",
      details: { permission: "member.write" },
    });
  });
});

describe("listing grants", () => {
  test("goes by place and person, a page after the other", async () => {
    await createProject(owner, { key: "app", name: "App" });
    const [ada, bea] = [await addMember(owner, "viewer"), await addMember(owner, "viewer")];
    await grant(owner, ada, "editor");
    await grant(owner, ada, "admin", production);
    await grant(owner, bea, "editor", { project: "app" });

    const list = (input: object) => listGrants(owner, parseInput(listGrantsInput, input));
    const first = await list({ limit: 2 });
    const rest = await list({ limit: 2, cursor: first.nextCursor ?? undefined });

    expect([first.items.length, rest.nextCursor]).toEqual([2, null]);
    const [ofAda, ofBea] = [ada.person.userId, bea.person.userId];
    expect(new Set([...first.items, ...rest.items])).toEqual(
      new Set([
        { userId: ofAda, project: "web", environment: null, role: "editor" },
        { userId: ofAda, project: "web", environment: "production", role: "admin" },
        { userId: ofBea, project: "app", environment: null, role: "editor" },
      ]),
    );
    expect((await list({ project: "web" })).items).toHaveLength(2);
    expect((await list({ project: "web", environment: "production" })).items).toHaveLength(1);
    expect((await list({ userId: bea.person.userId })).items).toHaveLength(1);
  });
});

function turnOff(caller: AtHome, environment: string) {
  return setToggleEnabled(caller, { toggle: "cart", environment, expectedVersion: 1, enabled: false });
}
