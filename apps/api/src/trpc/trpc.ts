/** tRPC as this API speaks it: the same problems as over REST. */
import { AppError } from "@burgee/core";
import { initTRPC, type TRPCError } from "@trpc/server";
import { TransportError } from "../errors/api-error.ts";
import { type Problem, problemOf } from "../errors/problem.ts";
import type { Context } from "./context.ts";
import { toTrpcError } from "./to-trpc-error.ts";

const t = initTRPC.context<Context>().create({
  isDev: false,
  errorFormatter: ({ shape, error, ctx }) => {
    const problem = problemIn(error);
    const { stack: _, ...data } = shape.data;
    return {
      ...shape,
      message: problem.detail,
      data: {
        ...data,
        /** What went wrong, in the same words and codes as over REST. */
        problem: { ...problem, status: data.httpStatus },
        requestId: ctx?.requestId ?? null,
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

/** For people, by their key or their session. */
export const procedure = openProcedure.use(({ ctx, next }) =>
  next({ ctx: { ...ctx, caller: ctx.demandCaller() } }),
);

/** What a use case threw is wrapped as an error of the server's; what tRPC found itself has a code of its own. */
function isForeign({ code, cause }: TRPCError): boolean {
  return code === "INTERNAL_SERVER_ERROR" && cause !== undefined;
}

/** What tRPC itself refuses has no cause of ours: a procedure that is not there, a body that does not parse. */
function problemIn(error: TRPCError): Problem {
  if (error.code === "INTERNAL_SERVER_ERROR") return problemOf(error.cause);
  if (error.cause instanceof AppError || error.cause instanceof TransportError) return problemOf(error.cause);
  switch (error.code) {
    case "BAD_REQUEST":
      return error.cause instanceof Error && error.cause.name.endsWith("ZodError")
        ? problemOf(error.cause)
        : problemOf(new TransportError("malformed_request", error.message));
    case "PARSE_ERROR":
      return problemOf(
        new TransportError(
          "malformed_request",
          "A part of the address or the body is no JSON that tRPC reads.",
        ),
      );
    case "NOT_FOUND":
      return problemOf(new TransportError("route_not_found", error.message));
    case "METHOD_NOT_SUPPORTED":
      return problemOf(new TransportError("method_not_allowed", error.message));
    case "UNSUPPORTED_MEDIA_TYPE":
      return problemOf(new TransportError("unsupported_media_type", error.message));
    default:
      return problemOf(error.cause);
  }
}
