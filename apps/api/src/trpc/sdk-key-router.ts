import {
  ISSUING_NEEDS,
  issueSdkKey,
  issueSdkKeyInput,
  listSdkKeys,
  revokeSdkKey,
  revokeSdkKeyInput,
} from "@burgee/core";
import { noInput } from "./no-input.ts";
import { procedure, router } from "./trpc.ts";

export const sdkKeyRouter = router({
  list: procedure({ permission: "sdk_key.read", in: "tenant" })
    .input(noInput)
    .query(({ ctx }) => listSdkKeys(ctx.caller)),
  issue: procedure({ permission: { field: "kind", of: ISSUING_NEEDS }, in: "environment" })
    .input(issueSdkKeyInput)
    .mutation(({ ctx, input }) => issueSdkKey(ctx.caller, input)),
  revoke: procedure({ permission: "sdk_key.write", in: "SDK key" })
    .input(revokeSdkKeyInput)
    .mutation(({ ctx, input }) => revokeSdkKey(ctx.caller, input)),
});
