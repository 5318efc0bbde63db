import { AppError } from "@burgee/core";
import type { TRPCError } from "@trpc/server";
import { TransportError } from "../errors/api-error.ts";
import { type Problem, problemOf } from "../errors/problem.ts";

/** What tRPC itself refuses has no cause of ours: a procedure that is not there, a body that does not parse. */
export function problemIn(error: TRPCError): Problem {
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
