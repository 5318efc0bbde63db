import type { KeyChecker } from "@burgee/core";
import type { Logger } from "@burgee/runtime";
import { createExpressMiddleware } from "@trpc/server/adapters/express";
import type { Express, Request, Response } from "express";
import type { MakeCaller } from "../access/callers.ts";
import { personalKey } from "../access/credential.ts";
import { keyOf } from "../access/key-of.ts";
import { problemHeaders, problemOf } from "../errors/problem.ts";
import { checkJson } from "../http/check-json.ts";
import { parseJson, readJsonBody } from "../http/read-json-body.ts";
import { appRouter } from "./app-router.ts";
import { type Context, toTrpcError } from "./trpc.ts";

export interface TrpcDeps {
  readonly keys: KeyChecker;
  readonly makeCaller: MakeCaller;
  readonly log: Logger;
}

const MOST_CALLS_IN_BATCH = 50;
/** A batch's object around its inputs. */
const ENVELOPES = 1;

/** tRPC under /trpc, for personal keys. Its inputs meet the same bounds as REST's bodies. */
export function mountTrpc(app: Express, { keys, makeCaller, log }: TrpcDeps): void {
  async function createContext({ req, res }: { req: Request; res: Response }): Promise<Context> {
    try {
      const credential = await personalKey(keys, keyOf(req));
      const { requestId } = res.locals;
      return { caller: makeCaller({ credential, request: req, requestId: String(requestId) }) };
    } catch (cause) {
      for (const [name, value] of Object.entries(problemHeaders(cause, problemOf(cause)))) {
        res.setHeader(name, value);
      }
      throw toTrpcError(cause);
    }
  }

  const answer = createExpressMiddleware({
    router: appRouter,
    createContext,
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
