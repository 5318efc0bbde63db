import type { IncomingMessage } from "node:http";
import { contextInput, makeEvaluationContext, parseInput } from "@burgee/core";
import type { Attributes, EvaluationContext } from "@burgee/engine";
import type { RawQuery } from "../http/inputs.ts";
import { hasBody, readJsonBody } from "../http/read-json-body.ts";

/** The attributes of a request, before it is known what their project declares them to be. */
export interface RequestContext {
  readonly isEmpty: boolean;
  /** @throws {AppError} "invalid_input" where a text is not of the declared type */
  readonly typedBy: (attributes: Attributes | undefined) => EvaluationContext;
}

export type ContextReader = (
  query: RawQuery,
  request: IncomingMessage,
) => RequestContext | Promise<RequestContext>;

/**
 * The attributes of a single read: the query's, as texts, and over them those of a JSON body, where there is one.
 * A body is `{ "context": { … } }`, or the attributes themselves.
 */
export const readContext: ContextReader = (query, request) => {
  if (!hasBody(request)) return requestContext(query);
  return readJsonBody(request).then(({ value }) =>
    requestContext(query, parseInput(contextInput, attributesIn(value))),
  );
};

/** @throws {AppError} "invalid_input" where the query holds what is no attribute at all */
export function requestContext(query: RawQuery, body?: EvaluationContext): RequestContext {
  const untyped = makeEvaluationContext(query, body);
  return {
    isEmpty: Object.keys(untyped).length === 0,
    typedBy: (attributes) => (attributes ? makeEvaluationContext(query, body, attributes) : untyped),
  };
}

function attributesIn(body: unknown): unknown {
  if (body === undefined) return {};
  if (!isRecord(body)) return body;
  const { context, ...others } = body;
  return isRecord(context) && Object.keys(others).length === 0 ? context : body;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
