import { explainAccess, explainAccessInput } from "@burgee/core";
import { procedure, router } from "./trpc.ts";

export const accessRouter = router({
  explain: procedure({ permission: "member.read", in: "named place", unlessSelf: "userId" })
    .input(explainAccessInput)
    .query(({ ctx, input }) => explainAccess(ctx.caller, input)),
});
