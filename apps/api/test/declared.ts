/** Every procedure and every route of this API, with what each declares. */
import type { z } from "zod";
import type { Route, RouteAccess } from "../src/http/define-route.ts";
import { appRouter } from "../src/trpc/app-router.ts";
import { type ListedRouter, listProcedures } from "./list-procedures.ts";

export interface Declared {
  /** `toggles.get`, `GET /v1/toggles/:toggleKey` */
  readonly name: string;
  readonly access: RouteAccess | undefined;
  readonly inputs: readonly z.ZodType[];
  readonly method: string;
  readonly path: string;
}

export const procedures: readonly Declared[] = proceduresOf(appRouter);

export function proceduresOf(router: ListedRouter): readonly Declared[] {
  return listProcedures(router).map(({ name, type, meta, inputs }) => ({
    name,
    access: meta?.access,
    inputs,
    method: type === "mutation" ? "POST" : "GET",
    path: `/trpc/${name}`,
  }));
}

export function declaredBy(routes: readonly Route[]): readonly Declared[] {
  return routes.map(({ method, path, needs, input }) => ({
    name: `${method} ${path}`,
    access: needs,
    inputs: [input.query, input.body],
    method,
    path,
  }));
}

/** Those that say nothing of who may call them. */
export function withoutPermission(all: readonly Declared[]): readonly string[] {
  return all.filter(({ access }) => access === undefined).map(({ name }) => name);
}
