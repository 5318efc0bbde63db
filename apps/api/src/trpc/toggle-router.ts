import {
  archiveToggle,
  archiveToggleInput,
  beginStaleScan,
  createToggle,
  createToggleInput,
  evaluateTogglesInput,
  explainEvaluationInput,
  getToggle,
  getToggleInput,
  getToggleUsage,
  getToggleUsageInput,
  listLives,
  listLivesInput,
  listToggles,
  listTogglesInput,
  searchToggles,
  searchTogglesInput,
  setExpectedEnd,
  setExpectedEndInput,
  updateToggle,
  updateToggleInput,
} from "@burgee/core";
import { noInput } from "./no-input.ts";
import { procedure, router } from "./trpc.ts";

export const toggleRouter = router({
  get: procedure({ permission: "toggle.read", in: "environment" })
    .input(getToggleInput)
    .query(({ ctx, input }) => getToggle(ctx.caller, input)),
  list: procedure({ permission: "toggle.read", in: "environment" })
    .input(listTogglesInput.prefault({}))
    .query(({ ctx, input }) => listToggles(ctx.caller, input)),
  /** Those that a search lets through, with their settings in up to three environments. */
  search: procedure({ permission: "toggle.read", in: "part of the project" })
    .input(searchTogglesInput.prefault({}))
    .query(({ ctx, input }) => searchToggles(ctx.caller, input)),
  /** How often SDKs evaluated it, by variant and hour. */
  usage: procedure({ permission: "toggle.read", in: "environment" })
    .input(getToggleUsageInput)
    .query(({ ctx, input }) => getToggleUsage(ctx.caller, input)),
  evaluate: procedure({ permission: "toggle.read", in: "environment" })
    .input(evaluateTogglesInput.prefault({}))
    .query(({ ctx, input }) => ctx.evaluateSome(ctx.caller, input)),
  explain: procedure({ permission: "toggle.read", in: "environment" })
    .input(explainEvaluationInput)
    .query(({ ctx, input }) => ctx.explainOne(ctx.caller, input)),
  /** How far each is in its life, and which should be looked at. */
  lifecycle: procedure({ permission: "toggle.read", in: "whole project" })
    .input(listLivesInput.prefault({}))
    .query(({ ctx, input }) => listLives(ctx.caller, input)),
  /** Looks at it now, for all of the tenant's: begins a job. */
  scanStale: procedure({ permission: "toggle.write", in: "tenant" })
    .input(noInput)
    .mutation(({ ctx: { caller } }) => beginStaleScan(caller)),
  create: procedure({ permission: "toggle.write", in: "environment" })
    .input(createToggleInput)
    .mutation(({ ctx, input }) => createToggle(ctx.caller, input)),
  update: procedure({ permission: "toggle.write", in: "whole project" })
    .input(updateToggleInput)
    .mutation(({ ctx, input }) => updateToggle(ctx.caller, input)),
  setExpectedEnd: procedure({ permission: "toggle.write", in: "project" })
    .input(setExpectedEndInput)
    .mutation(({ ctx, input }) => setExpectedEnd(ctx.caller, input)),
  archive: procedure({ permission: "toggle.write", in: "whole project" })
    .input(archiveToggleInput)
    .mutation(({ ctx, input }) => archiveToggle(ctx.caller, input)),
});
