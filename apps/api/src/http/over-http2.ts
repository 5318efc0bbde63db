/** Lets what was written for HTTP/1, an Express application included, answer over HTTP/2 too. */
import { IncomingMessage, type RequestListener, ServerResponse } from "node:http";
import { constants, Http2ServerRequest, Http2ServerResponse } from "node:http2";
import express, { type Express } from "express";

/** For either version: node:http2 hands over requests of HTTP/1 too, where a client speaks no other. */
type AnyListener = (
  request: IncomingMessage | Http2ServerRequest,
  response: ServerResponse | Http2ServerResponse,
) => void;

/**
 * The listener is given node:http2's requests and responses, which look like node:http's as far as anything here asks of them.
 * @param bodyWithinMs how long a body may take to arrive over HTTP/2; for HTTP/1 node:http looks at that by itself
 */
export function overEither(listener: RequestListener, bodyWithinMs: number): AnyListener {
  return (request, response) => {
    if (request instanceof IncomingMessage && response instanceof ServerResponse) {
      listener(request, response);
    } else if (request instanceof Http2ServerRequest && response instanceof Http2ServerResponse) {
      wordAsHttp1(request, response);
      if (!request.stream.endAfterHeaders) boundBody(request, bodyWithinMs);
      listener(request as unknown as IncomingMessage, response as unknown as ServerResponse);
    }
  };
}

/**
 * Express gives each request and response a prototype of its own, which descends from node:http's. Seen through the object that is made
 * here, the same application gives them one that descends from node:http2's; nothing else differs.
 */
export function expressOverEither(app: Express): RequestListener {
  const overHttp2: { handle(request: object, response: object): void } = Object.create(app, {
    request: { value: descendant(Http2ServerRequest.prototype, express.request, app) },
    response: { value: descendant(Http2ServerResponse.prototype, express.response, app) },
  });
  return (request, response) => {
    if (request instanceof IncomingMessage) app(request, response);
    else overHttp2.handle(request, response);
  };
}

/** RFC 9113 §8.3.1: `:authority` is the host; and a body needs no header that announces it. */
function wordAsHttp1(request: Http2ServerRequest, response: Http2ServerResponse): void {
  const { headers, rawHeaders, stream } = request;
  const { ":authority": authority } = headers;
  if (typeof authority === "string" && headers.host === undefined) {
    headers.host = authority;
    rawHeaders.push("host", authority);
  }
  if (!stream.endAfterHeaders && headers["content-length"] === undefined) {
    headers["transfer-encoding"] = "chunked";
  }
  Object.defineProperties(response, {
    closed: { get: () => stream.closed },
    destroyed: { get: () => stream.destroyed },
  });
}

/** A body whose sender gave up ends as node:http ends it, by an error: node:http2 alone would have it look like a whole one. */
function boundBody(request: Http2ServerRequest, withinMs: number): void {
  const { stream } = request;
  const breakOff = () => request.destroy(new Error("The body ended too early."));
  const late = setTimeout(() => stream.close(constants.NGHTTP2_CANCEL), withinMs);
  // Whoever reads it hears of it too; where nobody does, there is nobody to tell.
  request.on("error", () => undefined);
  stream.prependListener("aborted", breakOff).prependListener("end", () => {
    clearTimeout(late);
    if (stream.closed) breakOff();
  });
  stream.once("close", () => clearTimeout(late));
}

function descendant(of: object, like: object, app: Express): object {
  return Object.create(of, {
    ...Object.getOwnPropertyDescriptors(like),
    app: { value: app, configurable: true, writable: true },
  });
}
