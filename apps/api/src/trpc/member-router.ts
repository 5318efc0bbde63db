import { setMemberRole, setMemberRoleInput } from "@burgee/core";
import { procedure, router } from "./trpc.ts";

export const memberRouter = router({
  setRole: procedure({ permission: "member.write", in: "tenant" })
    .input(setMemberRoleInput)
    .mutation(({ ctx, input }) => setMemberRole(ctx.caller, input)),
});
