/** tRPC as this API speaks it: the same problems as over REST. */
import { initTRPC, type TRPCError } from "@trpc/server";
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

/** For people, by their key or their session. */
export const procedure = openProcedure.use(({ ctx, next }) =>
  next({ ctx: { ...ctx, caller: ctx.demandCaller() } }),
);

/** What a use case threw is wrapped as an error of the server's; what tRPC found itself has a code of its own. */
function isForeign({ code, cause }: TRPCError): boolean {
  return code === "INTERNAL_SERVER_ERROR" && cause !== undefined;
}
