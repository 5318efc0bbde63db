import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createTcpServer, type LookupFunction, type Server as TcpServer } from "node:net";
import { afterEach, expect, test } from "vitest";
import { readConfiguration } from "../configuration/read-configuration.ts";
import { egressConfiguration } from "./egress-configuration.ts";
import { createEgress } from "./egress-fetch.ts";
import { isGlobalAddress } from "./is-global-address.ts";

const servers: Server[] = [];
const rawServers: TcpServer[] = [];
afterEach(() => {
  for (const server of rawServers.splice(0)) server.close();
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

const FORBIDDEN_HOSTS = [
  "127.0.0.1",
  "127.1",
  "2130706433",
  "0x7f000001",
  "0177.0.0.1",
  "0",
  "10.0.0.1",
  "100.64.0.1",
  "169.254.169.254",
  "169.254.170.2",
  "172.16.0.1",
  "172.31.255.255",
  "192.0.0.192",
  "192.168.1.1",
  "198.18.0.1",
  "224.0.0.1",
  "255.255.255.255",
  "3232235777",
  "127.0.0.1.",
  "①②⑦.0.0.1",
  "[::]",
  "[::1]",
  "[::127.0.0.1]",
  "[::ffff:127.0.0.1]",
  "[::ffff:7f00:1]",
  "[::ffff:169.254.169.254]",
  "[64:ff9b::7f00:1]",
  "[64:ff9b::169.254.169.254]",
  "[64:ff9b:1::1]",
  "[100::1]",
  "[2001::1]",
  "[2001:db8::1]",
  "[2002:7f00:1::1]",
  "[fc00::1]",
  "[fd00:ec2::254]",
  "[fe80::1]",
  "[fec0::1]",
  "[ff02::1]",
  "[5f00::1]",
];

test.each(FORBIDDEN_HOSTS)("refuses https://%s without a look at its name", async (host) => {
  const looked: string[] = [];
  const egress = createEgress({ allow: [], lookup: answering(["93.184.216.34"], looked) });

  await expect(egress.fetch(`https://${host}/`)).rejects.toMatchObject({ code: "refused" });
  expect(looked).toEqual([]);
});

test.each([
  "http://example.com",
  "ftp://example.com",
  "file:///etc/passwd",
  "https://a:b@example.com",
  "https://example.com:22",
  "no address",
])("refuses %s", async (url) => {
  await expect(createEgress({ allow: [] }).fetch(url)).rejects.toMatchObject({ code: "refused" });
});

test.each([
  [["127.0.0.1"]],
  [["169.254.169.254"]],
  [["::ffff:10.0.0.1"]],
  [["93.184.216.34", "10.0.0.1"]],
  [["64:ff9b::a00:1"]],
  [[]],
])("refuses a name that leads to %j", async (addresses) => {
  const egress = createEgress({ allow: [], lookup: answering(addresses) });

  await expect(egress.fetch("https://example.com/")).rejects.toMatchObject({ code: "refused" });
});

test("looks once, and connects to what it looked at", async () => {
  const looked: string[] = [];
  const rebinding: LookupFunction = (name, options, callback) =>
    answering(looked.length === 0 ? ["10.0.0.1"] : ["93.184.216.34"], looked)(name, options, callback);

  await expect(
    createEgress({ allow: [], lookup: rebinding }).fetch("https://example.com/"),
  ).rejects.toMatchObject({
    code: "refused",
  });
  expect(looked).toEqual(["example.com"]);
});

test("allows nothing of its own machine unless it is told to", async () => {
  const { egressAllow } = readConfiguration(egressConfiguration, {});
  let calls = 0;
  const origin = await serve((_, response) => {
    calls += 1;
    response.end("{}");
  });

  await expect(createEgress({ allow: egressAllow }).fetch(origin)).rejects.toMatchObject({ code: "refused" });
  await expect(
    createEgress({ allow: egressAllow }).fetch(origin.replace("http:", "https:")),
  ).rejects.toMatchObject({ code: "refused" });
  expect(calls).toBe(0);
});

test("reaches an origin that is allowed, and no other port of its host", async () => {
  const origin = await serve((request, response) => response.end(request.method));
  const other = await serve((_, response) => response.end());
  const { egressAllow: allow } = readConfiguration(egressConfiguration, { BURGEE_EGRESS_ALLOW: origin });
  const egress = createEgress({ allow });

  const response = await egress.fetch(`${origin}/a`, { method: "POST", body: "x" });

  expect(await response.text()).toBe("POST");
  await expect(egress.fetch(other)).rejects.toMatchObject({ code: "refused" });
});

test("follows no redirect", async () => {
  const origin = await serve((_, response) =>
    response.writeHead(302, { location: "http://127.0.0.1/" }).end(),
  );

  await expect(createEgress({ allow: [origin] }).fetch(origin)).rejects.toMatchObject({ code: "redirected" });
});

test.each([
  ["switches protocols", "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n"],
  ["hangs up", ""],
  ["speaks no HTTP", "220 mail.example ESMTP\r\n"],
  ["gives a status that is none", "HTTP/1.1 999 No\r\nContent-Length: 0\r\n\r\n"],
])("has an end where the other side %s", async (_, answer) => {
  const origin = await serveBytes(answer);

  await expect(createEgress({ allow: [origin] }).fetch(origin)).rejects.toMatchObject({
    code: "unreachable",
  });
});

test("reads no more than it may", async () => {
  const origin = await serve((_, response) => response.end("x".repeat(64 * 1024 + 1)));

  await expect(createEgress({ allow: [origin] }).fetch(origin)).rejects.toMatchObject({ code: "too_large" });
});

test("reads the beginning of an answer that is too large, where that will do", async () => {
  const origin = await serve((_, response) => response.writeHead(201).end("x".repeat(10 * 1024 * 1024)));

  const response = await createEgress({ allow: [origin], maxBytes: 1000, oversize: "cut" }).fetch(origin);

  expect(response.status).toBe(201);
  expect(await response.text()).toBe("x".repeat(1000));
});

test("waits no longer for a connection than it may", async () => {
  const server = createTcpServer(() => undefined);
  rawServers.push(server);
  const origin = `https://127.0.0.1:${await portOf(server)}`;

  const call = createEgress({ allow: [origin], connectTimeoutMs: 50 }).fetch(origin);

  await expect(call).rejects.toMatchObject({
    code: "timed_out",
    message: "127.0.0.1 took too long to connect.",
  });
});

test.each(["nothing", "half an answer"])("waits no longer than it may for %s", async (what) => {
  const origin = await serve((_, response) => {
    if (what !== "nothing") response.writeHead(200).write("{");
  });

  await expect(createEgress({ allow: [origin], timeoutMs: 50 }).fetch(origin)).rejects.toMatchObject({
    code: "timed_out",
  });
});

test.each(["8.8.8.8", "93.184.216.34", "100.128.0.1", "172.32.0.1", "2606:4700::1111", "2a00:1450::1"])(
  "takes %s for public",
  (address) => {
    expect(isGlobalAddress(address)).toBe(true);
  },
);

test.each(["localhost", "https://a/b", "https://a/", "*", "127.0.0.1"])("takes no exception %s", (text) => {
  expect(() => readConfiguration(egressConfiguration, { BURGEE_EGRESS_ALLOW: text })).toThrow(
    "BURGEE_EGRESS_ALLOW",
  );
});

function answering(addresses: readonly string[], looked: string[] = []): LookupFunction {
  return (name, _, callback) => {
    looked.push(name);
    const found = addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));
    callback(null, found);
  };
}

/** Answers every call with these bytes, whatever they are, and hangs up. */
async function serveBytes(answer: string): Promise<string> {
  const server = createTcpServer((socket) => {
    socket.on("error", () => undefined).once("data", () => socket.end(answer));
  });
  rawServers.push(server);
  return `http://127.0.0.1:${await portOf(server)}`;
}

function portOf(server: TcpServer): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      if (typeof address === "object" && address !== null) resolve(address.port);
    });
  });
}

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, "127.0.0.1", resolve);
  await promise;
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("The server has no port.");
  return `http://127.0.0.1:${address.port}`;
}
