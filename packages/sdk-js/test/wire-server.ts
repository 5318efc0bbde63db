import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Ruleset } from "@burgee/engine";

export const GOOD_KEY = "bg_srv_good";

/** What a double of the service answers instead of what was asked for. */
export interface Trouble {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Begins the body, and never ends it. */
  readonly endless?: boolean;
}

/** The service's wire, played by a real HTTP server that a test directs. */
export class WireServer {
  readonly url: string;
  /** `path` of every request, in order, with its headers. */
  readonly requests: { readonly path: string; readonly headers: IncomingMessage["headers"] }[] = [];
  /** Batches of usage in order, those among them that met trouble. */
  readonly batches: WireBatch[] = [];
  ruleset: Ruleset;
  /** Per path; set to undefined to serve again. */
  readonly trouble: Record<string, Trouble | undefined> = {};
  /** By path. */
  readonly lists = new Map<string, Uint8Array>();
  /** Whether a stream begins with the whole ruleset, as it does when nothing can be resumed. */
  greets = true;
  /** What is said beside a ruleset's text; nothing, left out. */
  seal: ((text: string, ruleset: Ruleset) => string) | undefined;
  readonly #server: Server;
  readonly #opened: WireStream[] = [];
  readonly #waiting: ((stream: WireStream) => void)[] = [];
  readonly #hanging: ServerResponse[] = [];

  static async start(ruleset: Ruleset): Promise<WireServer> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new WireServer(server, ruleset);
  }

  private constructor(server: Server, ruleset: Ruleset) {
    this.#server = server;
    this.ruleset = ruleset;
    const { port } = server.address() as AddressInfo;
    this.url = `http://127.0.0.1:${port}`;
    server.on("request", (request, response) => this.#answer(request, response));
  }

  /** The next stream that a client opens, or has opened and no one asked for yet. */
  nextStream(): Promise<WireStream> {
    const opened = this.#opened.shift();
    if (opened) return Promise.resolve(opened);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** How often a path was asked for. */
  count(path: string): number {
    return this.requests.filter((request) => request.path === path).length;
  }

  /** How many connections are open. */
  connections(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.getConnections((error, count) => (error ? reject(error) : resolve(count)));
    });
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const path = request.url ?? "";
    this.requests.push({ path, headers: request.headers });
    if (path === "/v1/events") {
      void this.#answerEvents(request, response);
      return;
    }
    const trouble = this.trouble[path];
    if (trouble?.status === 0) {
      this.#hanging.push(response);
      return;
    }
    if (trouble) respond(response, trouble);
    else if (request.headers.authorization !== `Bearer ${GOOD_KEY}`) respond(response, UNKNOWN_KEY);
    else if (path === "/v1/ruleset") this.#answerRuleset(request, response);
    else if (this.lists.has(path)) response.writeHead(200).end(this.lists.get(path));
    else if (path.startsWith("/v1/stream")) this.#answerStream(request, response);
    else respond(response, { status: 404 });
  }

  /** Kept before it is answered, so that whoever was answered finds it. */
  async #answerEvents(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.batches.push(JSON.parse(await textOf(request)));
    const trouble = this.trouble["/v1/events"];
    if (trouble?.status === 0) this.#hanging.push(response);
    else respond(response, trouble ?? { status: 202, body: "{}" });
  }

  #answerRuleset(request: IncomingMessage, response: ServerResponse): void {
    const etag = `"${versionOf(this.ruleset)}"`;
    const isKnown = request.headers["if-none-match"]?.split(", ").includes(etag) === true;
    const body = JSON.stringify(this.ruleset);
    const seal = this.seal?.(body, this.ruleset);
    const headers = { "content-type": "application/json", etag, ...(seal && { "burgee-seal": seal }) };
    if (isKnown) respond(response, { status: 304, headers: { etag } });
    else respond(response, { status: 200, headers, body });
  }

  #answerStream(request: IncomingMessage, response: ServerResponse): void {
    response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8" });
    response.flushHeaders();
    const stream = new WireStream(request, response);
    if (this.greets) stream.put(this.ruleset, this.seal?.(JSON.stringify(this.ruleset), this.ruleset));
    const waiting = this.#waiting.shift();
    if (waiting) waiting(stream);
    else this.#opened.push(stream);
  }
}

export interface WireBatch {
  readonly batchId: string;
  readonly sdk: { readonly name: string; readonly version: string };
  readonly applied: { readonly version: string; readonly at: string } | null;
  readonly counts: readonly object[];
  readonly events: readonly object[];
  readonly unknownKeys: readonly object[];
  readonly dropped: { readonly evaluations: number; readonly events: number };
}

/** One open stream, from the server's end. */
export class WireStream {
  readonly lastEventId: string | string[] | undefined;
  /** Resolves when the client let go. */
  readonly gone: Promise<void>;
  readonly #response: ServerResponse;

  constructor(request: IncomingMessage, response: ServerResponse) {
    this.lastEventId = request.headers["last-event-id"];
    this.#response = response;
    this.gone = new Promise((resolve) => response.on("close", () => resolve()));
  }

  put(ruleset: Ruleset, seal?: string): void {
    if (seal !== undefined) this.raw(`event: seal\ndata: ${seal}\n\n`);
    this.event("put", ruleset, versionOf(ruleset));
  }

  event(type: string, data: unknown, id?: string): void {
    this.raw(`${id === undefined ? "" : `id: ${id}\n`}event: ${type}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  raw(bytes: string | Uint8Array): void {
    this.#response.write(bytes);
  }

  /** Ends in order. */
  end(): void {
    this.#response.end();
  }

  /** Ends as a killed process does. */
  destroy(): void {
    this.#response.destroy();
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

function respond(response: ServerResponse, { status, headers, body, endless }: Trouble): void {
  response.writeHead(status, headers);
  if (endless) response.write("and so on");
  else response.end(body);
}

function versionOf({ epoch, revision }: Ruleset): string {
  return `${epoch}.${revision}`;
}

const UNKNOWN_KEY: Trouble = {
  status: 401,
  headers: { "content-type": "application/problem+json" },
  body: JSON.stringify({ title: "Unauthorized", status: 401, detail: "No such key.", code: "unknown_key" }),
};
