import { getTRPCErrorShape, type TRPCError, type TRPCProcedureType } from "@trpc/server";
import { createExpressMiddleware } from "@trpc/server/adapters/express";
import type { NextFunction, Request, RequestHandler, Response } from "express";
import { problemHeaders } from "../errors/problem.ts";
import { send } from "../http/send.ts";
import { whenDecided } from "../http/when-decided.ts";
import { isSignIn } from "../sessions/is-sign-in.ts";
import type { SignInTurns } from "../sessions/sign-in-turns.ts";
import { appRouter } from "./app-router.ts";
import { type ContextDeps, contextMaker } from "./context.ts";
import { currentRequestId } from "./current-request-id.ts";
import { ALLOW, MOST_CALLS_IN_BATCH, prepareCall } from "./prepare-call.ts";
import { problemIn } from "./problem-in.ts";
import { toTrpcError } from "./to-trpc-error.ts";

export interface TrpcDeps extends ContextDeps {
  readonly signIns: SignInTurns;
}

/** Whatever is refused, is refused in the shape that tRPC's clients read. */
export function answerCalls({ signIns, ...deps }: TrpcDeps): RequestHandler {
  const { report } = deps;
  const answer = createExpressMiddleware({
    router: appRouter,
    createContext: contextMaker(deps),
    maxBatchSize: MOST_CALLS_IN_BATCH,
    allowBatching: true,
    onError: ({ error, path }) => {
      const requestId = currentRequestId.getStore();
      report(error.cause ?? error, problemIn(error), { requestId, procedure: path });
    },
    responseMeta: ({ errors, type }) => ({
      headers: {
        // A subscription says by itself that it is a stream.
        ...(type === "subscription" ? {} : { "content-type": "application/json" }),
        ...(errors.some(({ code }) => code === "METHOD_NOT_SUPPORTED") ? { allow: allowOf(type) } : {}),
        ...headersOf(errors),
      },
    }),
  });

  return (request, response, next) => {
    if (request.method === "OPTIONS") return send(response, { status: 204, headers: { allow: ALLOW } });
    return currentRequestId.run(String(response.locals.requestId), async () => {
      try {
        await (isSignIn(request.baseUrl + request.path) ? signIn : call)(request, response, next);
      } catch (cause) {
        refuse(response, toTrpcError(cause));
      }
    });
  };

  async function call(request: Request, response: Response, next: NextFunction): Promise<void> {
    await prepareCall(request);
    answer(request, response, next);
  }

  /** Its body arrives before it takes a turn, however slowly, and its answer leaves afterwards. */
  async function signIn(request: Request, response: Response, next: NextFunction): Promise<void> {
    await prepareCall(request);
    await signIns.take(request.ip, async () => {
      if (response.destroyed) return;
      const decided = whenDecided(response);
      answer(request, response, next);
      await decided;
    });
  }
}

function allowOf(type: TRPCProcedureType | "unknown"): string {
  return type === "mutation" ? "POST, OPTIONS" : "GET, HEAD, OPTIONS";
}

/** In place of all calls of a batch, as tRPC does it when it refuses a request as a whole. */
function refuse(response: Response, error: TRPCError): void {
  const { _config: config } = appRouter._def;
  const call = { type: "unknown", path: undefined, input: undefined, ctx: undefined } as const;
  const shape = getTRPCErrorShape({ config, error, ...call });
  send(response, { status: shape.data.httpStatus, headers: headersOf([error]), body: { error: shape } });
}

function headersOf(errors: readonly TRPCError[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    errors.flatMap((error) => Object.entries(problemHeaders(error.cause, problemIn(error)))),
  );
}
