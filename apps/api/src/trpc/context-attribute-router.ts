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
  list: procedure({ permission: "context_attribute.read", in: "project" })
    .input(listContextAttributesInput.prefault({}))
    .query(({ ctx, input }) => listContextAttributes(ctx.caller, input)),
  set: procedure({ permission: "context_attribute.write", in: "whole project" })
    .input(setContextAttributeInput)
    .mutation(({ ctx, input }) => setContextAttribute(ctx.caller, input)),
  remove: procedure({ permission: "context_attribute.write", in: "whole project" })
    .input(removeContextAttributeInput)
    .mutation(({ ctx, input }) => removeContextAttribute(ctx.caller, input)),
});
