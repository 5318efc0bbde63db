import type { Logger } from "@burgee/runtime";
import { createExpressMiddleware } from "@trpc/server/adapters/express";
import type { Express, Request } from "express";
import { checkJson } from "../http/check-json.ts";
import { parseJson, readJsonBody } from "../http/read-json-body.ts";
import { appRouter } from "./app-router.ts";
import { type ContextDeps, contextMaker } from "./context.ts";
import { toTrpcError } from "./to-trpc-error.ts";

export interface TrpcDeps extends ContextDeps {
  readonly log: Logger;
}

const MOST_CALLS_IN_BATCH = 50;
/** A batch's object around its inputs. */
const ENVELOPES = 1;

/** tRPC under /trpc. Its inputs meet the same bounds as REST's bodies. */
export function mountTrpc(app: Express, { log, ...deps }: TrpcDeps): void {
  const answer = createExpressMiddleware({
    router: appRouter,
    createContext: contextMaker(deps),
    maxBatchSize: MOST_CALLS_IN_BATCH,
    allowBatching: true,
    onError: ({ error, path }) => {
      if (error.code !== "INTERNAL_SERVER_ERROR") return;
      log.error({ err: error.cause ?? error, procedure: path }, "A procedure failed.");
    },
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

/** Leaves the body as a text: tRPC parses it itself. */
async function readInput(request: Request): Promise<void> {
  if (request.method === "GET" || request.method === "HEAD") {
    const input = new URL(request.url, "http://localhost").searchParams.get("input");
    if (input !== null) checkJson(parseJson(input), ENVELOPES);
    return;
  }
  request.body = (await readJsonBody(request, ENVELOPES)).text;
}
