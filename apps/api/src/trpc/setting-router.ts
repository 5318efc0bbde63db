import {
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
  history: procedure({ permission: "toggle.read", in: "environment" })
    .input(listHistoryInput)
    .query(({ ctx, input }) => listHistory(ctx.caller, input)),
});
