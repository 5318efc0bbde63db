/** What may be planned for a moment: what the use cases of settings take, told apart by what they are called. */
import { z } from "zod";
import { changeComment } from "../names.ts";
import { settingInput, toSettingState } from "../settings/setting-input.ts";
import type { SettingEdit } from "../settings/update-setting.ts";

/** Told beside the version that it makes. */
const why = { comment: changeComment.optional() };

export const plannedEditInput = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("setEnabled"), enabled: z.boolean(), ...why }),
  z.strictObject({ type: z.literal("update"), ...settingInput, ...why }),
]);
export type PlannedEdit = z.output<typeof plannedEditInput>;

export function readEdit(edit: PlannedEdit): SettingEdit {
  if (edit.type === "setEnabled") {
    const { enabled } = edit;
    return {
      action: enabled ? "toggle.enabled" : "toggle.disabled",
      next: (_, current) => ({ ...current, enabled }),
    };
  }
  return {
    action: "setting.updated",
    next: (toggle, current, conditions) => toSettingState(edit, toggle, conditions, current),
  };
}
