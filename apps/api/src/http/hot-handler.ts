/**
 * Answers what is read all the time, before Express is asked: an answer that Express routes costs five times the CPU of one that
 * node:http gives. The routes are those of the one table, and go through the same doors; whatever else is asked, is passed on.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { ReportFailure } from "../errors/failure-reporter.ts";
import { problemHeaders, problemOf } from "../errors/problem.ts";
import { addressOf } from "./address-of.ts";
import { HeadList, headOf } from "./answer-head.ts";
import { answerOtherMethod } from "./answer-other-method.ts";
import type { Outcome, RouteDoors } from "./define-route.ts";
import type { MeasureRequest } from "./measure-requests.ts";
import { pathOf } from "./path-of.ts";
import { queryOf } from "./query-of.ts";
import { demandHost } from "./refuse-unservable.ts";
import { requestIdOf } from "./request-id.ts";
import { decodedParams, type FoundPath, pathFinder, type RoutePath, routeFor } from "./route-finder.ts";
import { SECURITY_HEADERS } from "./security-headers.ts";
import { sendProblem, sendWhole } from "./send.ts";

export interface HotHandlerDeps {
  readonly doors: RouteDoors;
  readonly measureRequest: MeasureRequest;
  readonly report: ReportFailure;
  readonly proxyHops: number;
  /** Whoever answers all other paths. */
  readonly others: RequestListener;
}

interface Asked {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly path: string;
  readonly requestId: string;
  readonly head: HeadList;
  /** Its pattern. */
  readonly route: string;
  readonly startedMs: number;
}

export function hotHandler(paths: readonly RoutePath[], deps: HotHandlerDeps): RequestListener {
  const { doors, measureRequest, report, proxyHops, others } = deps;
  const find = pathFinder(paths);

  return (request, response) => {
    const url = targetOf(request);
    const path = pathOf(url);
    const found = find(path);
    if (!found) return others(request, response);

    const startedMs = performance.now();
    const requestId = requestIdOf(request);
    const head = new HeadList(SECURITY_HEADERS);
    head.add("x-request-id", requestId);
    const asked = { request, response, path, requestId, head, route: found.path, startedMs };
    try {
      const outcome = serve(found, url, asked);
      if (outcome instanceof Promise) {
        outcome.then((late) => answer(asked, late)).catch((error) => refuse(asked, error));
      } else answer(asked, outcome);
    } catch (error) {
      refuse(asked, error);
    }
  };

  function serve(
    { byMethod, params }: FoundPath,
    url: string,
    { request, response, requestId, head, startedMs }: Asked,
  ): Outcome | Promise<Outcome> {
    demandHost(request);
    const route = routeFor(byMethod, request.method);
    if (!route) return answerOtherMethod(request, byMethod);
    if (route.takesOver) head.moveTo(response);
    const exchange = {
      request,
      address: addressOf(request, proxyHops),
      response,
      head: route.takesOver ? headOf(response) : head,
      params: decodedParams(params),
      requestId,
      arrivedMs: startedMs,
    };
    return route.serve(exchange, queryOf(url), doors);
  }

  function answer(asked: Asked, outcome: Outcome): void {
    const { response, head } = asked;
    if ("takenOver" in outcome) {
      response.once("close", () => measured(asked));
      return;
    }
    sendWhole(response, head, outcome);
    measured(asked);
  }

  function measured({ route, request, response, startedMs }: Asked): void {
    measureRequest(route, request.method ?? "", response.statusCode, startedMs);
  }

  function refuse(asked: Asked, error: unknown): void {
    const { request, response, path, requestId, head } = asked;
    const problem = problemOf(error);
    report(error, problem, { requestId, method: request.method, path });
    if (!response.headersSent) head.moveTo(response);
    sendProblem(response, { path, requestId }, problem, problemHeaders(error, problem));
    measured(asked);
  }
}

/** Path and query. A proxy may be asked by a whole address, and so may we. */
function targetOf({ url = "" }: IncomingMessage): string {
  if (url.startsWith("/") && !url.includes("#")) return url;
  if (!URL.canParse(url, "http://localhost")) return url;
  const { pathname, search } = new URL(url, "http://localhost");
  return `${pathname}${search}`;
}
