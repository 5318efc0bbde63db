/** Where the API is reached: HTTP/1.1 behind a proxy, or where TLS ends here, HTTP/2 and HTTP/1.1. */
import { createServer, type RequestListener, type Server } from "node:http";
import { createSecureServer, type Http2SecureServer } from "node:http2";
import type { Socket } from "node:net";
import type { Certificate } from "./certificate.ts";
import { overEither } from "./over-http2.ts";
import { refuseMalformed } from "./refuse-malformed.ts";
import { refuseExpectation } from "./refuse-unservable.ts";

export interface Listener {
  /** Answers the port. Port 0 takes a free one. */
  listen(port: number, host: string): Promise<number>;
  /** Answers what was asked, and ends. */
  close(): Promise<void>;
}

/** How long a request may take to arrive, a connection may be silent, and requests under way may go on at the end. */
const HEAD_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
/** How often a request's time is looked at: by itself node:http does every 30 s. */
const TIMEOUT_CHECK_MS = 1_000;
/** Beyond the 60 s of usual balancers: whoever closes first must be the one that sends requests. */
const SILENCE_TIMEOUT_MS = 65_000;
const LAST_REQUESTS_MS = 5_000;
const MAX_HEAD_BYTES = 16 * 1024;
/** Of one connection of HTTP/2: what each may hold in memory, times this, is less than what node:http2 lets a connection hold. */
const MAX_CONCURRENT = 100;

const HTTP1 = {
  maxHeaderSize: MAX_HEAD_BYTES,
  requireHostHeader: false,
  headersTimeout: HEAD_TIMEOUT_MS,
  requestTimeout: REQUEST_TIMEOUT_MS,
  // Lines between two requests end by the time-out of silence: one of their own would be set and unset with each request.
  keepAliveTimeout: 0,
  connectionsCheckingInterval: TIMEOUT_CHECK_MS,
};

/** @param certificate left out, nothing is encrypted */
export function openListener(handle: RequestListener, certificate: Certificate | undefined): Listener {
  const server = certificate ? openSecure(handle, certificate) : createServer(HTTP1, handle);
  const sockets = new Set<Socket>();
  server.setTimeout(SILENCE_TIMEOUT_MS);
  server.on("clientError", refuseMalformed);
  server.on("checkExpectation", refuseExpectation);
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  return {
    listen: (port, host) => listen(server, port, host),
    close: () => close(server, sockets),
  };
}

function openSecure(handle: RequestListener, certificate: Certificate): Http2SecureServer {
  const server = createSecureServer(
    {
      ...HTTP1,
      ...certificate.current,
      allowHTTP1: true,
      settings: { maxConcurrentStreams: MAX_CONCURRENT, maxHeaderListSize: MAX_HEAD_BYTES },
    },
    overEither(handle, REQUEST_TIMEOUT_MS),
  );
  certificate.follow((pair) => server.setSecureContext(pair));
  return server;
}

function listen(server: Server | Http2SecureServer, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : port);
    });
  });
}

function close(server: Server | Http2SecureServer, sockets: ReadonlySet<Socket>): Promise<void> {
  return new Promise((resolve) => {
    const patience = setTimeout(() => {
      for (const socket of sockets) socket.destroy();
    }, LAST_REQUESTS_MS);
    server.close(() => {
      clearTimeout(patience);
      resolve();
    });
  });
}
