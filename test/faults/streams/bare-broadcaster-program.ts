/** The least that brings one text to many streams: node:http, and a write for each. */
import { createServer, type ServerResponse } from "node:http";

const EPOCH = "00000000-0000-4000-8000-000000000000";
/** Where set, makes a text of its own for each listener, so many times as long, and keeps all that it does not take. */
const naive = Number(process.env.NAIVE ?? 0);

const responses = new Set<ServerResponse>();
let revision = 1;

const server = createServer((request, response) => {
  if (request.method === "POST") {
    revision += 1;
    const bytes = Number(request.headers["x-bytes"]);
    response.writeHead(200).end(String(revision));
    setImmediate(() => broadcast(bytes));
    return;
  }
  response.writeHead(200, { "content-type": "text/event-stream" }).write(eventOf(1, 100));
  responses.add(response);
  response.on("close", () => responses.delete(response));
});
server.listen(0, "127.0.0.1", () => process.send?.({ type: "listening", address: server.address() }));
process.on("disconnect", () => process.exit());

async function broadcast(bytes: number): Promise<void> {
  const event = eventOf(revision, bytes);
  for (const response of responses) {
    response.write(naive > 0 ? eventOf(revision, naive * bytes) : event);
    if (naive > 0) await new Promise((turn) => setImmediate(turn));
  }
}

function eventOf(at: number, bytes: number): Buffer {
  const toggles = Array.from({ length: Math.ceil(bytes / 100) }, (_, n) => ({
    key: `toggle-${n}`,
    text: "x".repeat(75),
  }));
  return Buffer.from(`id: ${EPOCH}.${at}\nevent: patch\ndata: ${JSON.stringify(toggles)}\n\n`);
}
