import type { IncomingMessage } from "node:http";
import { contextInput, makeEvaluationContext, parseInput } from "@burgee/core";
import type { EvaluationContext } from "@burgee/engine";
import type { RawQuery } from "../http/inputs.ts";
import { readJsonBody } from "../http/read-json-body.ts";

export type ContextReader = (query: RawQuery, request: IncomingMessage) => Promise<EvaluationContext>;

/**
 * The attributes of a single read: the query's, as texts, and over them those of a JSON body, where there is one.
 * A body is `{ "context": { … } }`, or the attributes themselves.
 */
export const readContext: ContextReader = async (query, request) => {
  const { value } = await readJsonBody(request);
  return makeEvaluationContext(query, parseInput(contextInput, attributesIn(value)));
};

function attributesIn(body: unknown): unknown {
  if (body === undefined) return {};
  if (!isRecord(body)) return body;
  const { context, ...others } = body;
  return isRecord(context) && Object.keys(others).length === 0 ? context : body;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
