import type { ServerResponse } from "node:http";
import { type KeyChecker, parseInput } from "@burgee/core";
import type { Request } from "express";
import type { z } from "zod";
import type { MakeCaller } from "../access/callers.ts";
import type { Access, Credential as AnyCredential } from "../access/credential.ts";
import { keyOf } from "../access/key-of.ts";
import type { NoteRefusal } from "../access/refusal-notes.ts";
import { noBody, type RawQuery } from "./inputs.ts";
import { readJsonBody } from "./read-json-body.ts";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** What a route answers with. A text and bytes are sent as they are, everything else as JSON. */
export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** A route took the response over, and answers for itself. */
export interface TakenOver {
  readonly takenOver: true;
}

/** One request and what is known of it before it is read. */
export interface Exchange {
  readonly request: Request;
  readonly response: ServerResponse;
  readonly params: Readonly<Record<string, string>>;
  readonly requestId: string;
}

export interface RouteRequest<Credential, Query, Body> extends Exchange {
  readonly credential: Credential;
  readonly query: Query;
  readonly body: Body;
}

export type Outcome = Answer | TakenOver;

export interface RouteDefinition<Credential, Query, Body> {
  readonly method: Method;
  /** In Express's notation. */
  readonly path: string;
  readonly access: Access<Credential>;
  /** A strict one refuses parameters that it does not know. */
  readonly query: z.ZodType<Query>;
  readonly body: z.ZodType<Body>;
  readonly handle: (request: RouteRequest<Credential, Query, Body>) => Promise<Outcome> | Outcome;
}

/** A route whose parts were found to fit each other. */
export interface Route {
  readonly method: Method;
  readonly path: string;
  readonly serve: (exchange: Exchange, query: RawQuery, doors: RouteDoors) => Promise<Outcome>;
}

/** What every route goes through. */
export interface RouteDoors {
  readonly keys: KeyChecker;
  readonly makeCaller: MakeCaller;
  readonly noteRefusal: NoteRefusal;
}

/** Who asks comes before what they ask: a stranger's body is never read. */
export function defineRoute<Credential extends AnyCredential | undefined, Query, Body>({
  method,
  path,
  access,
  query,
  body,
  handle,
}: RouteDefinition<Credential, Query, Body>): Route {
  const readsBody = !Object.is(body, noBody);
  return {
    method,
    path,
    serve: async (exchange, rawQuery, { keys, makeCaller, noteRefusal }) => {
      const credential = await access(keys, keyOf(exchange.request));
      try {
        return await handle({
          ...exchange,
          credential,
          query: parseInput(query, { ...rawQuery }),
          body: parseInput(body, readsBody ? (await readJsonBody(exchange.request)).value : undefined),
        });
      } catch (error) {
        if (credential?.kind === "person") {
          await noteRefusal(makeCaller({ ...exchange, credential }), error);
        }
        throw error;
      }
    },
  };
}
