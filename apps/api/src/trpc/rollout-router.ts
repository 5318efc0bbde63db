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
  list: procedure.input(listRolloutsInput).query(({ ctx, input }) => listRollouts(ctx.caller, input)),
  start: procedure.input(startRolloutInput).mutation(({ ctx, input }) => startRollout(ctx.caller, input)),
  cancel: procedure.input(cancelRolloutInput).mutation(({ ctx, input }) => cancelRollout(ctx.caller, input)),
});
