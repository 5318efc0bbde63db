/** Every procedure and every route of this API, with what each declares. */
import type { z } from "zod";
import type { Route, RouteAccess } from "../src/http/define-route.ts";
import { listProcedures } from "./list-procedures.ts";

export interface Declared {
  /** `toggles.get`, `GET /v1/toggles/:toggleKey` */
  readonly name: string;
  readonly access: RouteAccess | undefined;
  readonly inputs: readonly z.ZodType[];
  readonly method: string;
  readonly path: string;
}

export const procedures: readonly Declared[] = listProcedures().map(({ name, type, meta, inputs }) => ({
  name,
  access: meta?.access,
  inputs,
  method: type === "query" ? "GET" : "POST",
  path: `/trpc/${name}`,
}));

export function declaredBy(routes: readonly Route[]): readonly Declared[] {
  return routes.map(({ method, path, needs, input }) => ({
    name: `${method} ${path}`,
    access: needs,
    inputs: [input.query, input.body],
    method,
    path,
  }));
}
