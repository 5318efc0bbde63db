import { issueSdkKey, issueSdkKeyInput, listSdkKeys, revokeSdkKey, revokeSdkKeyInput } from "@burgee/core";
import { procedure, router } from "./trpc.ts";

export const sdkKeyRouter = router({
  list: procedure.query(({ ctx }) => listSdkKeys(ctx.caller)),
  issue: procedure.input(issueSdkKeyInput).mutation(({ ctx, input }) => issueSdkKey(ctx.caller, input)),
  revoke: procedure.input(revokeSdkKeyInput).mutation(({ ctx, input }) => revokeSdkKey(ctx.caller, input)),
});
