import {
  compareEnvironments,
  compareEnvironmentsInput,
  getDraftBasis,
  getDraftBasisInput,
  listHistory,
  listHistoryInput,
  setToggleEnabled,
  setToggleEnabledInput,
  updateSetting,
  updateSettingInput,
} from "@burgee/core";
import { procedure, router } from "./trpc.ts";

export const settingRouter = router({
  update: procedure({ permission: "toggle.write", in: "environment" })
    .input(updateSettingInput)
    .mutation(({ ctx, input }) => updateSetting(ctx.caller, input)),
  setEnabled: procedure({ permission: "toggle.write", in: "environment" })
    .input(setToggleEnabledInput)
    .mutation(({ ctx, input }) => setToggleEnabled(ctx.caller, input)),
  /** How toggles are set in some environments, beside each other. */
  compare: procedure({ permission: "toggle.read", in: "part of the project" })
    .input(compareEnvironmentsInput)
    .query(({ ctx, input }) => compareEnvironments(ctx.caller, input)),
  /** What a browser tries drafts with, by the engine. */
  draftBasis: procedure({ permission: "toggle.read", in: "environment" })
    .input(getDraftBasisInput)
    .query(({ ctx, input }) => getDraftBasis(ctx.caller, input)),
  history: procedure({ permission: "toggle.read", in: "environment" })
    .input(listHistoryInput)
    .query(({ ctx, input }) => listHistory(ctx.caller, input)),
});
