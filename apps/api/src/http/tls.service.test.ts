import { type ClientHttp2Session, connect, type IncomingHttpHeaders } from "node:http2";
import { request } from "node:https";
import { connect as connectTls, type PeerCertificate } from "node:tls";
import { createCertificate, createDatabase, eventually, type TestDatabase } from "@burgee/test-support";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { startApi, type TestApi, type TestTenant } from "../../test/start-api.ts";
import type { StreamLimits } from "../streams/stream-limits.ts";
import type { CertificatePair } from "./certificate.ts";

let database: TestDatabase;
const open: { close(): unknown }[] = [];

beforeAll(async () => {
  database = await createDatabase();
});
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});
afterAll(() => database.drop());

interface Started {
  readonly api: TestApi;
  readonly acme: TestTenant;
  readonly session: ClientHttp2Session;
  readonly renew: (pair: CertificatePair) => void;
}

async function start(streamLimits: Partial<StreamLimits> = {}): Promise<Started> {
  const pair = createCertificate();
  let renew: (pair: CertificatePair) => void = () => undefined;
  const certificate = {
    current: pair,
    follow: (onRenewed: typeof renew) => {
      renew = onRenewed;
    },
  };
  const api = await startApi(database, { certificate, streamLimits });
  open.push(api);
  const session = connect(`https://localhost:${api.port}`, { ca: pair.cert });
  session.on("error", () => undefined);
  open.push({ close: () => session.destroy() });
  return { api, acme: await api.addTenant(), session, renew };
}

interface Http2Answer {
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

function ask(
  session: ClientHttp2Session,
  headers: Readonly<Record<string, string>>,
  body?: string,
): Promise<Http2Answer> {
  return new Promise((resolve, reject) => {
    const stream = session.request(headers, { endStream: body === undefined });
    let answered: IncomingHttpHeaders = {};
    let text = "";
    stream.setEncoding("utf8");
    stream.on("response", (received) => {
      answered = received;
    });
    stream.on("data", (chunk: string) => {
      text += chunk;
    });
    stream.on("end", () => resolve({ headers: answered, text }));
    stream.on("error", reject);
    if (body !== undefined) stream.end(body);
  });
}

const json = (key: string) => ({ authorization: `Bearer ${key}`, "content-type": "application/json" });

describe("a node where TLS ends", () => {
  test("changes and evaluates over HTTP/2, with bodies that no header announces", async () => {
    const { acme, session } = await start();

    const made = await ask(
      session,
      { ":method": "POST", ":path": "/v1/toggles", ...json(acme.personalKey) },
      JSON.stringify({ key: "cart", default: true }),
    );
    const asked = await eventually(async () => {
      const path = "/v1/toggles/cart?userId=ada";
      const answer = await ask(session, { ":path": path, authorization: `Bearer ${acme.serverKey}` });
      expect(answer.headers[":status"]).toBe(200);
      return answer;
    });
    const listed = await ask(session, {
      ":path": `/trpc/toggles.list?input=${encodeURIComponent('{"project":"web"}')}`,
      authorization: `Bearer ${acme.personalKey}`,
    });
    const missing = await ask(session, { ":path": "/nothing" });

    expect(made.headers[":status"]).toBe(201);
    expect(JSON.parse(asked.text)).toMatchObject({ key: "cart", value: true });
    expect(listed.headers[":status"]).toBe(200);
    expect(listed.text).toContain('"cart"');
    expect(missing.headers).toMatchObject({
      ":status": 404,
      "content-type": "application/problem+json",
      "x-request-id": expect.any(String),
    });
  });

  test("brings dozens of streams over one connection, each of them every change", async () => {
    const { acme, session } = await start();
    const streams = Array.from({ length: 50 }, () => {
      const stream = session.request({ ":path": "/v1/stream", authorization: `Bearer ${acme.serverKey}` });
      const heard = { text: "" };
      stream.setEncoding("utf8").on("data", (chunk: string) => {
        heard.text += chunk;
      });
      stream.on("error", () => undefined);
      return heard;
    });
    await eventually(() => streams.every(({ text }) => text.includes("event: put")));

    await ask(
      session,
      { ":method": "POST", ":path": "/v1/toggles", ...json(acme.personalKey) },
      JSON.stringify({ key: "cart", default: true }),
    );
    await eventually(() => streams.every(({ text }) => text.includes("event: patch")));

    expect(streams.every(({ text }) => text.match(/^event: (put|patch)$/gm)?.length === 2)).toBe(true);
  });

  test("ends a stream of HTTP/2 in order, and leaves the connection to others", async () => {
    const { acme, session } = await start({ maxAgeMs: 50, tickMs: 5 });
    const authorization = `Bearer ${acme.serverKey}`;

    const { headers, text } = await ask(session, { ":path": "/v1/stream", authorization });
    const next = await ask(session, { ":path": "/v1/ruleset", authorization });

    expect(headers).toMatchObject({
      ":status": 200,
      "content-type": "text/event-stream",
      "cache-control": "no-cache, no-transform",
    });
    expect(headers).not.toHaveProperty("connection");
    expect(text).toMatch(
      /^: connected\n\nevent: seal\n[\s\S]*\n\nid: \S+\nevent: put\n[\s\S]*event: goodbye\ndata: \{"reason":"max_age"/,
    );
    expect(next.headers[":status"]).toBe(200);
  });

  test("speaks HTTP/1.1 to who speaks no other, streams too", async () => {
    const { api, acme } = await start({ maxAgeMs: 50, tickMs: 5 });

    const text = await new Promise<string>((resolve, reject) => {
      const options = {
        port: api.port,
        host: "localhost",
        path: "/v1/stream",
        rejectUnauthorized: false,
        headers: { authorization: `Bearer ${acme.serverKey}` },
      };
      const sent = request(options, (response) => {
        response.toArray().then((chunks) => resolve(Buffer.concat(chunks).toString()), reject);
      });
      sent.on("error", reject).end();
    });

    expect(text).toMatch(
      /^: connected\n\nevent: seal\n[\s\S]*\n\nid: \S+\nevent: put\n[\s\S]*event: goodbye\n/,
    );
  });

  test("serves new connections with a renewed certificate, and keeps open streams", async () => {
    const { api, acme, session, renew } = await start({ heartbeatMs: 30, tickMs: 5 });
    const stream = session.request({ ":path": "/v1/stream", authorization: `Bearer ${acme.serverKey}` });
    let heard = "";
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      heard += chunk;
    });
    await eventually(() => heard.includes("event: put"));
    const before = await certificateAt(api.port);

    renew(createCertificate());
    const after = await certificateAt(api.port);
    const heardBefore = heard.length;
    await eventually(() => heard.length > heardBefore);

    expect(after.fingerprint256).not.toBe(before.fingerprint256);
    expect(stream.closed).toBe(false);
  });

  test("ends although a client keeps its connection", async () => {
    const { api, acme, session } = await start();
    await ask(session, { ":path": "/v1/ruleset", authorization: `Bearer ${acme.serverKey}` });

    open.splice(open.indexOf(api), 1);
    await api.close();

    await eventually(() => session.closed);
  });
});

function certificateAt(port: number): Promise<PeerCertificate> {
  return new Promise((resolve, reject) => {
    const socket = connectTls({ port, host: "localhost", rejectUnauthorized: false }, () => {
      resolve(socket.getPeerCertificate());
      socket.destroy();
    });
    socket.once("error", reject);
  });
}
