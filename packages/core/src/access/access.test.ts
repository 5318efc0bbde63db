import type { EnvironmentId, ProjectId, Role } from "@burgee/db";
import { newId } from "@burgee/db";
import { describe, expect, test } from "vitest";
import {
  type Access,
  accessOf,
  bindingFor,
  demand,
  demandThroughout,
  isAllowed,
  isAllowedSomewhere,
  type Place,
  TENANT,
} from "./access.ts";
import { PERMISSIONS } from "./permissions.ts";

const web = newId<ProjectId>();
const app = newId<ProjectId>();
const production = { projectId: web, environmentId: newId<EnvironmentId>() };
const staging = { projectId: web, environmentId: newId<EnvironmentId>() };
const elsewhere = { projectId: app, environmentId: newId<EnvironmentId>() };

/** A tenant's role, and others in the project `web` and in its environment `production`. */
function accessWith(tenant: Role, roles: { readonly web?: Role; readonly production?: Role } = {}): Access {
  const grant = (role: Role | undefined, { projectId = web, environmentId }: Place) =>
    role ? [{ projectId, environmentId: environmentId ?? null, role, permissions: null }] : [];
  return accessOf(tenant, {
    permissions: null,
    grants: [...grant(roles.web, { projectId: web }), ...grant(roles.production, production)],
  });
}

describe("the binding that decides", () => {
  test.each<[string, Access, Place, Role]>([
    ["the tenant's, where there is no other", accessWith("editor"), production, "editor"],
    [
      "the project's, before the tenant's",
      accessWith("editor", { web: "viewer" }),
      { projectId: web },
      "viewer",
    ],
    ["the project's, in its environments too", accessWith("viewer", { web: "editor" }), staging, "editor"],
    [
      "the environment's, before the project's",
      accessWith("admin", { web: "editor", production: "viewer" }),
      production,
      "viewer",
    ],
    [
      "the environment's, where that is more",
      accessWith("viewer", { production: "admin" }),
      production,
      "admin",
    ],
    ["no other environment's", accessWith("viewer", { production: "admin" }), staging, "viewer"],
    [
      "no environment's, for its project",
      accessWith("viewer", { production: "admin" }),
      { projectId: web },
      "viewer",
    ],
    ["no other project's", accessWith("viewer", { web: "admin", production: "admin" }), elsewhere, "viewer"],
    [
      "the tenant's, for the tenant",
      accessWith("viewer", { web: "admin", production: "admin" }),
      TENANT,
      "viewer",
    ],
    [
      "an owner's own, everywhere",
      accessWith("owner", { web: "viewer", production: "viewer" }),
      production,
      "owner",
    ],
  ])("is %s", (_, access, place, role) => {
    expect(bindingFor(access, place).role).toBe(role);
  });
});

test("a custom role has what it lists, nothing that it does not know, and nothing of owners", () => {
  const listed = ["audit.read", "toggle.explode", "owner.write", "constructor"];
  const access = accessOf("auditor", { permissions: listed, grants: [] });

  expect(PERMISSIONS.filter((permission) => isAllowed(access, permission, TENANT))).toEqual(["audit.read"]);
});

test("a role that is not there has nothing", () => {
  for (const role of ["gone", "constructor", "__proto__", ""]) {
    expect(PERMISSIONS.filter((permission) => isAllowed(accessWith(role), permission, TENANT))).toEqual([]);
  }
});

test("what changes a whole project is needed in each of its environments", () => {
  const person = { access: accessWith("admin", { production: "viewer" }) };

  expect(() => demand(person, "toggle.write", { projectId: web })).not.toThrow();
  expect(() => demandThroughout(person, "toggle.write", { projectId: app })).not.toThrow();
  for (const place of [{ projectId: web }, TENANT, production]) {
    expect(() => demandThroughout(person, "toggle.write", place)).toThrow(
      "This needs the permission toggle.write, which the role viewer, which is yours in this environment, lacks.",
    );
  }
});

test("who may do something in one environment may do it somewhere in the project, and in the tenant", () => {
  const access = accessWith("viewer", { production: "editor" });

  const places = [production, { projectId: web }, TENANT, staging, { projectId: app }];
  expect(places.map((place) => isAllowedSomewhere(access, "toggle.write", place))).toEqual([
    true,
    true,
    true,
    false,
    false,
  ]);
});
