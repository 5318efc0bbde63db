import { TRPCError } from "@trpc/server";
import { errorTable } from "../errors/error-table.ts";
import { problemOf } from "../errors/problem.ts";

/** What a tRPC client reads of an error of ours. */
export function toTrpcError(cause: unknown): TRPCError {
  const { code, detail } = problemOf(cause);
  return new TRPCError({ code: errorTable[code].trpc, message: detail, cause });
}
