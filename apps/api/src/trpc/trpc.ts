/** tRPC as this API speaks it: the same problems as over REST. */
import { AppError } from "@burgee/core";
import { initTRPC, type TRPCError } from "@trpc/server";
import { TransportError } from "../errors/api-error.ts";
import type { Context } from "./context.ts";
import { currentRequestId } from "./current-request-id.ts";
import { problemIn } from "./problem-in.ts";
import { toTrpcError } from "./to-trpc-error.ts";

const t = initTRPC.context<Context>().create({
  isDev: false,
  errorFormatter: ({ shape, error }) => {
    const problem = problemIn(error);
    const { stack: _, ...data } = shape.data;
    return {
      ...shape,
      message: problem.detail,
      data: {
        ...data,
        /** What went wrong, in the same words and codes as over REST. */
        problem: { ...problem, status: data.httpStatus },
        requestId: currentRequestId.getStore() ?? null,
      },
    };
  },
});

export const { router } = t;

/** For who has neither key nor session yet. Turns what a use case throws into what a tRPC client reads. */
export const openProcedure = t.procedure.use(async ({ next }) => {
  const result = await next();
  if (result.ok || !isForeign(result.error)) return result;
  throw toTrpcError(result.error.cause);
});

/** For people, by their key or their session. What they are refused is noted. */
export const procedure = openProcedure.use(async ({ ctx, next }) => {
  const caller = ctx.demandCaller();
  const result = await next({ ctx: { ...ctx, caller } });
  if (!result.ok) await ctx.noteRefusal(caller, result.error.cause);
  return result;
});

/**
 * For what gives or takes cookies: from our own pages only, and one call a request, so that a batch is not many guesses
 * and nobody else's cookie comes with it.
 */
export const cookieProcedure = openProcedure.use(({ ctx, type, next }) => {
  if (type === "mutation") {
    ctx.demandSameOrigin();
    if (!ctx.isSingle) throw notSingle();
  }
  return next();
});

/** For people with a session; a key can't stand in for one. */
export const sessionProcedure = cookieProcedure.use(({ ctx, next }) => {
  const { session } = ctx;
  if (!session)
    throw new AppError("unauthenticated", "Sign in first: a key can't stand in for a session here.");
  return next({ ctx: { ...ctx, session } });
});

function notSingle(): TransportError {
  return new TransportError(
    "malformed_request",
    "This call comes alone, not in a batch or a stream: it answers with a cookie.",
  );
}

/** What a use case threw is wrapped as an error of the server's; what tRPC found itself has a code of its own. */
function isForeign({ code, cause }: TRPCError): boolean {
  return code === "INTERNAL_SERVER_ERROR" && cause !== undefined;
}
