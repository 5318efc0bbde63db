import { connect, type Socket } from "node:net";
import { createDatabase, eventually, type TestDatabase } from "@burgee/test-support";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { startApi, type TestApi, type TestTenant } from "../../test/start-api.ts";

const LISTS = "/v1/projects/web/segment-lists";
/** More than a connection holds that nobody reads. */
const longIds = Array.from({ length: 40_000 }, (_, at) => `${at}`.padStart(500, "0")).join("\n");

let nowMs = 0;
let database: TestDatabase;
let api: TestApi;
let sockets: Socket[] = [];

beforeAll(async () => {
  database = await createDatabase();
  const clock = { now: () => new Date(), monotonicMs: () => nowMs };
  api = await startApi(database, { clock });
});
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  sockets = [];
});
afterAll(async () => {
  await api.close();
  await database.drop();
});

test("bodies that do not arrive keep no other tenant's list out, and are ended", async () => {
  const [acme, slow, other] = [await api.addTenant(), await api.addTenant(), await api.addTenant()];
  const ofAcme = Array.from({ length: 11 }, () => sendHead(acme));
  const ofSlow = Array.from({ length: 11 }, () => sendHead(slow));
  await eventually(() => statusesOf(ofAcme).length === 1 && statusesOf(ofSlow).length === 1);
  const refused = ofAcme.find(({ answer }) => answer !== "");
  expect(refused?.answer).toMatch(/^HTTP\/1.1 503 .*\r\nretry-after: [1-9]/is);

  expect((await upload(other)).status).toBe(201);

  const isEnded = () => statusesOf(ofAcme).length === 3 && statusesOf(ofSlow).length === 3;
  nowMs += 9_999;
  expect((await upload(other)).status).toBe(201);
  expect(statusesOf(ofAcme)).toEqual(["503"]);
  nowMs += 1;
  await eventually(isEnded);
  expect(statusesOf(ofAcme).sort()).toEqual(["408", "408", "503"]);
  await eventually(() => ofAcme.filter(({ isClosed }) => isClosed).length === 2);

  const next = upload(acme);
  for (const { socket } of ofAcme) socket.destroy();
  expect((await next).status).toBe(201);
});

test("a tenant whose lists nobody reads is sent a few, and keeps no other's waiting", async () => {
  const [acme, other] = [await api.addTenant(), await api.addTenant()];
  const path = (await upload(acme, longIds)).headers.get("location") ?? "";
  const theirs = (await upload(other)).headers.get("location") ?? "";

  const unread = Array.from({ length: 60 }, () => askAndNotRead(acme, path));

  await eventually(() => statusesOf(unread).length === 44);
  expect(statusesOf(unread).filter((status) => status === "200")).toHaveLength(4);
  expect(statusesOf(unread).filter((status) => status === "503")).toHaveLength(40);
  expect((await api.request("GET", theirs, { key: other.personalKey })).status).toBe(200);
  expect((await api.request("GET", path, { key: acme.personalKey })).status).toBe(503);

  for (const { socket } of unread) socket.destroy();
  await eventually(async () => (await api.request("GET", path, { key: acme.personalKey })).status === 200);
});

interface Connection {
  readonly socket: Socket;
  answer: string;
  isClosed: boolean;
}

function statusesOf(connections: readonly Connection[]): string[] {
  return connections.flatMap(({ answer }) => answer.slice("HTTP/1.1 ".length).match(/^\d+/)?.[0] ?? []);
}

/** An upload of which a few bytes come. */
function sendHead(tenant: TestTenant): Connection {
  return open(`POST ${LISTS}`, tenant, "content-type: text/plain\r\ncontent-length: 1000\r\n", "ada\n");
}

function askAndNotRead(tenant: TestTenant, path: string): Connection {
  const connection = open(`GET ${path}`, tenant);
  connection.socket.once("data", () => connection.socket.pause());
  return connection;
}

function open(start: string, { personalKey }: TestTenant, headers = "", body = ""): Connection {
  const socket = connect(api.port, "127.0.0.1");
  const connection: Connection = { socket, answer: "", isClosed: false };
  sockets.push(socket);
  socket
    .on("data", (data) => {
      connection.answer += data.toString("latin1", 0, 1_000);
    })
    .on("close", () => {
      connection.isClosed = true;
    })
    .on("error", () => undefined);
  socket.write(
    `${start} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${personalKey}\r\n${headers}\r\n${body}`,
  );
  return connection;
}

function upload({ personalKey }: TestTenant, body = "ada\nbo") {
  return api.request("POST", LISTS, { key: personalKey, body, headers: { "content-type": "text/plain" } });
}
