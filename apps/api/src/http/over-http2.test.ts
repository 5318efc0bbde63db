import { type ClientHttp2Stream, connect, constants, createServer } from "node:http2";
import { connect as connectBare } from "node:net";
import { eventually } from "@burgee/test-support";
import { afterEach, expect, test } from "vitest";
import { overEither } from "./over-http2.ts";

const open: { close(): unknown }[] = [];
afterEach(() => {
  for (const each of open.splice(0).reverse()) each.close();
});

test("a body that arrives in parts is whole once its sender says so", async () => {
  const { begin, outcomes } = await start();
  const stream = begin();

  stream.write("a,");
  stream.end("b");

  await eventually(() => expect(outcomes).toEqual(["whole: a,b"]));
});

test.each([
  ["that it gave up", constants.NGHTTP2_CANCEL],
  ["nothing of why", constants.NGHTTP2_NO_ERROR],
])("a body whose sender resets the stream and says %s is broken, and never whole", async (_, code) => {
  const { port, outcomes, seen } = await start();
  const line = connectBare(port, "127.0.0.1");
  open.push({ close: () => line.destroy() });
  line.write(Buffer.concat([PREFACE, frame(SETTINGS), frame(HEADERS, POST), frame(DATA, Buffer.from("a,"))]));
  await eventually(() => expect(seen).toEqual(["a,"]));

  line.write(frame(RST_STREAM, Buffer.from([0, 0, 0, code])));

  await eventually(() => expect(outcomes).toEqual(["broken"]));
});

test("a body whose sender goes away is broken, and never whole", async () => {
  const { begin, outcomes, seen, leave } = await start();
  begin().write("a,");
  await eventually(() => expect(seen).toEqual(["a,"]));

  leave();

  await eventually(() => expect(outcomes).toEqual(["broken"]));
});

test("a body that does not arrive in time is broken off, with its stream", async () => {
  const { begin, outcomes } = await start({ bodyWithinMs: 50 });
  const stream = begin();

  stream.write("a,");

  await eventually(() => expect(outcomes).toEqual(["broken"]));
  await eventually(() => expect(stream.rstCode).toBe(constants.NGHTTP2_CANCEL));
});

test("an answer goes on whose request ended only after its head, and had no body", async () => {
  const { begin } = await start({ bodyWithinMs: 100 });
  const stream = begin("GET");
  const answered = new Promise((resolve) => stream.once("response", resolve));
  stream.end();
  await answered;

  const slow = begin();
  slow.write("a,");
  await eventually(() => expect(slow.closed).toBe(true));

  expect(stream.closed).toBe(false);
});

/** RFC 9113 §6: node's own client says that a body is whole before it resets its stream, and others do not. */
const [DATA, HEADERS, RST_STREAM, SETTINGS] = [0, 1, 3, 4] as const;
const PREFACE = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
const END_HEADERS = 4;
/** `:method: POST`, `:scheme: http`, `:path: /` and `:authority: a`, as HPACK writes them. */
const POST = Buffer.from([0x83, 0x86, 0x84, 0x01, 0x01, 0x61]);

/** Of the one stream, or of the connection. */
function frame(type: number, payload = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(type === HEADERS ? END_HEADERS : 0, 4);
  head.writeUInt32BE(type === SETTINGS ? 0 : 1, 5);
  return Buffer.concat([head, payload]);
}

/** A server over HTTP/2, without TLS, which tells how bodies ended. */
async function start({ bodyWithinMs = 60_000 } = {}) {
  const seen: string[] = [];
  const outcomes: string[] = [];
  const server = createServer(
    overEither((request, response) => {
      if (request.method === "GET") {
        response.write("begun");
        return;
      }
      let text = "";
      request.on("data", (chunk: Buffer) => {
        seen.push(chunk.toString());
        text += chunk.toString();
      });
      request.on("end", () => {
        outcomes.push(`whole: ${text}`);
        response.end();
      });
      request.on("error", () => outcomes.push("broken"));
    }, bodyWithinMs),
  );
  open.push(server);
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const session = connect(`http://127.0.0.1:${port}`);
  session.on("error", () => undefined);
  open.push({ close: () => session.destroy() });
  return {
    port,
    seen,
    outcomes,
    leave: () => session.destroy(),
    begin: (method = "POST"): ClientHttp2Stream =>
      session.request({ ":method": method }, { endStream: false }).on("error", () => undefined),
  };
}
