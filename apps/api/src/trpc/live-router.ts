import { watchChanges, watchChangesInput } from "../live/watch-changes.ts";
import { procedure, router } from "./trpc.ts";

export const liveRouter = router({
  /** That others change something of a project, as they do it. */
  changes: procedure({ permission: "toggle.read", in: "part of the project" })
    .input(watchChangesInput)
    .subscription(({ ctx, input, signal }) => watchChanges(ctx, input, signal)),
});
