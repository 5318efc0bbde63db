import { listSessions, revokeOtherSessions, revokeSession, revokeSessionInput } from "@burgee/core";
import { noInput } from "./no-input.ts";
import { router, sessionProcedure } from "./trpc.ts";

/** A person's own sessions, on all of their devices. */
export const sessionRouter = router({
  list: sessionProcedure.input(noInput).query(({ ctx }) => listSessions(ctx, ctx.session)),
  revoke: sessionProcedure
    .input(revokeSessionInput)
    .mutation(({ ctx, input }) => revokeSession(ctx, input, ctx.session)),
  revokeOthers: sessionProcedure.input(noInput).mutation(({ ctx }) => revokeOtherSessions(ctx, ctx.session)),
});
