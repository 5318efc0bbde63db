/** How people say what a personal key is for. */
import type { Environment, KeyReach, Readers } from "@burgee/db";
import { z } from "zod";
import { isAllowedSomewhere, TENANT } from "../access/access.ts";
import type { Person } from "../access/caller.ts";
import { PERMISSIONS, type Permission } from "../access/permissions.ts";
import { enterEnvironment } from "../access/scope.ts";
import { refuse } from "../errors/invalid-input.ts";
import { LIMITS } from "../limits.ts";
import { entityKey } from "../names.ts";

export const reachInput = {
  /** `all` that the person may do, now and later; `read`, to change nothing; or some of what they may do. */
  permissions: z
    .union([z.enum(["all", "read"]), z.array(z.enum(PERMISSIONS)).min(1).max(PERMISSIONS.length)])
    .default("all"),
  /** The only environments that it reaches; left out, all. */
  environments: z
    .array(z.strictObject({ project: entityKey, environment: entityKey }))
    .min(1)
    .max(LIMITS.environmentsPerKey)
    .optional(),
};
const reach = z.object(reachInput);

/**
 * @param home the key's own environment, which must be among those that it reaches
 * @throws {AppError} "invalid_input", and what is wrong with a place
 */
export async function readReach(
  readers: Readers,
  person: Person,
  { permissions, environments }: z.infer<typeof reach>,
  home: Environment,
): Promise<KeyReach> {
  return {
    permissions: permissionsIn(person, permissions),
    environments: environments ? await environmentsIn(readers, person, environments, home) : null,
  };
}

function permissionsIn(person: Person, asked: "all" | "read" | readonly Permission[]) {
  if (asked === "all") return null;
  const isHeld = (permission: Permission) => isAllowedSomewhere(person.access, permission, TENANT);
  if (asked === "read") return PERMISSIONS.filter((each) => each.endsWith(".read") && isHeld(each));
  const lacking = asked.findIndex((permission) => !isHeld(permission));
  if (lacking === -1) return [...new Set(asked)];
  const message = `You lack ${asked[lacking]}, and so does every key of yours.`;
  throw refuse([{ pointer: `/permissions/${lacking}`, code: "not_held", message }]);
}

async function environmentsIn(
  readers: Readers,
  person: Person,
  named: readonly { readonly project: string; readonly environment: string }[],
  home: Environment,
): Promise<NonNullable<KeyReach["environments"]>> {
  const found = new Map<string, NonNullable<KeyReach["environments"]>[number]>();
  for (const each of named) {
    const { projectId, environmentId } = (await enterEnvironment(readers, person, "toggle.read", each))
      .environment;
    found.set(environmentId, { projectId, environmentId });
  }
  if (found.has(home.environmentId)) return [...found.values()];
  const message =
    "The key's own environment must be among those that it reaches; name one of them as its own.";
  throw refuse([{ pointer: "/environments", code: "home_missing", message }]);
}
