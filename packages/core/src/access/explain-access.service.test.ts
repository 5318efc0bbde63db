import { newId, type UserId } from "@burgee/db";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type AtHome, addMember, asFound, install } from "../../test/installation.ts";
import { setGrant } from "../grants/change-grants.ts";
import { setMemberRole } from "../members/set-member-role.ts";
import { createProject } from "../projects/create-project.ts";
import { createRole } from "../roles/create-role.ts";
import { explainAccess } from "./explain-access.ts";

const installation = await install();
let owner: AtHome;
let ada: AtHome;

beforeAll(async () => {
  owner = await installation.newTenant();
  await createProject(owner, { key: "app", name: "App" });
  ada = await addMember(owner, "viewer");
  const { userId } = ada.person;
  await createRole(owner, { key: "reader", name: "Reader", permissions: ["toggle.read"] });
  await setGrant(owner, { userId, project: "web", role: "admin" });
  await setGrant(owner, { userId, project: "web", environment: "production", role: "reader" });
});
afterAll(() => installation.close());

test("tells of another person which role decides in a place, and which were not asked", async () => {
  const explained = await explainAccess(owner, {
    userId: ada.person.userId,
    permission: "toggle.write",
    project: "web",
    environment: "production",
  });

  expect(explained).toEqual({
    userId: ada.person.userId,
    permission: "toggle.write",
    project: "web",
    environment: "production",
    isAllowed: false,
    bindings: [
      { role: "reader", boundTo: "environment", hasPermission: false, decides: true },
      { role: "admin", boundTo: "project", hasPermission: true, decides: false },
      { role: "viewer", boundTo: "tenant", hasPermission: false, decides: false },
    ],
    words:
      "toggle.write in web/production: not allowed, since the role reader, bound to the environment, is the most exact there and lacks it. " +
      "Not asked: admin, bound to the project, which has it; viewer, bound to the tenant, which lacks it.",
  });
});

test("tells everybody of themselves, as they are by now", async () => {
  const inProject = await explainAccess(ada, { permission: "toggle.write", project: "web" });
  const inTenant = await explainAccess(ada, { permission: "toggle.write" });

  expect(inProject).toMatchObject({
    isAllowed: true,
    environment: null,
    bindings: [{ role: "admin" }, { role: "viewer" }],
  });
  expect(inTenant).toMatchObject({
    isAllowed: false,
    words:
      "toggle.write in the tenant: not allowed, since the role viewer, bound to the tenant, is the most exact there and lacks it.",
  });
});

test("says that an owner's grants are not asked", async () => {
  const bea = await addMember(owner, "editor");
  const { userId } = bea.person;
  await setGrant(owner, { userId, project: "web", role: "viewer" });
  await setMemberRole(owner, { userId, role: "owner" });

  expect(await explainAccess(bea, { permission: "owner.write", project: "web" })).toMatchObject({
    isAllowed: true,
    bindings: [
      { role: "owner", decides: true },
      { role: "viewer", boundTo: "project", decides: false },
    ],
    words:
      "owner.write in web: allowed, since an owner may do everything everywhere. Not asked: viewer, bound to the project, which lacks it.",
  });
});

test("agrees with what happens", async () => {
  const person = (await asFound(ada)).person;
  const { isAllowed } = await explainAccess(owner, {
    userId: person.userId,
    permission: "member.write",
    project: "web",
  });
  const granted = setGrant(await asFound(ada), {
    userId: (await addMember(owner, "viewer")).person.userId,
    project: "web",
    environment: "production",
    role: "viewer",
  });

  expect(isAllowed).toBe(true);
  await expect(granted).rejects.toMatchObject({ code: "forbidden", details: { role: "reader" } });
});

test("is refused of others to who may not read of them, and of places to who reads nothing there", async () => {
  const viewer = await addMember(owner, "viewer");
  const guest = await addMember(owner, "reader");
  const { userId } = ada.person;
  const forbidden = { code: "forbidden" };

  await expect(explainAccess(viewer, { userId, permission: "toggle.read" })).rejects.toMatchObject(forbidden);
  for (const project of ["web", "nowhere"]) {
    const asked = explainAccess(guest, { permission: "toggle.read", project });
    await expect(asked).rejects.toMatchObject(forbidden);
  }
});

test("finds nobody of another tenant", async () => {
  const stranger = await installation.newTenant();

  for (const userId of [stranger.person.userId, newId<UserId>()]) {
    await expect(explainAccess(owner, { userId, permission: "toggle.read" })).rejects.toMatchObject({
      code: "member_not_found",
      message: "There is no such member.",
    });
  }
});
