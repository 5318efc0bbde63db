import {
  createProject,
  createProjectInput,
  listProjects,
  renameProject,
  renameProjectInput,
  setLifeDays,
  setLifeDaysInput,
} from "@burgee/core";
import { noInput } from "./no-input.ts";
import { procedure, router } from "./trpc.ts";

export const projectRouter = router({
  list: procedure({ permission: "project.read", in: "somewhere" })
    .input(noInput)
    .query(({ ctx }) => listProjects(ctx.caller)),
  create: procedure({ permission: "project.write", in: "tenant" })
    .input(createProjectInput)
    .mutation(({ ctx, input }) => createProject(ctx.caller, input)),
  rename: procedure({ permission: "project.write", in: "project" })
    .input(renameProjectInput)
    .mutation(({ ctx, input }) => renameProject(ctx.caller, input)),
  /** After how many days its toggles are called stale. */
  setLifeDays: procedure({ permission: "project.write", in: "project" })
    .input(setLifeDaysInput)
    .mutation(({ ctx, input }) => setLifeDays(ctx.caller, input)),
});
