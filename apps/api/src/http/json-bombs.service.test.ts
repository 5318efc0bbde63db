/** Bodies and lines that are made to exhaust who reads them: refused early, at little memory, while others are served. */
import { once } from "node:events";
import { request } from "node:http";
import { connect, type Socket } from "node:net";
import { gzipSync } from "node:zlib";
import { createDatabase, type StartedProcess, startProcess } from "@burgee/test-support";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startApi, type TestApi, type TestTenant } from "../../test/start-api.ts";

const MIB = 1024 * 1024;
const MOST_GROWTH_BYTES = 32 * MIB;
/** A process that stands still for that long does not serve; stalls of less are measured, not tested. */
const SERVED_WITHIN_MS = 2_000;
const HEAD_TIMEOUT_MS = 10_000;

const database = await createDatabase();
/** Makes the tenant; what is under attack is a process of its own. */
let api: TestApi;
let acme: TestTenant;
let node: StartedProcess;
let port: number;

beforeAll(async () => {
  api = await startApi(database);
  acme = await api.addTenant();
  node = startProcess("apps/api/src/main.ts", {
    NODE_OPTIONS: "--conditions=burgee:source",
    DATABASE_URL: database.url,
    BURGEE_PORT: "0",
    BURGEE_KEY_FILE: api.keyFile,
  });
  ({ port } = JSON.parse(await node.line(/Listening/, { timeoutMs: 30_000 })) as { port: number });
});
afterAll(async () => {
  await node.kill();
  await api.close();
  await database.drop();
});

interface Bomb {
  readonly body: string | Buffer | (() => Iterable<Buffer>);
  readonly headers?: Readonly<Record<string, string>>;
  readonly status: number;
  readonly code: string;
}

const bare = (inside: string) => `{"context":{"a":${inside}}}`;
const invalid = { status: 400, code: "invalid_input" };
const tooLarge = { status: 413, code: "body_too_large" };
const bombs: Readonly<Record<string, Bomb>> = {
  "lists as deep as a body is long": {
    body: "[".repeat(MIB / 2 - 1) + "]".repeat(MIB / 2 - 1),
    status: 400,
    code: "json_too_deep",
  },
  "objects as deep as a body is long": {
    body: `${'{"a":'.repeat(MIB / 6 - 1)}1${"}".repeat(MIB / 6 - 1)}`,
    status: 400,
    code: "json_too_deep",
  },
  "a list of half a million": { body: bare(`[${"1,".repeat(MIB / 2 - 50)}1]`), ...tooLarge },
  "a list of as many as a body may hold": { body: bare(`[${"1,".repeat(49_999)}1]`), ...invalid },
  "a hundred thousand names": {
    body: `{"context":{${Array.from({ length: 80_000 }, (_, n) => `"n${n}":1`).join()}}}`,
    ...tooLarge,
  },
  "one name a hundred thousand times": { body: `{${'"a":1,'.repeat(150_000)}"a":1}`, ...tooLarge },
  "a number of a million digits": { body: `{"toggles":${"9".repeat(MIB - 40)}}`, ...invalid },
  "a number beyond all numbers": { body: `{"toggles":1e999999999}`, ...invalid },
  "a text of escapes": { body: bare(`"${"\\u0000".repeat(170_000)}"`), ...invalid },
  "a text that never ends": {
    body: `{"context":"${"x".repeat(MIB - 40)}`,
    status: 400,
    code: "malformed_json",
  },
  "100 MiB": {
    body: () => hundredMebibytes(),
    headers: { "content-length": String(100 * MIB) },
    status: 413,
    code: "body_too_large",
  },
  "100 MiB whose length is not told": { body: () => hundredMebibytes(), status: 413, code: "body_too_large" },
  "100 MiB in 100 KiB of gzip": {
    body: gzipSync(Buffer.alloc(100 * MIB)),
    headers: { "content-encoding": "gzip" },
    status: 415,
    code: "unsupported_media_type",
  },
};

test("bodies made to exhaust are refused for what they are, at little memory, while others are served", {
  timeout: 120_000,
}, async () => {
  // What V8 takes once and keeps, it takes for any work.
  await sendAll();
  await sendAll();
  const before = await residentBytes();
  let slowestMs = 0;
  let most = before;
  let isOver = false;
  const watching = (async () => {
    while (!isOver) {
      const startedMs = performance.now();
      most = Math.max(most, await residentBytes());
      slowestMs = Math.max(slowestMs, performance.now() - startedMs);
    }
  })();

  const answers = await sendAll();
  isOver = true;
  await watching;

  const expected = Object.entries(bombs).map(([name, { status, code }]) => [name, status, code]);
  expect(answers).toEqual([...expected, ...expected]);
  expect(most - before).toBeLessThan(MOST_GROWTH_BYTES);
  expect(slowestMs).toBeLessThan(SERVED_WITHIN_MS);
});

test("who sends a head byte by byte is told so after ten seconds, and keeps nobody waiting", {
  timeout: 40_000,
}, async () => {
  const slow = await Promise.all(Array.from({ length: 200 }, openSlowly));
  const startedMs = performance.now();
  const dripping = setInterval(() => {
    for (const { socket } of slow) if (socket.writable) socket.write("X-A: b\r\n");
  }, 500);
  const served = await residentBytes();

  const answers = await Promise.all(slow.map(({ answer }) => answer));
  clearInterval(dripping);

  expect(served).toBeGreaterThan(0);
  expect(performance.now() - startedMs).toBeLessThan(2 * HEAD_TIMEOUT_MS);
  expect(answers.filter((text) => !text.startsWith("HTTP/1.1 408 "))).toEqual([]);
});

/** Each over REST and over tRPC, which is given to a procedure that takes about as much. */
async function sendAll(): Promise<readonly (readonly [string, number, string])[]> {
  const answers: (readonly [string, number, string])[] = [];
  for (const path of ["/v1/evaluate", "/trpc/toggles.create"]) {
    for (const [name, bomb] of Object.entries(bombs)) answers.push([name, ...(await send(path, bomb))]);
  }
  return answers;
}

function send(path: string, { body, headers = {} }: Bomb): Promise<readonly [number, string]> {
  return new Promise((resolve, reject) => {
    const sent = request({
      port,
      host: "127.0.0.1",
      path,
      method: "POST",
      headers: {
        authorization: `Bearer ${acme.personalKey}`,
        "content-type": "application/json",
        ...headers,
      },
    });
    sent.on("error", reject).on("response", (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
      });
      response.on("end", () => {
        sent.destroy();
        resolve([response.statusCode ?? 0, /"code":"([a-z_]+)"/.exec(text)?.[1] ?? text]);
      });
    });
    if (typeof body === "function") void pour(sent, body());
    else sent.end(body);
  });
}

/** As fast as it is taken, until the answer ends it. */
async function pour(sent: ReturnType<typeof request>, chunks: Iterable<Buffer>): Promise<void> {
  const closed = once(sent, "close");
  for (const chunk of chunks) {
    if (sent.destroyed) return;
    if (!sent.write(chunk)) await Promise.race([once(sent, "drain"), closed]);
  }
  sent.end();
}

function* hundredMebibytes(): Iterable<Buffer> {
  const chunk = Buffer.alloc(MIB, " ");
  for (let sent = 0; sent < 100; sent += 1) yield chunk;
}

async function residentBytes(): Promise<number> {
  const answer = await fetch(`http://127.0.0.1:${port}/metrics`);
  return Number(/^burgee_process_resident_memory_bytes (\S+)$/m.exec(await answer.text())?.[1]);
}

function openSlowly(): Promise<{ readonly socket: Socket; readonly answer: Promise<string> }> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.write("POST /v1/evaluate HTTP/1.1\r\nHost: a\r\n");
      resolve({ socket, answer });
    });
    const answer = new Promise<string>((end) => {
      let text = "";
      socket.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
      });
      socket.on("close", () => end(text));
    });
    socket.once("error", reject);
  });
}
