import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { type AtHome, addMember, asFound, install } from "../../test/installation.ts";
import { BUILT_IN_ROLES, GRANTABLE_PERMISSIONS, type Permission } from "../access/permissions.ts";
import { listAudit } from "../audit/list-audit.ts";
import { parseInput } from "../errors/invalid-input.ts";
import { setGrant } from "../grants/change-grants.ts";
import { LIMITS } from "../limits.ts";
import { setMemberRole } from "../members/set-member-role.ts";
import { deleteRole, updateRole, updateRoleInput } from "./change-role.ts";
import { createRole, createRoleInput } from "./create-role.ts";
import { listRoles } from "./list-roles.ts";

const installation = await install();
const { admin, newTenant } = installation;
let owner: AtHome;

beforeEach(async () => {
  owner = await newTenant();
});
afterAll(() => installation.close());

const auditor = { key: "auditor", name: "Auditor", permissions: ["project.read", "audit.read"] as const };
const create = (by: AtHome, key: string, permissions: readonly Permission[]) =>
  createRole(by, parseInput(createRoleInput, { key, name: key, permissions }));
const update = (by: AtHome, key: string, permissions: readonly Permission[]) =>
  updateRole(by, parseInput(updateRoleInput, { key, name: key, permissions, expectedVersion: 1 }));

describe("a tenant's own role", () => {
  test("is made, listed after the built-in ones, changed and deleted, each with what was before and after", async () => {
    const created = await createRole(owner, parseInput(createRoleInput, auditor));
    const listed = await listRoles(owner);
    const updated = await updateRole(owner, {
      key: "auditor",
      expectedVersion: 1,
      name: "Reviser",
      permissions: ["audit.read"],
    });
    await deleteRole(owner, { key: "auditor", expectedVersion: 2 });

    expect(created).toEqual({ ...auditor, isBuiltIn: false, version: 1 });
    expect(listed.map(({ key }) => key)).toEqual([...BUILT_IN_ROLES, "auditor"]);
    expect(updated).toMatchObject({ name: "Reviser", permissions: ["audit.read"], version: 2 });
    expect((await listRoles(owner)).map(({ key }) => key)).toEqual(BUILT_IN_ROLES);
    const [first, second] = [
      { name: "Auditor", permissions: ["project.read", "audit.read"] },
      { name: "Reviser", permissions: ["audit.read"] },
    ];
    expect((await listAudit(owner, { limit: 3 })).items).toMatchObject([
      { action: "role.deleted", object: "role/auditor", before: second, after: null },
      { action: "role.updated", object: "role/auditor", before: first, after: second },
      { action: "role.created", object: "role/auditor", before: null, after: first },
    ]);
  });

  test("is the same for everybody who has it, from the moment it changes", async () => {
    await create(owner, "auditor", ["audit.read"]);
    const ada = await addMember(owner, "auditor");
    const bea = await addMember(owner, "viewer");
    await setGrant(owner, { userId: bea.person.userId, project: "web", role: "auditor" });

    await update(owner, "auditor", ["audit.read", "toggle.write"]);

    const { access: inTenant } = (await asFound(ada)).person;
    const { access: inProject } = (await asFound(bea)).person;
    for (const binding of [inTenant.tenant, inProject.grants[0]]) {
      expect([...(binding?.permissions ?? [])]).toEqual(["toggle.write", "audit.read"]);
    }
  });

  test("is not deleted while somebody has it", async () => {
    await create(owner, "auditor", ["audit.read"]);
    const ada = await addMember(owner, "auditor");
    const bea = await addMember(owner, "viewer");
    await setGrant(owner, { userId: bea.person.userId, project: "web", role: "auditor" });

    await expect(deleteRole(owner, { key: "auditor", expectedVersion: 1 })).rejects.toMatchObject({
      code: "role_in_use",
      details: { members: 1, grants: 1 },
    });
    await setMemberRole(owner, { userId: ada.person.userId, role: "viewer" });
    await expect(deleteRole(owner, { key: "auditor", expectedVersion: 1 })).rejects.toMatchObject({
      code: "role_in_use",
      details: { members: 0, grants: 1 },
    });
  });

  test("is changed as it was seen", async () => {
    await create(owner, "auditor", ["audit.read"]);
    await update(owner, "auditor", []);

    for (const late of [
      () => update(owner, "auditor", ["toggle.write"]),
      () => deleteRole(owner, { key: "auditor", expectedVersion: 1 }),
    ]) {
      await expect(late()).rejects.toMatchObject({
        code: "version_conflict",
        details: { expectedVersion: 1, current: { version: 2, permissions: [] } },
      });
    }
  });

  test("has a key of its own, and is one of so many", async () => {
    await create(owner, "auditor", []);
    await expect(create(owner, "auditor", [])).rejects.toMatchObject({ code: "role_key_taken" });
    await admin.query(
      "insert into burgee.roles select $1, 'r' || n, 'R', '{}', 1, 'system', now(), 'system', now() from generate_series(2, $2) n",
      [owner.person.tenantId, LIMITS.rolesPerTenant],
    );
    await expect(create(owner, "one-more", [])).rejects.toMatchObject({ code: "limit_reached" });
  });

  test("is no other tenant's", async () => {
    await create(owner, "auditor", []);
    const stranger = await newTenant();

    await expect(update(stranger, "auditor", [])).rejects.toMatchObject({ code: "role_not_found" });
    await create(stranger, "auditor", ["audit.read"]);
    expect(await listRoles(owner)).toContainEqual(
      expect.objectContaining({ key: "auditor", permissions: [] }),
    );
  });
});

test.each([
  ["a built-in role's key", { key: "owner" }, "/key"],
  ["a permission that there is not", { permissions: ["toggle.explode"] }, "/permissions/0"],
  ["what owners alone may do", { permissions: ["owner.write"] }, "/permissions/0"],
  ["more permissions than there are", { permissions: Array(50).fill("toggle.read") }, "/permissions"],
  ["a field of its own", { version: 7 }, ""],
  ["another tenant", { tenantId: "x" }, ""],
])("a role is refused %s", (_, part, pointer) => {
  const issues = expect.arrayContaining([expect.objectContaining({ pointer })]);
  expect(() => parseInput(createRoleInput, { ...auditor, ...part })).toThrow(
    expect.objectContaining({ issues }),
  );
});

describe("nobody makes a role of what they lack", () => {
  const managing = ["member.read", "member.write", "role.write"] as const;
  let manager: AtHome;

  beforeEach(async () => {
    await create(owner, "manager", managing);
    manager = await addMember(owner, "manager");
  });

  test("nor gives any to one that there is, their own least of all", async () => {
    await create(owner, "auditor", []);
    for (const permission of GRANTABLE_PERMISSIONS.filter((each) => !managing.some((own) => own === each))) {
      for (const attempt of [
        () => create(manager, `own-${permission.replace(".", "-")}`, [permission]),
        () => update(manager, "auditor", [permission]),
        () => update(manager, "manager", [...managing, permission]),
      ]) {
        await expect(attempt()).rejects.toMatchObject({ code: "forbidden", details: { permission } });
      }
    }
    await expect(update(manager, "auditor", managing)).resolves.toMatchObject({ version: 2 });
  });

  test("nor takes from one that has more than they", async () => {
    await create(owner, "auditor", ["audit.read"]);

    await expect(update(manager, "auditor", [])).rejects.toMatchObject({ code: "forbidden" });
    await expect(deleteRole(manager, { key: "auditor", expectedVersion: 1 })).rejects.toMatchObject({
      code: "forbidden",
    });
  });

  test("nor raises the role by which they were lowered in one place", async () => {
    await create(owner, "reader", ["toggle.read"]);
    const ada = await addMember(owner, "admin");
    const lowered = { userId: ada.person.userId, project: "web", environment: "production", role: "reader" };
    await setGrant(owner, lowered);

    await expect(update(await asFound(ada), "reader", ["toggle.read", "toggle.write"])).rejects.toMatchObject(
      {
        code: "forbidden",
        details: { permission: "toggle.write", lackedIn: "environment" },
      },
    );
  });
});
