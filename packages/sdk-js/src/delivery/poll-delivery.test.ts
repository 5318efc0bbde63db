import { expect, test, vi } from "vitest";
import { connect, next, serve } from "../../test/connect.ts";
import { booleanToggle, rulesetWith } from "../../test/rulesets.ts";

const cart = (value: boolean, revision = 1) => booleanToggle("cart", value, revision);
const broken = { status: 500 };

test("polls with the ETag of what it holds, and takes only what changed", async () => {
  const server = await serve(rulesetWith({ toggles: [cart(false)] }));
  const { client, ports, changes } = connect(server, { mode: "poll", pollIntervalMs: 2_000 });
  const ready = await client.ready();

  await ports.pass(2_000);
  await vi.waitFor(() => expect(server.count("/v1/ruleset")).toBe(2));
  server.ruleset = rulesetWith({ revision: 2, toggles: [cart(true)] });
  await ports.pass(2_000);
  await next(client, "change");

  expect(ready).toEqual({ status: "ready", source: "poll" });
  expect(changes).toEqual(["cart@e1.1", "cart@e1.2"]);
  expect(server.requests.map(({ path, headers }) => [path, headers["if-none-match"]])).toEqual([
    ["/v1/ruleset", undefined],
    ["/v1/ruleset", '"e1.1"'],
    ["/v1/ruleset", '"e1.1"'],
  ]);
});

test("does not go back and forth between nodes on two epochs", async () => {
  const server = await serve(rulesetWith({ epoch: "e1", revision: 9 }));
  const { client, ports, changes } = connect(server, { mode: "poll" });
  await client.ready();

  for (const [polls, epoch] of ["e2", "e1", "e2", "e1"].entries()) {
    server.ruleset = rulesetWith({ epoch, revision: 9 });
    await ports.pass(30_000);
    await vi.waitFor(() => expect(server.count("/v1/ruleset")).toBe(polls + 2));
  }
  await ports.scheduled(30_000);

  expect([changes, client.status]).toEqual([["@e1.9", "@e2.9"], "ready"]);
});

test("stays ready on 304 alone", async () => {
  const server = await serve();
  const { client, ports, statuses } = connect(server, { mode: "poll" });
  await client.ready();

  for (let polls = 1; polls < 6; polls += 1) {
    await vi.waitFor(() => expect(server.count("/v1/ruleset")).toBe(polls));
    await ports.pass(30_000);
  }

  expect(statuses).toEqual(["ready"]);
});

test("reports a 304 while it holds nothing, and goes on asking", async () => {
  const server = await serve();
  server.trouble["/v1/ruleset"] = { status: 304 };
  const { client, ports } = connect(server, { mode: "poll" });
  const [error] = await next(client, "error");

  server.trouble["/v1/ruleset"] = undefined;
  await ports.pass(500);

  expect(error).toMatchObject({ code: "unexpected_answer", status: 304 });
  expect(await client.ready()).toEqual({ status: "ready", source: "poll" });
});

test("polls after three failures of the stream, and leaves off when the stream is back", async () => {
  const server = await serve(rulesetWith({ toggles: [cart(true)] }));
  server.trouble["/v1/stream"] = broken;
  const { client, ports } = connect(server);

  await ports.pass(500);
  await ports.pass(1_000);
  const polled = await client.ready();
  await ports.scheduled(30_000);
  server.trouble["/v1/stream"] = undefined;
  await ports.pass(2_000);
  const stream = await server.nextStream();
  await vi.waitFor(() => expect(ports.pending).toBe(2));
  stream.put(rulesetWith({ revision: 2, toggles: [cart(false)] }));
  await next(client, "change");
  ports.advance(40_000);

  expect(polled).toEqual({ status: "ready", source: "poll" });
  expect(stream.lastEventId).toBe("e1.1");
  expect(server.count("/v1/ruleset")).toBe(1);
});

test("leaves off polling when the stream finds the key refused", async () => {
  const server = await serve(rulesetWith({ toggles: [cart(true)] }));
  server.trouble["/v1/stream"] = broken;
  const { client, ports } = connect(server);
  await ports.pass(500);
  await ports.pass(1_000);
  await client.ready();
  await ports.scheduled(30_000);

  server.trouble["/v1/stream"] = { status: 401 };
  await ports.pass(2_000);
  await next(client, "status");
  await ports.scheduled(450_000);

  const onlyRetryAndStaleness = 2;
  expect([client.status, ports.pending]).toEqual(["stale", onlyRetryAndStaleness]);
});

test("polls after 15 s of a stream that a proxy holds back", async () => {
  const server = await serve(rulesetWith({ toggles: [cart(true)] }));
  server.greets = false;
  const { client, ports } = connect(server, { readyTimeoutMs: 20_000 });
  await server.nextStream();

  ports.advance(15_000);

  expect(await client.ready()).toEqual({ status: "ready", source: "poll" });
  expect(server.count("/v1/stream")).toBeGreaterThan(0);
});

test("polls after 15 s of a stream that only sends heartbeats, and goes on until it brings a ruleset", async () => {
  const server = await serve(rulesetWith({ toggles: [cart(true)] }));
  server.greets = false;
  const { client, ports } = connect(server, { readyTimeoutMs: 20_000 });
  const stream = await server.nextStream();
  stream.raw(": connected\n\n");
  await ports.scheduled(45_000);

  ports.advance(15_000);
  const polled = await client.ready();
  stream.raw(": heartbeat\n\n");
  await ports.pass(30_000);
  await vi.waitFor(() => expect(server.count("/v1/ruleset")).toBe(2));
  stream.put(rulesetWith({ revision: 2, toggles: [cart(false)] }));
  await next(client, "change");
  ports.advance(40_000);

  expect(polled).toEqual({ status: "ready", source: "poll" });
  expect([client.revision, server.count("/v1/ruleset"), server.count("/v1/stream")]).toEqual([2, 2, 1]);
});

test("spares a broken service: the stream is tried once in one to two minutes", async () => {
  const server = await serve();
  server.trouble["/v1/stream"] = broken;
  server.trouble["/v1/ruleset"] = broken;
  const { ports } = connect(server);
  for (const delay of [500, 1_000, 2_000, 4_000, 8_000]) await ports.pass(delay);
  await ports.scheduled(90_000);

  const before = server.count("/v1/stream");
  ports.advance(89_999);
  const during = server.count("/v1/stream");
  ports.advance(1);
  await vi.waitFor(() => expect(server.count("/v1/stream")).toBe(7));

  expect([before, during]).toEqual([6, 6]);
});

test("asks for the stream at once when a poll finds the service back", async () => {
  const server = await serve(rulesetWith({ toggles: [cart(true)] }));
  server.trouble["/v1/stream"] = broken;
  server.trouble["/v1/ruleset"] = broken;
  const { client, ports } = connect(server);
  for (const delay of [500, 1_000, 2_000, 4_000, 8_000]) await ports.pass(delay);
  await ports.scheduled(90_000);

  server.trouble["/v1/stream"] = undefined;
  server.trouble["/v1/ruleset"] = undefined;
  ports.advance(15_000);
  await client.ready();
  const stream = await server.nextStream();
  stream.put(rulesetWith({ revision: 2 }));
  await next(client, "change");

  expect(client.revision).toBe(2);
});

test("polls at a time of its own, 15 to 30 s after it lost a stream that it holds a ruleset of", async () => {
  const server = await serve();
  const { client, ports } = connect(server);
  const stream = await server.nextStream();
  await client.ready();

  stream.event("goodbye", { reason: "shutdown", retryMs: 60_000 });
  await stream.gone;
  await ports.scheduled(22_500);
  ports.advance(22_499);
  const before = server.count("/v1/ruleset");
  ports.advance(1);
  await vi.waitFor(() => expect(server.count("/v1/ruleset")).toBe(1));

  expect(before).toBe(0);
});

test("keeps to the time that a full service gave for its stream, though a poll finds the service back", async () => {
  const server = await serve();
  server.trouble["/v1/stream"] = { status: 503, headers: { "retry-after": "20" } };
  server.trouble["/v1/ruleset"] = broken;
  const { client, ports } = connect(server);
  await ports.scheduled(22_000);
  await ports.pass(15_000);
  await ports.scheduled(500);

  server.trouble["/v1/ruleset"] = undefined;
  ports.advance(500);
  await client.ready();
  await ports.scheduled(30_000);
  await fetch(`${server.url}/v1/ruleset`);
  const meanwhile = server.count("/v1/stream");
  ports.advance(6_500);
  await vi.waitFor(() => expect(server.count("/v1/stream")).toBe(meanwhile + 1));

  expect(meanwhile).toBe(1);
});

test("backs off while polls fail, and honours Retry-After", async () => {
  const server = await serve();
  server.trouble["/v1/ruleset"] = { status: 503, headers: { "retry-after": "10" } };
  const { client, ports } = connect(server, { mode: "poll" });

  await ports.scheduled(11_000);
  server.trouble["/v1/ruleset"] = broken;
  ports.advance(11_000);
  await ports.scheduled(1_000);
  server.trouble["/v1/ruleset"] = undefined;
  ports.advance(1_000);

  expect(await client.ready()).toEqual({ status: "ready", source: "poll" });
});

test("slows polls down for a refused key, and recovers", async () => {
  const server = await serve();
  server.trouble["/v1/ruleset"] = { status: 401 };
  const { client, ports, statuses } = connect(server, { mode: "poll" });

  const refused = await client.ready();
  await ports.scheduled(450_000);
  server.trouble["/v1/ruleset"] = undefined;
  ports.advance(450_000);
  await next(client, "ready");

  expect(refused.status).toBe("failed");
  expect(statuses).toEqual(["failed", "ready"]);
});

test.each([
  ["a page of HTML", { "content-type": "text/html" }, "<html>Sign in", "unexpected_answer"],
  ["an empty text", {}, "", "unexpected_answer"],
  ["JSON that is no ruleset", { "content-type": "application/json" }, '{"status":"ok"}', "malformed_ruleset"],
])(
  "a poll that gets %s with status 200 does not fail the client, which is ready later",
  async (_name, headers, body, code) => {
    const server = await serve(rulesetWith({ toggles: [cart(true)] }));
    server.trouble["/v1/ruleset"] = { status: 200, headers, body };
    const { client, ports, errors, statuses } = connect(server, {
      mode: "poll",
      pollIntervalMs: 1_000,
      readyTimeoutMs: 60_000,
    });
    const ready = client.ready();
    await next(client, "error");

    await vi.waitFor(() => expect(ports.pending).toBe(2));
    server.trouble["/v1/ruleset"] = undefined;
    ports.advance(1_000);

    expect(await ready).toEqual({ status: "ready", source: "poll" });
    expect(errors.map((error) => error.code)).toEqual([code]);
    expect(statuses).toEqual(["ready"]);
  },
);

test("a page instead of the ruleset leaves a running client ready", async () => {
  const server = await serve();
  const { client, ports, statuses } = connect(server, { mode: "poll" });
  await client.ready();

  server.trouble["/v1/ruleset"] = {
    status: 200,
    headers: { "content-type": "text/html" },
    body: "<p>Welcome",
  };
  await ports.pass(30_000);
  const [error] = await next(client, "error");

  expect(error).toMatchObject({ code: "unexpected_answer", status: 200 });
  expect(error.message).toMatch(/answered 200 text\/html, which is not JSON\.$/);
  expect(statuses).toEqual(["ready"]);
});

test("does not fetch a ruleset that it refused again, until it has changed", async () => {
  const server = await serve(rulesetWith({ toggles: [cart(true)] }));
  const { client, ports, errors } = connect(server, { mode: "poll" });
  await client.ready();

  server.trouble["/v1/ruleset"] = { status: 200, headers: { etag: '"e1.2"' }, body: '{"schema":99}' };
  await ports.pass(30_000);
  await next(client, "error");
  server.trouble["/v1/ruleset"] = { status: 304 };
  await ports.pass(30_000);
  await vi.waitFor(() => expect(server.count("/v1/ruleset")).toBe(3));
  await ports.scheduled(30_000);
  const meanwhile = client.status;
  server.trouble["/v1/ruleset"] = undefined;
  server.ruleset = rulesetWith({ revision: 3 });
  ports.advance(30_000);
  await next(client, "change");

  expect(server.requests.map(({ headers }) => headers["if-none-match"])).toEqual([
    undefined,
    '"e1.1"',
    '"e1.1", "e1.2"',
    '"e1.1", "e1.2"',
  ]);
  expect([meanwhile, client.status]).toEqual(["stale", "ready"]);
  expect(errors.map(({ code }) => code)).toEqual(["unsupported_schema"]);
});

test("stops reading a ruleset at 8 MiB", async () => {
  const server = await serve();
  server.trouble["/v1/ruleset"] = { status: 200, body: " ".repeat(8 * 1024 * 1024 + 1) };

  const { client } = connect(server, { mode: "poll" });
  const [error] = await next(client, "error");

  expect(error.code).toBe("too_large");
});

test("names an error document's detail, and survives one that is broken", async () => {
  const server = await serve();
  const headers = { "content-type": "application/problem+json" };
  server.trouble["/v1/ruleset"] = { status: 503, headers, body: '{"detail":"The database is away."}' };
  const { client, ports, errors } = connect(server, { mode: "poll" });
  await next(client, "error");

  for (const body of ["{", "null", '{"detail":7}']) {
    server.trouble["/v1/ruleset"] = { status: 503, headers, body };
    const failed = next(client, "error");
    ports.advance(30_000);
    await vi.waitFor(() => expect(ports.pending).toBeGreaterThan(0));
    await failed;
  }

  expect(errors[0]?.message).toMatch(/answered 503 application\/problem\+json: The database is away\.$/);
  expect(errors.slice(1).map(({ message }) => message.includes(": "))).toEqual([false, false, false]);
});
