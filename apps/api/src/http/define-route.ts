import type { IncomingMessage, ServerResponse } from "node:http";
import { AppError, type Caller, type DeclaredAccess, parseInput } from "@burgee/core";
import { bounded, TimeoutError } from "@burgee/runtime";
import type { z } from "zod";
import { type Admission, admit } from "../access/admit.ts";
import { authoriseRequest } from "../access/authorise-request.ts";
import type { MakeCaller } from "../access/callers.ts";
import type { Access, AnyCredential, DirectoryCredential } from "../access/credential.ts";
import type { NoteKeyRefusal } from "../access/key-refusal-notes.ts";
import type { NoteRefusal } from "../access/refusal-notes.ts";
import type { AnswerHead } from "./answer-head.ts";
import { goOn } from "./go-on.ts";
import { NO_QUERY, noBody, type RawQuery } from "./inputs.ts";
import { type JsonBody, readJsonBody } from "./read-json-body.ts";

const NO_BODY: JsonBody = { text: undefined, value: undefined };

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
  readonly request: IncomingMessage;
  /** Where it comes from; undefined where the line is gone already. */
  readonly address: string | undefined;
  readonly response: ServerResponse;
  /** Of the answer, whatever it will be. */
  readonly head: AnswerHead;
  readonly params: Readonly<Record<string, string>>;
  readonly requestId: string;
  /** When it came, by `performance.now`. */
  readonly arrivedMs: number;
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
  /** Whether other sites' pages may ask, with a client key of theirs. */
  readonly isForPages?: boolean;
  /** Read all the time: answered before Express, with all that is under its path. */
  readonly isHot?: boolean;
  /** Whether it writes answers by itself. */
  readonly takesOver?: boolean;
  /** How long whoever asks waits to hear whose key it is; without end, left out. What follows is the route's own to bound. */
  readonly budgetMs?: number;
  /** By what one asks: a key of which kind, or none. */
  readonly access: Access<Credential>;
  /** What that key must be good for. Nothing can be asked of a key that nobody sends, and a SCIM token is good for one thing. */
  readonly needs: NeedsOf<Credential>;
  /** Of a body; JSON, left out. */
  readonly mediaType?: RegExp;
  /** A strict one refuses parameters that it does not know. */
  readonly query: z.ZodType<Query>;
  readonly body: z.ZodType<Body>;
  /** What `body` makes of what is sent most; undefined for all else, which is left to `body`. Where the schema takes too long. */
  readonly plainBody?: (body: unknown) => Body | undefined;
  readonly handle: (request: RouteRequest<Credential, Query, Body>) => Promise<Outcome> | Outcome;
}

type NeedsOf<Credential> = Credential extends undefined
  ? "public"
  : Credential extends DirectoryCredential
    ? "SCIM token"
    : DeclaredAccess;

/** What a route says of who may ask. */
export type RouteAccess = DeclaredAccess | "public" | "SCIM token";

/** A route whose parts were found to fit each other. */
export interface Route {
  readonly method: Method;
  readonly path: string;
  readonly isForPages: boolean;
  readonly isHot: boolean;
  readonly takesOver: boolean;
  readonly needs: RouteAccess;
  readonly input: { readonly query: z.ZodType; readonly body: z.ZodType };
  readonly serve: (exchange: Exchange, query: RawQuery, doors: RouteDoors) => Outcome | Promise<Outcome>;
}

/** What every route goes through. */
export interface RouteDoors extends Admission {
  readonly makeCaller: MakeCaller;
  readonly noteRefusal: NoteRefusal;
  readonly noteKeyRefusal: NoteKeyRefusal;
}

/**
 * Who asks comes before what they ask: the body of a stranger, or of who may do it nowhere, is never read. What need not be waited
 * for is not: each turn that a hot route takes costs a good part of its answer.
 */
export function defineRoute<Credential extends AnyCredential | undefined, Query, Body>({
  method,
  path,
  isForPages = false,
  isHot = false,
  takesOver = false,
  budgetMs,
  access,
  needs,
  mediaType,
  query,
  body,
  plainBody = () => undefined,
  handle,
}: RouteDefinition<Credential, Query, Body>): Route {
  const readsBody = !Object.is(body, noBody);
  const readQuery = onceForNone((given: RawQuery) => parseInput(query, given), NO_QUERY);
  const readValue = onceForNone<unknown, Body>(
    (value) => plainBody(value) ?? parseInput(body, value),
    undefined,
  );
  const answer = (exchange: Exchange, credential: Credential, parsedQuery: Query, value: unknown) => {
    const { request, address, response, head, params, requestId, arrivedMs } = exchange;
    const asked = { credential, query: parsedQuery, body: readValue(value) };
    return handle({ request, address, response, head, params, requestId, arrivedMs, ...asked });
  };
  return {
    method,
    path,
    isForPages,
    isHot,
    takesOver,
    needs,
    input: { query, body },
    serve: (exchange, rawQuery, doors) => {
      let caller: Caller | undefined;
      const refuse = async (error: unknown): Promise<never> => {
        await (caller ? doors.noteRefusal(caller, error) : doors.noteKeyRefusal(exchange, error));
        throw error;
      };
      const enter = (credential: Credential) => {
        if (credential?.kind === "person") caller = doors.makeCaller({ ...exchange, credential });
        if (!caller && !readsBody) {
          if (isAskedOfPeople(needs)) authoriseRequest(caller, needs, readNothing);
          return answer(exchange, credential, readQuery(rawQuery), undefined);
        }
        const readBody = once(() => (readsBody ? readJsonBody(exchange.request, { mediaType }) : NO_BODY));
        const readInput = async () => Object.assign({}, (await readBody()).value, rawQuery, exchange.params);
        const allowed = isAskedOfPeople(needs) ? authoriseRequest(caller, needs, readInput) : undefined;
        return goOn(allowed, () => {
          const parsedQuery = readQuery(rawQuery);
          return goOn(readBody(), ({ value }) => answer(exchange, credential, parsedQuery, value));
        });
      };
      try {
        const admitted = admit(access, exchange, doors);
        const outcome = goOn(
          admitted instanceof Promise && budgetMs !== undefined ? inBudget(admitted, budgetMs) : admitted,
          enter,
        );
        return outcome instanceof Promise ? outcome.catch(refuse) : outcome;
      } catch (error) {
        return refuse(error);
      }
    },
  };
}

/** @throws {AppError} "unavailable": that a key is none is said by who can be asked alone */
async function inBudget<T>(admitted: Promise<T>, budgetMs: number): Promise<T> {
  try {
    return await bounded(admitted, budgetMs, "Asking whose key it is");
  } catch (cause) {
    if (!(cause instanceof TimeoutError)) throw cause;
    throw new AppError("unavailable", "This key can't be checked at the moment; try again shortly.", {
      cause,
    });
  }
}

/** What nobody sent reads the same each time. */
function onceForNone<Given, Read>(read: (given: Given) => Read, none: Given): (given: Given) => Read {
  let ofNone: { readonly read: Read } | undefined;
  return (given) => {
    if (given !== none) return read(given);
    ofNone ??= { read: read(given) };
    return ofNone.read;
  };
}

/** A server's or a client's key is held to its own environment by what answers, and not by what is sent. */
async function readNothing(): Promise<undefined> {
  return undefined;
}

function isAskedOfPeople(needs: RouteAccess): needs is DeclaredAccess {
  return needs !== "public" && needs !== "SCIM token";
}

function once<T>(read: () => T | Promise<T>): () => T | Promise<T> {
  let reading: T | Promise<T> | undefined;
  return () => {
    reading ??= read();
    return reading;
  };
}
