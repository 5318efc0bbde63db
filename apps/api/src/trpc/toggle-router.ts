import {
  archiveToggle,
  archiveToggleInput,
  createToggle,
  createToggleInput,
  explainEvaluationInput,
  getToggle,
  getToggleInput,
  listToggles,
  listTogglesInput,
  updateToggle,
  updateToggleInput,
} from "@burgee/core";
import { procedure, router } from "./trpc.ts";

export const toggleRouter = router({
  get: procedure.input(getToggleInput).query(({ ctx, input }) => getToggle(ctx.caller, input)),
  list: procedure
    .input(listTogglesInput.prefault({}))
    .query(({ ctx, input }) => listToggles(ctx.caller, input)),
  explain: procedure
    .input(explainEvaluationInput)
    .query(({ ctx, input }) => ctx.explainOne(ctx.caller, input)),
  create: procedure.input(createToggleInput).mutation(({ ctx, input }) => createToggle(ctx.caller, input)),
  update: procedure.input(updateToggleInput).mutation(({ ctx, input }) => updateToggle(ctx.caller, input)),
  archive: procedure.input(archiveToggleInput).mutation(({ ctx, input }) => archiveToggle(ctx.caller, input)),
});
