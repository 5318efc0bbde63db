import {
  listMembers,
  listMembersInput,
  removeMember,
  removeMemberInput,
  setMemberRole,
  setMemberRoleInput,
} from "@burgee/core";
import { leaveAndEnd } from "../sessions/sign-in-steps.ts";
import { noInput } from "./no-input.ts";
import { procedure, router, sessionProcedure } from "./trpc.ts";

export const memberRouter = router({
  list: procedure({ permission: "member.read", in: "tenant" })
    .input(listMembersInput)
    .query(({ ctx, input }) => listMembers(ctx.caller, input)),
  setRole: procedure({ permission: "member.write", in: "tenant" })
    .input(setMemberRoleInput)
    .mutation(({ ctx, input }) => setMemberRole(ctx.caller, input)),
  remove: procedure({ permission: "member.write", in: "tenant" })
    .input(removeMemberInput)
    .mutation(({ ctx, input }) => removeMember(ctx.caller, input)),
  /** The tenant that the session is in. A key is no person who may decide that. */
  leave: sessionProcedure.input(noInput).mutation(({ ctx }) => leaveAndEnd(ctx)),
});
