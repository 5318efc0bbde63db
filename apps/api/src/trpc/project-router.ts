import { createProject, createProjectInput, listProjects } from "@burgee/core";
import { procedure, router } from "./trpc.ts";

export const projectRouter = router({
  list: procedure.query(({ ctx }) => listProjects(ctx.caller)),
  create: procedure.input(createProjectInput).mutation(({ ctx, input }) => createProject(ctx.caller, input)),
});
