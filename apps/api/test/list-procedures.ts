import { z } from "zod";
import { appRouter } from "../src/trpc/app-router.ts";

const definition = z.object({ type: z.enum(["query", "mutation"]) });

/** Every procedure that the router has, by its full name. */
export function listProcedures(): readonly { readonly name: string; readonly type: "query" | "mutation" }[] {
  return Object.entries<unknown>(appRouter._def.procedures).map(([name, procedure]) => ({
    name,
    type: definition.parse(Reflect.get(Object(procedure), "_def")).type,
  }));
}
