import {
  abortRollout,
  abortRolloutInput,
  approveStep,
  approveStepInput,
  createRollout,
  createRolloutInput,
  getExposure,
  getExposureInput,
  getRollout,
  getRolloutGuards,
  getRolloutGuardsInput,
  getRolloutInput,
  listRollouts,
  listRolloutsInput,
  pauseRollout,
  pauseRolloutInput,
  resumeRollout,
  resumeRolloutInput,
  rollBackRollout,
  rollBackRolloutInput,
  rolloutTemplates,
  rolloutTemplatesInput,
  setGuardCredential,
  setGuardCredentialInput,
  simulateRollout,
  simulateRolloutInput,
  skipHold,
  skipHoldInput,
  startRollout,
  startRolloutInput,
} from "@burgee/core";
import { procedure, router } from "./trpc.ts";

const readHere = procedure({ permission: "toggle.read", in: "environment" });
const readPlan = procedure({ permission: "toggle.read", in: "rollout plan" });
const writeHere = procedure({ permission: "rollout.write", in: "environment" });
const writePlan = procedure({ permission: "rollout.write", in: "rollout plan" });

export const rolloutRouter = router({
  list: readHere.input(listRolloutsInput).query(({ ctx, input }) => listRollouts(ctx.caller, input)),
  get: readPlan.input(getRolloutInput).query(({ ctx, input }) => getRollout(ctx.caller, input)),
  exposure: readPlan.input(getExposureInput).query(({ ctx, input }) => getExposure(ctx.caller, input)),
  simulate: readHere
    .input(simulateRolloutInput)
    .query(({ ctx, input }) => simulateRollout(ctx.caller, input)),
  templates: readHere
    .input(rolloutTemplatesInput)
    .query(({ ctx, input }) => rolloutTemplates(ctx.caller, input)),
  guards: readPlan
    .input(getRolloutGuardsInput)
    .query(({ ctx, input }) => getRolloutGuards(ctx.caller, input)),
  create: writeHere.input(createRolloutInput).mutation(({ ctx, input }) => createRollout(ctx.caller, input)),
  /** What a guard shows the Prometheus server that it asks; never shown again. */
  setGuardCredential: writePlan
    .input(setGuardCredentialInput)
    .mutation(({ ctx: { caller, keyring }, input }) => setGuardCredential({ ...caller, keyring }, input)),
  start: writePlan.input(startRolloutInput).mutation(({ ctx, input }) => startRollout(ctx.caller, input)),
  pause: writePlan.input(pauseRolloutInput).mutation(({ ctx, input }) => pauseRollout(ctx.caller, input)),
  resume: writePlan.input(resumeRolloutInput).mutation(({ ctx, input }) => resumeRollout(ctx.caller, input)),
  approve: writePlan.input(approveStepInput).mutation(({ ctx, input }) => approveStep(ctx.caller, input)),
  skip: writePlan.input(skipHoldInput).mutation(({ ctx, input }) => skipHold(ctx.caller, input)),
  rollBack: writePlan
    .input(rollBackRolloutInput)
    .mutation(({ ctx, input }) => rollBackRollout(ctx.caller, input)),
  abort: writePlan.input(abortRolloutInput).mutation(({ ctx, input }) => abortRollout(ctx.caller, input)),
});
