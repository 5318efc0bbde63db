import {
  beginSecondFactor,
  confirmSecondFactorInput,
  disableSecondFactor,
  getSecondFactor,
  renewRecoveryCodes,
} from "@burgee/core";
import { confirmOwnFactor } from "../sessions/sign-in-steps.ts";
import { noInput } from "./no-input.ts";
import { router, sessionProcedure } from "./trpc.ts";

/** A person's own second factor. */
export const secondFactorRouter = router({
  get: sessionProcedure.input(noInput).query(({ ctx }) => getSecondFactor(ctx, ctx.session)),
  begin: sessionProcedure.input(noInput).mutation(({ ctx }) => beginSecondFactor(ctx, ctx.session)),
  confirm: sessionProcedure
    .input(confirmSecondFactorInput)
    .mutation(({ ctx, input }) => confirmOwnFactor(ctx, input)),
  disable: sessionProcedure.input(noInput).mutation(({ ctx }) => disableSecondFactor(ctx, ctx.session)),
  renewRecoveryCodes: sessionProcedure
    .input(noInput)
    .mutation(({ ctx }) => renewRecoveryCodes(ctx, ctx.session)),
});
