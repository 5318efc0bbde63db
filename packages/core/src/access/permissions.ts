/** Who may do what: one table, asked in one place. */
import type { BuiltInRole, Role } from "@burgee/db";

const everyone = ["viewer", "editor", "admin", "owner"] as const;
const editors = ["editor", "admin", "owner"] as const;
const admins = ["admin", "owner"] as const;
const owners = ["owner"] as const;

/** Every permission, and the built-in roles that have it. */
export const PERMISSION_TABLE = {
  "toggle.read": everyone,
  "toggle.write": editors,
  "segment.read": everyone,
  "segment.write": editors,
  "context_attribute.read": everyone,
  "context_attribute.write": editors,
  "rollout.write": editors,
  "project.read": everyone,
  "project.write": admins,
  "environment.write": admins,
  "sdk_key.read": admins,
  "sdk_key.write": admins,
  /** Of endpoints that are told what happens, and what was sent to them. */
  "webhook.read": admins,
  "webhook.write": admins,
  "audit.read": editors,
  "usage.read": everyone,
  /** To see what failed for good, and have it done again. */
  "job.manage": admins,
  "member.read": editors,
  "member.write": admins,
  "role.write": admins,
  /** To make somebody an owner, and an owner something else. */
  "owner.write": owners,
  /** To have all of it erased, and to take that back in time. */
  "tenant.delete": owners,
  /** To say who else may vouch for the tenant's people. */
  "single_sign_on.write": owners,
  /** To say which directory manages the tenant's people, and what its groups give. */
  "scim.write": owners,
} as const satisfies Record<string, readonly BuiltInRole[]>;

export type Permission = keyof typeof PERMISSION_TABLE;

export const PERMISSIONS = Object.keys(PERMISSION_TABLE) as readonly Permission[];

/** No role that a tenant makes may have these. */
const OF_OWNERS_ALONE: readonly Permission[] = PERMISSIONS.filter(
  (permission) => PERMISSION_TABLE[permission].length === owners.length,
);

/** What a tenant's own roles are put together from. */
export const GRANTABLE_PERMISSIONS = PERMISSIONS.filter(
  (permission) => !OF_OWNERS_ALONE.includes(permission),
);

/** Of a server's key, in the environment that it is for. */
export const SERVER_KEY_PERMISSIONS: ReadonlySet<Permission> = new Set(["toggle.read", "segment.read"]);

const BUILT_IN: Readonly<Record<BuiltInRole, ReadonlySet<Permission>>> = {
  viewer: permissionsOf("viewer"),
  editor: permissionsOf("editor"),
  admin: permissionsOf("admin"),
  owner: permissionsOf("owner"),
};

export const BUILT_IN_ROLES = everyone;

export function isBuiltIn(role: Role): role is BuiltInRole {
  return Object.hasOwn(BUILT_IN, role);
}

/** @param own a custom role's, as the tenant wrote them; what this version does not know gives nothing */
export function permissionsOfRole(role: Role, own: readonly string[] | null): ReadonlySet<Permission> {
  if (isBuiltIn(role)) return BUILT_IN[role];
  return new Set(GRANTABLE_PERMISSIONS.filter((permission) => own?.includes(permission)));
}

function permissionsOf(role: BuiltInRole): ReadonlySet<Permission> {
  return new Set(
    PERMISSIONS.filter((permission) => PERMISSION_TABLE[permission].some((each) => each === role)),
  );
}
