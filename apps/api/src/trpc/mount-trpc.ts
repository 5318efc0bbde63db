import type { TRPCError } from "@trpc/server";
import { createExpressMiddleware } from "@trpc/server/adapters/express";
import type { Express, Request } from "express";
import type { ReportFailure } from "../errors/failure-reporter.ts";
import { problemHeaders } from "../errors/problem.ts";
import { checkJson } from "../http/check-json.ts";
import { parseJson, readJsonBody } from "../http/read-json-body.ts";
import { appRouter } from "./app-router.ts";
import { type ContextDeps, contextMaker } from "./context.ts";
import { problemIn } from "./problem-in.ts";
import { toTrpcError } from "./to-trpc-error.ts";

export interface TrpcDeps extends ContextDeps {
  readonly report: ReportFailure;
}

const MOST_CALLS_IN_BATCH = 50;
/** A batch's object around its inputs. */
const ENVELOPES = 1;

/** tRPC under /trpc. Its inputs meet the same bounds as REST's bodies. */
export function mountTrpc(app: Express, { report, ...deps }: TrpcDeps): void {
  const answer = createExpressMiddleware({
    router: appRouter,
    createContext: contextMaker(deps),
    maxBatchSize: MOST_CALLS_IN_BATCH,
    allowBatching: true,
    onError: ({ error, path, ctx }) => {
      report(error.cause ?? error, problemIn(error), { requestId: ctx?.requestId, procedure: path });
    },
    responseMeta: ({ errors }) => ({ headers: Object.fromEntries(errors.flatMap(headersOf)) }),
    middleware: (request, _response, next) => {
      readInput(request).then(
        () => next(),
        (cause) => next(toTrpcError(cause)),
      );
    },
  });
  app.use("/trpc", (request, response, next) => {
    response.locals.route = "/trpc";
    return answer(request, response, next);
  });
}

function headersOf(error: TRPCError): readonly (readonly [string, string])[] {
  return Object.entries(problemHeaders(error.cause, problemIn(error)));
}

/** Leaves the body as a text: tRPC parses it itself. */
async function readInput(request: Request): Promise<void> {
  if (request.method === "GET" || request.method === "HEAD") {
    const input = new URL(request.url, "http://localhost").searchParams.get("input");
    if (input !== null) checkJson(parseJson(input), ENVELOPES);
    return;
  }
  request.body = (await readJsonBody(request, ENVELOPES)).text;
}
