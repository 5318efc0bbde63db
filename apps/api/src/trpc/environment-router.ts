import {
  createEnvironment,
  createEnvironmentInput,
  listEnvironments,
  listEnvironmentsInput,
} from "@burgee/core";
import { procedure, router } from "./trpc.ts";

export const environmentRouter = router({
  list: procedure
    .input(listEnvironmentsInput.prefault({}))
    .query(({ ctx, input }) => listEnvironments(ctx.caller, input)),
  create: procedure
    .input(createEnvironmentInput)
    .mutation(({ ctx, input }) => createEnvironment(ctx.caller, input)),
});
