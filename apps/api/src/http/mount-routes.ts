/** Puts routes onto an Express application, and answers for what no route answers. */
import { parse } from "node:querystring";
import { createHttpDuration, type Metrics } from "@burgee/runtime";
import type { ErrorRequestHandler, Express, Request, RequestHandler, Response } from "express";
import { preflightHeaders } from "../access/origins.ts";
import { TransportError } from "../errors/api-error.ts";
import type { ReportFailure } from "../errors/failure-reporter.ts";
import { problemHeaders, problemOf } from "../errors/problem.ts";
import type { NodeRole } from "../roles/route-table.ts";
import { sendScimError } from "../scim/scim-error.ts";
import { isScimPath } from "../scim/scim-path.ts";
import type { Route, RouteDoors } from "./define-route.ts";
import type { RawQuery } from "./inputs.ts";
import { send, sendProblem } from "./send.ts";

/** Routes of one path share a layer, which also knows which methods there are. */
export function mountRoutes(app: Express, routes: readonly Route[], doors: RouteDoors): void {
  for (const [path, byMethod] of byPath(routes)) {
    app.all(path, async (request, response) => {
      response.locals.route = path;
      const route = byMethod.get(request.method === "HEAD" ? "GET" : request.method);
      if (!route) return answerOtherMethod(request, response, byMethod);

      const exchange = { request, response, params: textsOf(request.params), requestId: idOf(response) };
      send(response, await route.serve(exchange, queryOf(request), doors));
    });
  }
}

/** After all routes: whoever comes here asked for what is not there, or for what nodes of another role serve. */
export function refuseUnknown(role: NodeRole): RequestHandler {
  const other = { all: "", admin: " at an admin node; SDKs go to an edge", edge: " at an edge node" }[role];
  return (request) => {
    throw new TransportError("route_not_found", `There is nothing at ${request.path.slice(0, 200)}${other}.`);
  };
}

/** Reports what was not foreseen, and says no more of it than that it happened. */
export function answerErrors(report: ReportFailure): ErrorRequestHandler {
  return (error: unknown, request, response, _next) => {
    const problem = problemOf(error);
    const { method, path } = request;
    const requestId = idOf(response);
    report(error, problem, { requestId, method, path });
    const answer = isScimPath(path) ? sendScimError : sendProblem;
    answer(response, { path, requestId }, problem, problemHeaders(error, problem));
  };
}

/** Counts and times every request by its route's pattern; whatever matched no route is one series. */
export function measure(metrics: Metrics): RequestHandler {
  const observe = createHttpDuration(metrics);
  return (request, response, next) => {
    const startedMs = performance.now();
    response.once("close", () => {
      const { route } = response.locals;
      observe({
        route: typeof route === "string" ? route : "unmatched",
        method: request.method,
        status: response.statusCode,
        durationMs: performance.now() - startedMs,
      });
    });
    next();
  };
}

function byPath(routes: readonly Route[]): ReadonlyMap<string, ReadonlyMap<string, Route>> {
  const paths = new Map<string, Map<string, Route>>();
  for (const route of routes) {
    const methods = paths.get(route.path) ?? new Map<string, Route>();
    paths.set(route.path, methods.set(route.method, route));
  }
  return paths;
}

function answerOtherMethod(request: Request, response: Response, byMethod: ReadonlyMap<string, Route>): void {
  const methods = [...byMethod.keys()];
  const allow = [...methods, ...(methods.includes("GET") ? ["HEAD"] : []), "OPTIONS"].join(", ");
  if (request.method === "OPTIONS") {
    const forPages = methods.filter((method) => byMethod.get(method)?.isForPages);
    const headers = forPages.length > 0 ? preflightHeaders(request, forPages) : {};
    send(response, { status: 204, headers: { allow, ...headers } });
    return;
  }
  throw new TransportError("method_not_allowed", `Here are ${allow}, and no ${request.method}.`, {
    headers: { allow },
  });
}

function textsOf(params: Readonly<Record<string, string | string[]>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => [name, Array.isArray(value) ? value.join("/") : value]),
  );
}

/**
 * However many there are: the bound on a request's head bounds them.
 * @throws {URIError} for a broken escape, which `parse` would let through as other text than was meant
 */
function queryOf({ url }: Request): RawQuery {
  const start = url.indexOf("?");
  if (start === -1) return {};
  const query = url.slice(start + 1);
  decodeURIComponent(query);
  return parse(query, "&", "=", { maxKeys: 0 });
}

function idOf(response: Response): string {
  const { requestId } = response.locals;
  return typeof requestId === "string" ? requestId : "";
}
