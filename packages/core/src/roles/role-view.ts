import type { CustomRole, Role } from "@burgee/db";
import { isBuiltIn, type Permission, permissionsOfRole } from "../access/permissions.ts";

export interface RoleView {
  readonly key: Role;
  readonly name: string;
  readonly isBuiltIn: boolean;
  readonly permissions: readonly Permission[];
  /** Counts a custom role's changes; a built-in one has none. */
  readonly version: number | null;
}

export function roleView({ key, name, permissions, version }: CustomRole): RoleView {
  return { key, name, isBuiltIn: false, permissions: [...permissionsOfRole(key, permissions)], version };
}

export function builtInRoleView(key: Role): RoleView {
  const name = `${key.charAt(0).toUpperCase()}${key.slice(1)}`;
  return {
    key,
    name,
    isBuiltIn: isBuiltIn(key),
    permissions: [...permissionsOfRole(key, null)],
    version: null,
  };
}
