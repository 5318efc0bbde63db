import {
  cancelScheduledChange,
  cancelScheduledChangeInput,
  createScheduledChange,
  createScheduledChangeInput,
  listScheduledChanges,
  listScheduledChangesInput,
} from "@burgee/core";
import { procedure, router } from "./trpc.ts";

export const scheduledChangeRouter = router({
  list: procedure({ permission: "toggle.read", in: "environment" })
    .input(listScheduledChangesInput.prefault({}))
    .query(({ ctx, input }) => listScheduledChanges(ctx.caller, input)),
  create: procedure({ permission: "toggle.write", in: "environment" })
    .input(createScheduledChangeInput)
    .mutation(({ ctx, input }) => createScheduledChange(ctx.caller, input)),
  cancel: procedure({ permission: "toggle.write", in: "scheduled change" })
    .input(cancelScheduledChangeInput)
    .mutation(({ ctx, input }) => cancelScheduledChange(ctx.caller, input)),
});
