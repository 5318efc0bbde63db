/** tRPC as this API speaks it: the same problems as over REST. */
import { AppError, authorise, type DeclaredAccess } from "@burgee/core";
import { initTRPC, type TRPCError } from "@trpc/server";
import { TransportError } from "../errors/api-error.ts";
import type { Context } from "./context.ts";
import { currentRequestId } from "./current-request-id.ts";
import { problemIn } from "./problem-in.ts";
import { toTrpcError } from "./to-trpc-error.ts";

/** What a procedure says of itself, next to its name. */
export interface ProcedureMeta {
  readonly access: DeclaredAccess | "public";
}

/** Of subscriptions, as of the streams of SDKs. */
const SIGN_OF_LIFE_MS = 15_000;
const TAKEN_FOR_DEAD_MS = 45_000;

const t = initTRPC
  .context<Context>()
  .meta<ProcedureMeta>()
  .create({
    isDev: false,
    sse: {
      ping: { enabled: true, intervalMs: SIGN_OF_LIFE_MS },
      client: { reconnectAfterInactivityMs: TAKEN_FOR_DEAD_MS },
    },
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

/** Turns what a use case throws into what a tRPC client reads. */
const translated = t.procedure.use(async ({ next }) => {
  const result = await next();
  if (result.ok || !isForeign(result.error)) return result;
  throw toTrpcError(result.error.cause);
});

/** For who has neither key nor session yet. */
export const publicProcedure = translated.meta({ access: "public" });

/**
 * For people, by their key or their session, who may do what is declared; what they are refused is noted. There is no other way
 * to make a procedure than those of this file.
 */
export function procedure(access: DeclaredAccess) {
  return translated
    .meta({ access })
    .use(async ({ ctx, next }) => {
      const caller = ctx.demandCaller();
      const result = await next({ ctx: { ...ctx, caller } });
      if (!result.ok) await ctx.noteRefusal(caller, result.error.cause);
      return result;
    })
    .use(async ({ ctx, getRawInput, next }) => {
      await authorise(ctx.caller, access, getRawInput);
      return next();
    });
}

/**
 * For what gives or takes cookies: from our own pages only, and one call a request, so that a batch is not many guesses
 * and nobody else's cookie comes with it.
 */
export const cookieProcedure = publicProcedure.use(({ ctx, type, next }) => {
  if (type === "mutation") {
    ctx.demandSameOrigin();
    if (!ctx.isSingle) throw notSingle();
  }
  return next();
});

/** For people with a session, about themselves; a key can't stand in for one. */
export const sessionProcedure = cookieProcedure.meta({ access: "self" }).use(({ ctx, next }) => {
  const { session } = ctx;
  if (!session)
    throw new AppError("unauthenticated", "Sign in first: a key can't stand in for a session here.");
  return next({ ctx: { ...ctx, session } });
});

/** For what only somebody at their own browser may change, in the tenant that they work in, who may do what is declared. */
export function personProcedure(access: DeclaredAccess) {
  return procedure(access).use(({ ctx, next }) => {
    const { session } = ctx;
    if (!session)
      throw new AppError("unauthenticated", "Sign in first: a key can't stand in for a session here.");
    if (!ctx.isSingle) throw notSingle();
    return next({ ctx: { ...ctx, session } });
  });
}

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
