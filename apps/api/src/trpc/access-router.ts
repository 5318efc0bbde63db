import { explainAccess, explainAccessInput, getOwnAccess, getOwnAccessInput } from "@burgee/core";
import { procedure, router } from "./trpc.ts";

export const accessRouter = router({
  explain: procedure({ permission: "member.read", in: "named place", unlessSelf: "userId" })
    .input(explainAccessInput)
    .query(({ ctx, input }) => explainAccess(ctx.caller, input)),
  /** What whoever asks may do in a place. */
  mine: procedure("self")
    .input(getOwnAccessInput.prefault({}))
    .query(({ ctx, input }) => getOwnAccess(ctx.caller, input)),
});
