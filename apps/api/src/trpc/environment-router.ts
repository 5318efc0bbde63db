import {
  beginWarming,
  createEnvironment,
  createEnvironmentInput,
  getDelivery,
  getDeliveryInput,
  listEnvironments,
  listEnvironmentsInput,
  updateEnvironment,
  updateEnvironmentInput,
} from "@burgee/core";
import { noInput } from "./no-input.ts";
import { procedure, router } from "./trpc.ts";

export const environmentRouter = router({
  list: procedure({ permission: "project.read", in: "part of the project" })
    .input(listEnvironmentsInput.prefault({}))
    .query(({ ctx, input }) => listEnvironments(ctx.caller, input)),
  /** Which revision the environment's SDKs have. */
  delivery: procedure({ permission: "toggle.read", in: "environment" })
    .input(getDeliveryInput.prefault({}))
    .query(({ ctx, input }) => getDelivery(ctx.caller, input)),
  /** Makes the rulesets of all of the tenant's environments ready ahead of their readers: begins a job. */
  warm: procedure({ permission: "environment.write", in: "tenant" })
    .input(noInput)
    .mutation(({ ctx: { caller } }) => beginWarming(caller)),
  create: procedure({ permission: "environment.write", in: "project" })
    .input(createEnvironmentInput)
    .mutation(({ ctx, input }) => createEnvironment(ctx.caller, input)),
  /** What it is called, and whether it is critical. */
  update: procedure({ permission: "environment.write", in: "environment" })
    .input(updateEnvironmentInput)
    .mutation(({ ctx, input }) => updateEnvironment(ctx.caller, input)),
});
