import {
  createRole,
  createRoleInput,
  deleteRole,
  deleteRoleInput,
  listRoles,
  updateRole,
  updateRoleInput,
} from "@burgee/core";
import { noInput } from "./no-input.ts";
import { procedure, router } from "./trpc.ts";

export const roleRouter = router({
  list: procedure({ permission: "member.read", in: "somewhere" })
    .input(noInput)
    .query(({ ctx }) => listRoles(ctx.caller)),
  create: procedure({ permission: "role.write", in: "tenant" })
    .input(createRoleInput)
    .mutation(({ ctx, input }) => createRole(ctx.caller, input)),
  update: procedure({ permission: "role.write", in: "tenant" })
    .input(updateRoleInput)
    .mutation(({ ctx, input }) => updateRole(ctx.caller, input)),
  delete: procedure({ permission: "role.write", in: "tenant" })
    .input(deleteRoleInput)
    .mutation(({ ctx, input }) => deleteRole(ctx.caller, input)),
});
