/** An endpoint that answers as it is told, and remembers what came. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { text } from "node:stream/consumers";

export interface Received {
  readonly id: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Receiver {
  readonly origin: string;
  readonly received: Received[];
  /** Connections that were made to it, whatever came over them. */
  readonly connections: () => number;
  close(): Promise<void>;
}

export type Answer = (response: ServerResponse, received: Received, request: IncomingMessage) => void;

export async function openReceiver(
  answer: Answer,
  certificate?: { readonly cert: string; readonly key: string },
): Promise<Receiver> {
  const received: Received[] = [];
  let connections = 0;
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    void text(request).then((body) => {
      const headers = Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
      );
      const one = { id: headers["webhook-id"] ?? "", headers, body };
      received.push(one);
      answer(response, one, request);
    });
  };
  const server = certificate ? createSecureServer(certificate, listener) : createServer(listener);
  server.on("connection", () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("The receiver has no port.");
  return {
    origin: `${certificate ? "https" : "http"}://127.0.0.1:${address.port}`,
    received,
    connections: () => connections,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
