import {
  ISSUING_NEEDS,
  issueSdkKey,
  issueSdkKeyInput,
  listOwnSdkKeys,
  listSdkKeys,
  revokeOwnSdkKey,
  revokeSdkKey,
  revokeSdkKeyInput,
  rotateOwnSdkKey,
  rotateSdkKey,
  rotateSdkKeyInput,
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
  rotate: procedure({ permission: "sdk_key.write", in: "SDK key" })
    .input(rotateSdkKeyInput)
    .mutation(({ ctx, input }) => rotateSdkKey(ctx.caller, input)),
  revoke: procedure({ permission: "sdk_key.write", in: "SDK key" })
    .input(revokeSdkKeyInput)
    .mutation(({ ctx, input }) => revokeSdkKey(ctx.caller, input)),

  /** A person's own personal keys, whatever their role. */
  listOwn: procedure("self")
    .input(noInput)
    .query(({ ctx }) => listOwnSdkKeys(ctx.caller)),
  rotateOwn: procedure("whole self")
    .input(rotateSdkKeyInput)
    .mutation(({ ctx, input }) => rotateOwnSdkKey(ctx.caller, input)),
  revokeOwn: procedure("whole self")
    .input(revokeSdkKeyInput)
    .mutation(({ ctx, input }) => revokeOwnSdkKey(ctx.caller, input)),
});
