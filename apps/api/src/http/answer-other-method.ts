import type { IncomingMessage } from "node:http";
import { preflightHeaders } from "../access/origins.ts";
import { TransportError } from "../errors/api-error.ts";
import type { Answer } from "./define-route.ts";
import type { RoutePath } from "./route-finder.ts";

/**
 * To whoever asks by a method that a path has no route of: which there are.
 * @throws {TransportError} "method_not_allowed", unless that is what was asked
 */
export function answerOtherMethod(request: IncomingMessage, byMethod: RoutePath["byMethod"]): Answer {
  const methods = [...byMethod.keys()];
  const allow = [...methods, ...(methods.includes("GET") ? ["HEAD"] : []), "OPTIONS"].join(", ");
  if (request.method === "OPTIONS") {
    const forPages = methods.filter((method) => byMethod.get(method)?.isForPages);
    const headers = forPages.length > 0 ? preflightHeaders(request, forPages) : {};
    return { status: 204, headers: { allow, ...headers } };
  }
  throw new TransportError("method_not_allowed", `Here are ${allow}, and no ${request.method}.`, {
    headers: { allow },
  });
}
