import { afterAll, beforeAll, expect, test } from "vitest";
import { type AtHome, addMember, asFound, install } from "../../test/installation.ts";
import { setGrant } from "../grants/change-grants.ts";
import { createProject } from "../projects/create-project.ts";
import { createRole } from "../roles/create-role.ts";
import { withReach } from "./access.ts";
import { getOwnAccess } from "./get-own-access.ts";

const installation = await install();
let owner: AtHome;
let ada: AtHome;

beforeAll(async () => {
  owner = await installation.newTenant();
  await createProject(owner, { key: "app", name: "App" });
  const joined = await addMember(owner, "viewer");
  const { userId } = joined.person;
  await createRole(owner, { key: "reader", name: "Reader", permissions: ["toggle.read"] });
  await setGrant(owner, { userId, project: "web", role: "editor" });
  await setGrant(owner, { userId, project: "web", environment: "production", role: "reader" });
  ada = await asFound(joined);
});
afterAll(() => installation.close());

test("answers what one may do in a place, by the binding that decides there", async () => {
  const inTenant = await getOwnAccess(ada, {});
  const inProject = await getOwnAccess(ada, { project: "web" });
  const inEnvironment = await getOwnAccess(ada, { project: "web", environment: "production" });

  expect(inTenant).toMatchObject({ role: "viewer", boundTo: "tenant" });
  expect(inTenant.permissions).not.toContain("toggle.write");
  expect(inProject).toMatchObject({ role: "editor", boundTo: "project" });
  expect(inProject.permissions).toContain("toggle.write");
  expect(inEnvironment).toEqual({ role: "reader", boundTo: "environment", permissions: ["toggle.read"] });
});

test("leaves out what a key is not for", async () => {
  const reach = { permissions: ["project.read", "toggle.read"], environments: null };
  const person = { ...owner.person, access: withReach(owner.person.access, reach) };
  const byKey = await getOwnAccess({ ...owner, person }, { project: "web" });

  expect(byKey).toMatchObject({ role: "owner", permissions: ["toggle.read", "project.read"] });
});

test("says nothing of a place that is not there", async () => {
  await expect(getOwnAccess(ada, { project: "nowhere" })).rejects.toMatchObject({
    code: expect.stringMatching(/forbidden|project_not_found/),
  });
  await expect(getOwnAccess(owner, { project: "web", environment: "nowhere" })).rejects.toMatchObject({
    code: "environment_not_found",
  });
});
