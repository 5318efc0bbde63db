import { firstSignalsInput } from "@burgee/core";
import { procedure, router } from "./trpc.ts";

export const onboardingRouter = router({
  /** What a program shows of itself that begins to use a key: each sign as it is seen, until all were. */
  watch: procedure({ permission: "sdk_key.read", in: "environment" })
    .input(firstSignalsInput)
    .subscription(({ ctx, input, signal = new AbortController().signal }) =>
      ctx.firstSignalWatches.open(ctx.caller, { input, signal, recheck: ctx.recheck }),
    ),
});
