/** Every procedure and every route of this API, with what each declares. */
import type { DeclaredAccess } from "@burgee/core";
import type { z } from "zod";
import type { Route } from "../src/http/define-route.ts";
import { appRouter } from "../src/trpc/app-router.ts";
import type { ProcedureMeta } from "../src/trpc/trpc.ts";

export interface Declared {
  /** `toggles.get`, `GET /v1/toggles/:toggleKey` */
  readonly name: string;
  readonly access: DeclaredAccess | "public" | undefined;
  readonly inputs: readonly z.ZodType[];
  readonly method: string;
  readonly path: string;
}

/** The part of a procedure that tRPC keeps for itself. */
interface ProcedureDefinition {
  readonly type: "query" | "mutation" | "subscription";
  readonly meta?: Partial<ProcedureMeta>;
  readonly inputs: readonly z.ZodType[];
}

export const procedures: readonly Declared[] = Object.entries<unknown>(appRouter._def.procedures).map(
  ([name, procedure]) => {
    const { type, meta, inputs } = (procedure as { readonly _def: ProcedureDefinition })._def;
    return {
      name,
      access: meta?.access,
      inputs,
      method: type === "query" ? "GET" : "POST",
      path: `/trpc/${name}`,
    };
  },
);

export function declaredBy(routes: readonly Route[]): readonly Declared[] {
  return routes.map(({ method, path, needs, input }) => ({
    name: `${method} ${path}`,
    access: needs,
    inputs: [input.query, input.body],
    method,
    path,
  }));
}
