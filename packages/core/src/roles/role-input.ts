import { z } from "zod";
import { GRANTABLE_PERMISSIONS, isBuiltIn } from "../access/permissions.ts";
import { displayName, entityKey } from "../names.ts";

export const roleKey = entityKey.refine((key) => !isBuiltIn(key), {
  error: ({ input }) => `${input} is a built-in role; choose another key.`,
});

/** In the order of the table of permissions, each once. */
const permissions = z
  .array(z.enum(GRANTABLE_PERMISSIONS))
  .max(GRANTABLE_PERMISSIONS.length)
  .transform((given) => GRANTABLE_PERMISSIONS.filter((permission) => given.includes(permission)));

export const roleContent = { name: displayName, permissions };
