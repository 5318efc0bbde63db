/** Who may do what: one table, asked in one place. */
import type { Role } from "@burgee/db";

export type Permission =
  | "toggle.read"
  | "toggle.write"
  | "segment.read"
  | "segment.write"
  | "context_attribute.read"
  | "context_attribute.write"
  | "rollout.write"
  | "project.read"
  | "project.write"
  | "environment.write"
  | "sdk_key.read"
  | "sdk_key.write"
  | "audit.read";

const READ = [
  "toggle.read",
  "segment.read",
  "context_attribute.read",
  "project.read",
] as const satisfies readonly Permission[];
const EDIT = [
  ...READ,
  "toggle.write",
  "segment.write",
  "context_attribute.write",
  "rollout.write",
  "audit.read",
] as const satisfies readonly Permission[];
const ADMINISTER = [
  ...EDIT,
  "project.write",
  "environment.write",
  "sdk_key.read",
  "sdk_key.write",
] as const satisfies readonly Permission[];

const PERMISSIONS: Readonly<Record<Role, ReadonlySet<Permission>>> = {
  viewer: new Set(READ),
  editor: new Set(EDIT),
  admin: new Set(ADMINISTER),
  owner: new Set(ADMINISTER),
};

export function isAllowed(role: Role, permission: Permission): boolean {
  return PERMISSIONS[role].has(permission);
}
