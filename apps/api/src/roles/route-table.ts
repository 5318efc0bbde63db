/**
 * Which node serves which route. An `edge` serves what SDKs and other programs read with a server's or a client's key; an
 * `admin` what people change, and decide by; `all` serves both. Operators' routes are everywhere.
 */
import { AppError } from "@burgee/core";
import type { Method, Route } from "../http/define-route.ts";
import { isScimPath } from "../scim/scim-path.ts";

export const NODE_ROLES = ["admin", "edge", "all"] as const;
export type NodeRole = (typeof NODE_ROLES)[number];

type ServedBy = "admin" | "edge" | "both";

/** A route that is not here does not let the server start. */
const SERVED_BY: Readonly<Partial<Record<`${Method} ${string}`, ServedBy>>> = {
  "POST /v1/evaluate": "edge",
  "GET /v1/evaluate/:revision/:contextHash": "edge",
  "GET /v1/ruleset": "edge",
  "GET /v1/segments/:hash": "edge",
  "GET /v1/stream": "edge",
  "POST /v1/events": "edge",

  // An evaluation for a server's key; for a person's also the toggle itself.
  "GET /v1/toggles/:toggleKey": "both",

  "POST /v1/toggles": "admin",
  "GET /v1/toggles": "admin",
  "PUT /v1/toggles/:toggleKey": "admin",
  "PATCH /v1/toggles/:toggleKey": "admin",
  "DELETE /v1/toggles/:toggleKey": "admin",
  "POST /v1/projects/:project/segment-lists": "admin",
  "GET /v1/projects/:project/segment-lists/:hash": "admin",
  "GET /v1/scheduled-changes": "admin",
  "POST /v1/scheduled-changes": "admin",
  "POST /v1/scheduled-changes/:id/cancel": "admin",
  "GET /v1/jobs": "admin",
  "GET /v1/jobs/:id": "admin",
  "GET /v1/jobs/:id/events": "admin",
  "POST /v1/jobs/:id/cancel": "admin",
  "GET /v1/webhooks": "admin",
  "POST /v1/webhooks": "admin",
  "PATCH /v1/webhooks/:id": "admin",
  "DELETE /v1/webhooks/:id": "admin",
  "POST /v1/webhooks/:id/rotate": "admin",
  "POST /v1/webhooks/:id/test": "admin",
  "GET /v1/webhooks/:id/deliveries": "admin",
  "POST /v1/webhooks/:id/replay": "admin",
  "POST /v1/audit-exports": "admin",
  "GET /v1/audit-exports/:id": "admin",
  "GET /v1/files/:tenant/:export": "admin",
  "GET /sso/:tenant/:connection/callback": "admin",

  "GET /livez": "both",
  "GET /readyz": "both",
  "GET /version": "both",
  "GET /metrics": "both",
  "GET /problems/:code": "both",
};

/** Whatever is under SCIM's path. */
const OF_DIRECTORIES: ServedBy = "admin";

/** Those of the routes that a node of this role serves. @throws {Error} for a route of which the table says nothing */
export function routesOf(role: NodeRole, routes: readonly Route[]): readonly Route[] {
  return routes.filter((route) => {
    const name = `${route.method} ${route.path}` as const;
    const servedBy = isScimPath(route.path) ? OF_DIRECTORIES : SERVED_BY[name];
    if (!servedBy)
      throw new Error(`${name} is in no role: say in roles/route-table.ts which nodes serve it.`);
    return role === "all" || servedBy === "both" || servedBy === role;
  });
}

/** What a person hears at an edge, whose database need not be there to say what they may do. */
export const refusePeople = (): never => {
  throw new AppError(
    "forbidden",
    "This is an edge node, for server and client keys; people go to an admin node.",
    {
      details: { neededKind: "srv" },
    },
  );
};
