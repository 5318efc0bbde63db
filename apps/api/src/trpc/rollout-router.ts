import {
  cancelRollout,
  cancelRolloutInput,
  listRollouts,
  listRolloutsInput,
  startRollout,
  startRolloutInput,
} from "@burgee/core";
import { procedure, router } from "./trpc.ts";

export const rolloutRouter = router({
  list: procedure({ permission: "toggle.read", in: "environment" })
    .input(listRolloutsInput)
    .query(({ ctx, input }) => listRollouts(ctx.caller, input)),
  start: procedure({ permission: "rollout.write", in: "environment" })
    .input(startRolloutInput)
    .mutation(({ ctx, input }) => startRollout(ctx.caller, input)),
  cancel: procedure({ permission: "rollout.write", in: "rollout plan" })
    .input(cancelRolloutInput)
    .mutation(({ ctx, input }) => cancelRollout(ctx.caller, input)),
});
