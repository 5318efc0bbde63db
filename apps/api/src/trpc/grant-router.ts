import {
  listGrants,
  listGrantsInput,
  removeGrant,
  removeGrantInput,
  setGrant,
  setGrantInput,
} from "@burgee/core";
import { procedure, router } from "./trpc.ts";

export const grantRouter = router({
  list: procedure({ permission: "member.read", in: "named place" })
    .input(listGrantsInput.prefault({}))
    .query(({ ctx, input }) => listGrants(ctx.caller, input)),
  set: procedure({ permission: "member.write", in: "named place" })
    .input(setGrantInput)
    .mutation(({ ctx, input }) => setGrant(ctx.caller, input)),
  remove: procedure({ permission: "member.write", in: "named place" })
    .input(removeGrantInput)
    .mutation(({ ctx, input }) => removeGrant(ctx.caller, input)),
});
