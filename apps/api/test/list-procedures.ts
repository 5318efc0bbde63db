import { z } from "zod";
import { appRouter } from "../src/trpc/app-router.ts";
import type { ProcedureMeta } from "../src/trpc/trpc.ts";

const definition = z.object({
  type: z.enum(["query", "mutation", "subscription"]),
  /** What it declares; undefined where it was made in a way that asks for nothing. */
  meta: z.object({ access: z.custom<ProcedureMeta["access"]>() }).optional(),
  inputs: z.array(z.instanceof(z.ZodType)),
});

export interface ListedProcedure extends z.infer<typeof definition> {
  readonly name: string;
}

export interface ListedRouter {
  readonly _def: { readonly procedures: Readonly<Record<string, unknown>> };
}

/** Every procedure that a router has, by its full name. */
export function listProcedures(router: ListedRouter = appRouter): readonly ListedProcedure[] {
  return Object.entries(router._def.procedures).map(([name, procedure]) => ({
    name,
    ...definition.parse(Reflect.get(Object(procedure), "_def")),
  }));
}
