/**
 * A server of node:http and nothing else, as a process of its own: it sends what ours was heard to send, byte for byte, and for
 * many evaluations what closures written by hand say. It checks no key, counts nothing and measures nothing.
 */
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import { closuresOf, type Published } from "./handwritten.ts";
import { TOGGLES } from "./scenario.ts";

/** What this program is given, in the file that its first argument names. */
export interface BareAnswers {
  readonly answers: Readonly<
    Record<string, { readonly status: number; readonly headers: readonly string[]; readonly body: string }>
  >;
  readonly bulk: {
    readonly headers: readonly string[];
    readonly epoch: string;
    readonly revision: number;
    readonly published: readonly (readonly [string, Published])[];
  };
}

interface ReadyAnswer {
  readonly status: number;
  readonly headers: string[];
  readonly body: string | Buffer;
}

const [, , file = ""] = process.argv;
const { answers, bulk }: BareAnswers = JSON.parse(readFileSync(file, "utf8"));
const { epoch, revision } = bulk;
const closures = closuresOf(TOGGLES, new Map(bulk.published), revision);
/** A text goes out along with the head. What is no text, or too long to be copied each time, is bytes. */
const ready = new Map<string, ReadyAnswer>(
  Object.entries(answers).map(([name, { status, headers, body }]) => {
    const bytes = Buffer.from(body, "base64");
    const isShort = bytes.length < 4_096;
    return [name, { status, headers: [...headers], body: isShort ? bytes.toString() : bytes }];
  }),
);

const server = createServer((request, response) => {
  if (request.method === "POST") {
    readText(request, (text) => {
      const { context, toggles } = JSON.parse(text);
      const evaluations = toggles.map((key: string) => closures.get(key)?.(context));
      const body = JSON.stringify({ epoch, revision, evaluations });
      response.writeHead(200, [...bulk.headers, "content-length", String(Buffer.byteLength(body))]).end(body);
    });
    return;
  }
  const is304 = request.headers["if-none-match"] !== undefined;
  const answer = ready.get(is304 ? `${request.url} 304` : (request.url ?? ""));
  if (answer) response.writeHead(answer.status, answer.headers).end(answer.body);
  else response.writeHead(404).end();
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  console.log(`listening on ${typeof address === "object" && address ? address.port : 0}`);
});

function readText(request: IncomingMessage, then: (text: string) => void): void {
  const chunks: Buffer[] = [];
  request.on("data", (chunk) => chunks.push(chunk)).on("end", () => then(Buffer.concat(chunks).toString()));
}

process.once("SIGTERM", () => process.exit());
