/** Puts routes onto an Express application, and answers for what no route answers. */
import type { ErrorRequestHandler, Express, RequestHandler, Response } from "express";
import { TransportError } from "../errors/api-error.ts";
import type { ReportFailure } from "../errors/failure-reporter.ts";
import { problemHeaders, problemOf } from "../errors/problem.ts";
import type { NodeRole } from "../roles/route-table.ts";
import { sendScimError } from "../scim/scim-error.ts";
import { isScimPath } from "../scim/scim-path.ts";
import { headOf } from "./answer-head.ts";
import { answerOtherMethod } from "./answer-other-method.ts";
import type { RouteDoors } from "./define-route.ts";
import type { MeasureRequest } from "./measure-requests.ts";
import { queryOf } from "./query-of.ts";
import { type RoutePath, routeFor } from "./route-finder.ts";
import { send, sendProblem } from "./send.ts";

/** Routes of one path share a layer, which also knows which methods there are. */
export function mountRoutes(app: Express, paths: readonly RoutePath[], doors: RouteDoors): void {
  for (const { path, byMethod } of paths) {
    app.all(path, async (request, response) => {
      response.locals.route = path;
      const route = routeFor(byMethod, request.method);
      if (!route) return send(response, answerOtherMethod(request, byMethod));

      const exchange = {
        request,
        address: request.ip,
        response,
        head: headOf(response),
        params: textsOf(request.params),
        requestId: idOf(response),
        arrivedMs: performance.now(),
      };
      send(response, await route.serve(exchange, queryOf(request.url), doors));
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

/** Measures every request by its route's pattern. */
export function measure(measureRequest: MeasureRequest): RequestHandler {
  return (request, response, next) => {
    const startedMs = performance.now();
    response.once("close", () => {
      const { route } = response.locals;
      measureRequest(
        typeof route === "string" ? route : undefined,
        request.method,
        response.statusCode,
        startedMs,
      );
    });
    next();
  };
}

function textsOf(params: Readonly<Record<string, string | string[]>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => [name, Array.isArray(value) ? value.join("/") : value]),
  );
}

function idOf(response: Response): string {
  const { requestId } = response.locals;
  return typeof requestId === "string" ? requestId : "";
}
