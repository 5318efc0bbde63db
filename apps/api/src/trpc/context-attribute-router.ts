import {
  listContextAttributes,
  listContextAttributesInput,
  removeContextAttribute,
  removeContextAttributeInput,
  setContextAttribute,
  setContextAttributeInput,
} from "@burgee/core";
import { procedure, router } from "./trpc.ts";

export const contextAttributeRouter = router({
  list: procedure
    .input(listContextAttributesInput.prefault({}))
    .query(({ ctx, input }) => listContextAttributes(ctx.caller, input)),
  set: procedure
    .input(setContextAttributeInput)
    .mutation(({ ctx, input }) => setContextAttribute(ctx.caller, input)),
  remove: procedure
    .input(removeContextAttributeInput)
    .mutation(({ ctx, input }) => removeContextAttribute(ctx.caller, input)),
});
