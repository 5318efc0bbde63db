import type { Express, RequestHandler } from "express";
import { loadOnce } from "../operations/load-once.ts";
import type { TrpcDeps } from "./answer-calls.ts";

/**
 * tRPC under /trpc. All that people can do comes with it, and is loaded with the first call: a node starts without, and where people
 * go to another node it never takes the memory.
 */
export function mountTrpc(app: Express, deps: TrpcDeps): void {
  const load = loadOnce(async (): Promise<RequestHandler> => {
    const { answerCalls } = await import("./answer-calls.ts");
    return answerCalls(deps);
  });

  app.use("/trpc", async (request, response, next) => {
    response.locals.route = "/trpc";
    const answer = await load();
    await answer(request, response, next);
  });
}
