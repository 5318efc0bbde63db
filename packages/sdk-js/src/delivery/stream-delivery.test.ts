import { expect, test, vi } from "vitest";
import { connect, next, serve } from "../../test/connect.ts";
import { booleanToggle, patchWith, rulesetWith } from "../../test/rulesets.ts";

const cart = (value: boolean, revision = 1) => booleanToggle("cart", value, revision);

test("asks for the stream with the key in a header, and takes the whole ruleset", async () => {
  const server = await serve(rulesetWith({ revision: 7, toggles: [cart(true)] }));

  const { client, changes } = connect(server);

  expect(await client.ready()).toEqual({ status: "ready", source: "stream" });
  expect(changes).toEqual(["cart@e1.7"]);
  expect([client.status, client.revision, client.version]).toEqual(["ready", 7, "e1.7"]);
  expect(server.requests).toMatchObject([
    { path: "/v1/stream", headers: { authorization: "Bearer bg_srv_good", accept: "text/event-stream" } },
  ]);
});

test("applies each patch once, in order, with rising revisions", async () => {
  const server = await serve(rulesetWith({ toggles: [cart(false)] }));
  const { client, changes } = connect(server);
  const stream = await server.nextStream();
  await next(client, "change");

  for (let from = 1; from <= 50; from += 1) {
    const patch = patchWith({ from, changes: { cart: cart(from % 2 === 1, from + 1) } });
    stream.event("patch", patch, `e1.${patch.to}`);
    stream.event("patch", patch, `e1.${patch.to}`);
  }
  await vi.waitFor(() => expect(client.revision).toBe(51));

  expect(changes).toEqual(Array.from({ length: 51 }, (_, index) => `cart@e1.${index + 1}`));
  expect(client.isEnabled("cart")).toBe(false);
});

test("removes a toggle that a patch takes away", async () => {
  const server = await serve(rulesetWith({ toggles: [cart(true)] }));
  const { client } = connect(server);
  const stream = await server.nextStream();
  await next(client, "change");

  stream.event("patch", patchWith({ from: 1, changes: { cart: null } }));
  await next(client, "change");

  expect(client.detail("cart", false)).toMatchObject({ value: false, errorCode: "FLAG_NOT_FOUND" });
});

test("says which toggles a whole ruleset changed, added and took away", async () => {
  const old = [cart(true), booleanToggle("kept", true), booleanToggle("gone", true)];
  const server = await serve(rulesetWith({ toggles: old }));
  const { client } = connect(server);
  const stream = await server.nextStream();
  await next(client, "change");

  const toggles = [cart(false, 2), booleanToggle("kept", true), booleanToggle("new", true, 2)];
  stream.put(rulesetWith({ revision: 2, toggles }));
  const [change] = await next(client, "change");

  expect(change).toEqual({ keys: ["cart", "new", "gone"], version: "e1.2", epoch: "e1", revision: 2 });
});

test("keeps a newer ruleset when an older one or the same arrives", async () => {
  const server = await serve(rulesetWith({ revision: 5, toggles: [cart(true)] }));
  const { client, changes } = connect(server);
  const stream = await server.nextStream();
  await next(client, "change");

  stream.put(rulesetWith({ revision: 4, toggles: [cart(false)] }));
  stream.put(rulesetWith({ revision: 5, toggles: [cart(true)] }));
  stream.put(rulesetWith({ revision: 6, toggles: [cart(true)] }));
  await next(client, "change");

  expect(changes).toEqual(["cart@e1.5", "@e1.6"]);
});

test("keeps the ruleset of a later epoch when a node that stayed behind sends an earlier one's", async () => {
  const server = await serve(rulesetWith({ epoch: "e2", revision: 3, toggles: [cart(true)] }));
  const { client, changes, statuses } = connect(server);
  const stream = await server.nextStream();
  await next(client, "change");

  stream.put(rulesetWith({ epoch: "e1", revision: 900, toggles: [cart(false)] }));
  stream.event("patch", patchWith({ epoch: "e1", from: 900, changes: { cart: cart(false) } }));
  stream.event("patch", patchWith({ epoch: "e2", from: 3 }));
  await next(client, "change");

  expect(changes).toEqual(["cart@e2.3", "@e2.4"]);
  expect([client.isEnabled("cart"), statuses, server.count("/v1/stream")]).toEqual([true, ["ready"], 1]);
});

test("takes a later epoch from a whole ruleset, though its revision is lower", async () => {
  const server = await serve(rulesetWith({ revision: 900, toggles: [cart(true)] }));
  const { client } = connect(server);
  const stream = await server.nextStream();
  await next(client, "change");

  stream.put(rulesetWith({ epoch: "e2", revision: 3, toggles: [cart(false)] }));
  await next(client, "change");

  expect([client.version, client.isEnabled("cart")]).toEqual(["e2.3", false]);
});

test.each([
  ["leaves a gap", patchWith({ from: 3 })],
  ["overlaps what is held", patchWith({ from: 0, to: 2 })],
  ["is of another epoch", patchWith({ epoch: "e2", from: 1 })],
  ["cannot be read", { schema: 1, nonsense: true }],
])("asks for the whole ruleset at once when a patch %s", async (_name, patch) => {
  const server = await serve(rulesetWith({ toggles: [cart(false)] }));
  const { client, ports } = connect(server);
  const stream = await server.nextStream();
  await next(client, "change");

  server.ruleset = rulesetWith({ revision: 8, toggles: [cart(true, 8)] });
  stream.event("patch", patch, "e1.4");
  await stream.gone;
  await ports.pass(0);
  await next(client, "change");

  expect((await server.nextStream()).lastEventId).toBeUndefined();
  expect([client.version, client.isEnabled("cart"), client.status]).toEqual(["e1.8", true, "ready"]);
});

test("goes on asking for the whole ruleset until it has come", async () => {
  const server = await serve();
  const { client, ports } = connect(server);
  const stream = await server.nextStream();
  await client.ready();
  server.trouble["/v1/stream"] = { status: 500 };
  stream.event("patch", patchWith({ from: 7 }));
  await ports.pass(0);
  await ports.scheduled(1_000);

  server.trouble["/v1/stream"] = undefined;
  ports.advance(1_000);

  expect((await server.nextStream()).lastEventId).toBeUndefined();
});

test("lets go of an answer that it does not read", async () => {
  const server = await serve();
  server.trouble["/v1/stream"] = { status: 500, endless: true };
  const { ports } = connect(server);
  await ports.scheduled(500);

  await vi.waitFor(async () => expect(await server.connections()).toBe(0));
});

test("comes back after a loss with the revision that it holds", async () => {
  const server = await serve(rulesetWith({ revision: 3, toggles: [cart(false)] }));
  const { client, ports, changes, statuses } = connect(server);
  const stream = await server.nextStream();
  await next(client, "change");

  server.greets = false;
  stream.destroy();
  await ports.pass(500);
  const second = await server.nextStream();
  second.event("patch", patchWith({ from: 3, to: 6, changes: { cart: cart(true, 6) } }));
  await next(client, "change");

  expect(second.lastEventId).toBe("e1.3");
  expect(changes).toEqual(["cart@e1.3", "cart@e1.6"]);
  expect(statuses).toEqual(["ready"]);
});

test("goes on answering from the last good ruleset while the service is away, and says that it is stale", async () => {
  const server = await serve(rulesetWith({ toggles: [cart(true)] }));
  const { client, ports, errors } = connect(server);
  await client.ready();

  await server.close();
  await ports.pass(500);
  await ports.scheduled(1_000);
  ports.advance(60_000);

  expect(client.status).toBe("stale");
  expect(client.detail("cart", false)).toMatchObject({
    value: true,
    metadata: { source: "stale", revision: 1 },
  });
  expect(await client.ready()).toMatchObject({ status: "stale", source: "stream" });
  expect(errors.at(-1)).toMatchObject({
    code: "unreachable",
    message: expect.stringContaining("ECONNREFUSED"),
  });
});

test("becomes ready again on the first byte of a resumed stream that has nothing new", async () => {
  const server = await serve();
  const { client, ports } = connect(server);
  const stream = await server.nextStream();
  await client.ready();
  server.greets = false;
  stream.destroy();
  await ports.scheduled(500);
  ports.advance(60_000);

  const second = await server.nextStream();
  const recovered = next(client, "status");
  second.raw(": heartbeat\n\n");

  expect(await recovered).toEqual(["ready"]);
});

test("takes 45 s without a byte for a dead stream", async () => {
  const server = await serve();
  const { client, ports, errors } = connect(server);
  const stream = await server.nextStream();
  await client.ready();

  ports.advance(44_999);
  const open = ports.pending;
  ports.advance(1);
  await stream.gone;
  await ports.pass(500);

  expect(open).toBeGreaterThan(0);
  expect((await server.nextStream()).lastEventId).toBe("e1.1");
  expect(errors.map(({ code }) => code)).toEqual(["silent"]);
});

test("keeps a stream that only sends heartbeats, and stays ready", async () => {
  const server = await serve();
  const { client, ports, statuses } = connect(server);
  const stream = await server.nextStream();
  await client.ready();
  server.greets = false;

  for (let beat = 0; beat < 10; beat += 1) {
    ports.advance(15_000);
    const revision = beat + 2;
    stream.raw(": heartbeat\n\n");
    stream.event("patch", patchWith({ from: revision - 1 }));
    await vi.waitFor(() => expect(client.revision).toBe(revision));
  }

  expect(server.count("/v1/stream")).toBe(1);
  expect(statuses).toEqual(["ready"]);
});

test("gives up a service that accepts and never answers, and tries again", async () => {
  const server = await serve();
  server.trouble["/v1/stream"] = { status: 0 };
  const { client, ports, errors } = connect(server);
  await vi.waitFor(() => expect(server.count("/v1/stream")).toBe(1));

  ports.advance(10_000);
  await ports.scheduled(500);
  server.trouble["/v1/stream"] = undefined;
  ports.advance(500);

  expect(await client.ready()).toEqual({ status: "ready", source: "stream" });
  expect(errors.map(({ code }) => code)).toEqual(["silent"]);
});

test("comes back within a second, each time, to a stream that a proxy ends after half a minute", async () => {
  const server = await serve(rulesetWith());
  const { client, ports, errors } = connect(server);
  await next(client, "change");

  server.greets = false;
  for (let streams = 0; streams < 8; streams += 1) {
    const stream = await server.nextStream();
    const heard = client.revision ?? 0;
    stream.event("patch", patchWith({ from: heard }));
    await vi.waitFor(() => expect(client.revision).toBe(heard + 1));
    ports.advance(30_000);
    stream.end();
    await stream.gone;
    await ports.pass(500);
  }

  expect((await server.nextStream()).lastEventId).toBe("e1.9");
  expect([errors, server.count("/v1/ruleset"), client.status]).toEqual([[], 0, "ready"]);
});

test("honours the wait that a goodbye asks for, and resumes", async () => {
  const server = await serve(rulesetWith({ revision: 2 }));
  const { client, ports, errors } = connect(server);
  const stream = await server.nextStream();
  await client.ready();

  stream.event("goodbye", { reason: "shutdown", retryMs: 7_000 });
  await stream.gone;
  await ports.pass(7_700);

  expect((await server.nextStream()).lastEventId).toBe("e1.2");
  expect(errors).toEqual([]);
});

test.each(["null", "{}", '{"retryMs":"soon"}', "not json"])(
  "backs off as usual after the goodbye %s",
  async (data) => {
    const server = await serve();
    const { client, ports } = connect(server);
    const stream = await server.nextStream();
    await client.ready();

    stream.raw(`event: goodbye\ndata: ${data}\n\n`);
    await stream.gone;

    await expect(ports.scheduled(500)).resolves.toBeUndefined();
  },
);

test("honours the reconnection time of the stream itself", async () => {
  const server = await serve();
  const { client, ports } = connect(server);
  const stream = await server.nextStream();
  await client.ready();

  stream.raw("retry: 3000\n\n");
  stream.end();

  await expect(ports.scheduled(3_300)).resolves.toBeUndefined();
});

test("honours Retry-After of a service that is full", async () => {
  const server = await serve();
  server.trouble["/v1/stream"] = { status: 503, headers: { "retry-after": "4" } };
  const { client, ports, errors } = connect(server);

  await ports.scheduled(4_400);
  server.trouble["/v1/stream"] = undefined;
  ports.advance(4_400);

  expect(await client.ready()).toEqual({ status: "ready", source: "stream" });
  expect(errors).toMatchObject([{ code: "unexpected_answer", status: 503 }]);
});

test("slows down for a refused key, says so at once, and recovers when the key is known again", async () => {
  const server = await serve(rulesetWith({ toggles: [cart(true)] }));
  server.trouble["/v1/stream"] = {
    status: 401,
    headers: { "content-type": "application/problem+json" },
    body: '{"detail":"This key was revoked."}',
  };
  const { client, ports, statuses } = connect(server);

  const refused = await client.ready();
  await ports.scheduled(450_000);
  server.trouble["/v1/stream"] = undefined;
  ports.advance(450_000);
  await next(client, "change");

  expect(refused).toMatchObject({
    status: "failed",
    source: "none",
    error: { code: "unauthorized", status: 401 },
  });
  expect(refused.error?.message).toContain("This key was revoked.");
  expect(statuses).toEqual(["failed", "ready"]);
  expect(server.requests.map(({ path }) => path)).toEqual(["/v1/stream", "/v1/stream"]);
});

test("is stale at once when the key of a running client is refused", async () => {
  const server = await serve(rulesetWith({ toggles: [cart(true)] }));
  const { client, ports } = connect(server);
  const stream = await server.nextStream();
  await client.ready();

  server.trouble["/v1/stream"] = { status: 403 };
  stream.destroy();
  const stale = next(client, "status");
  await ports.pass(500);

  expect(await stale).toEqual(["stale"]);
  expect(client.isEnabled("cart")).toBe(true);
});

test.each([
  ["is not JSON", "oops", "malformed_ruleset"],
  ["has the wrong shape", '{"schema":1}', "malformed_ruleset"],
  ["has a newer schema", JSON.stringify({ ...rulesetWith(), schema: 2 }), "unsupported_schema"],
])(
  "keeps the last good ruleset when the next one %s, and heals with a good one",
  async (_name, data, code) => {
    const server = await serve(rulesetWith({ toggles: [cart(true)] }));
    const { client, errors, statuses } = connect(server);
    const stream = await server.nextStream();
    await client.ready();

    const refused = next(client, "error");
    stream.raw(`event: put\ndata: ${data}\n\n`);
    await refused;
    const meanwhile = [client.version, client.isEnabled("cart"), client.status];
    stream.raw(": heartbeat\n\n");
    stream.put(rulesetWith({ revision: 2, toggles: [cart(false)] }));
    await next(client, "change");

    expect(meanwhile).toEqual(["e1.1", true, "stale"]);
    expect(errors.map((error) => error.code)).toEqual([code]);
    expect(statuses).toEqual(["ready", "stale", "ready"]);
    expect(client.isEnabled("cart")).toBe(false);
  },
);

test("fails at once when the very first ruleset cannot be read, instead of waiting for the time-out", async () => {
  const server = await serve();
  server.greets = false;
  const { client } = connect(server);

  (await server.nextStream()).raw('event: put\ndata: {"schema":2}\n\n');

  expect(await client.ready()).toMatchObject({ status: "failed", error: { code: "unsupported_schema" } });
});

test.each([
  ["first", false, 15_000],
  ["next", true, 22_500],
])(
  "polls for the %s ruleset when the stream spoiled it, until the stream goes on",
  async (_name, isReady, afterMs) => {
    const server = await serve();
    server.greets = isReady;
    const { client, ports, errors } = connect(server);
    const stream = await server.nextStream();
    if (isReady) await client.ready();

    const refused = next(client, "error");
    stream.raw('event: put\ndata: {"schema":1}\n\n');
    await refused;
    const meanwhile = client.status;
    server.ruleset = rulesetWith({ revision: 2 });
    await ports.pass(afterMs);
    await next(client, "change");
    stream.event("patch", patchWith({ from: 2 }));
    await next(client, "change");
    ports.advance(40_000);

    expect(meanwhile).toBe(isReady ? "stale" : "initializing");
    expect(errors.map(({ code }) => code)).toEqual(["malformed_ruleset"]);
    expect([client.status, client.revision, server.count("/v1/ruleset")]).toEqual(["ready", 3, 1]);
  },
);

test("passes over unknown events and garbage bytes", async () => {
  const server = await serve(rulesetWith({ toggles: [cart(true)] }));
  const { client, errors } = connect(server);
  const stream = await server.nextStream();
  await client.ready();

  stream.raw(Uint8Array.from({ length: 4_096 }, (_, index) => (index * 151 + 7) % 256));
  stream.raw("\n\n");
  stream.event("weather", { sunny: true });
  stream.put(rulesetWith({ revision: 2, toggles: [cart(false)] }));
  await next(client, "change");

  expect([client.revision, errors]).toEqual([2, []]);
});

test("reads a ruleset that arrives a few bytes at a time", async () => {
  const server = await serve();
  server.greets = false;
  const { client } = connect(server);
  const stream = await server.nextStream();
  const bytes = new TextEncoder().encode(
    `id: e1.9\r\nevent: put\r\ndata: ${JSON.stringify(rulesetWith({ revision: 9, toggles: [booleanToggle("grün", true)] }))}\r\n\r\n`,
  );

  for (let at = 0; at < bytes.length; at += 3) {
    stream.raw(bytes.subarray(at, at + 3));
    await new Promise((resolve) => setImmediate(resolve));
  }
  await client.ready();

  expect([client.version, client.isEnabled("grün")]).toEqual(["e1.9", true]);
});

test("leaves a stream whose event never ends at 8 MiB", async () => {
  const server = await serve(rulesetWith({ toggles: [cart(true)] }));
  const { client, ports } = connect(server);
  const stream = await server.nextStream();
  await client.ready();

  const refused = next(client, "error");
  stream.raw("event: put\ndata: ");
  for (let sent = 0; sent <= 8; sent += 1) stream.raw("x".repeat(1024 * 1024));
  const [error] = await refused;
  await ports.scheduled(500);

  expect(error.code).toBe("too_large");
  expect(client.isEnabled("cart")).toBe(true);
});

test.each(["Text/Event-Stream", "TEXT/EVENT-STREAM; charset=utf-8", "text/event-stream ;charset=utf-8"])(
  "takes %s for a stream",
  async (type) => {
    const server = await serve();
    server.trouble["/v1/stream"] = {
      status: 200,
      headers: { "content-type": type },
      body: `event: put\ndata: ${JSON.stringify(rulesetWith())}\n\n`,
    };

    const { client } = connect(server);

    expect(await client.ready()).toEqual({ status: "ready", source: "stream" });
  },
);

test("does not take a page of a proxy for a stream", async () => {
  const server = await serve();
  server.trouble["/v1/stream"] = {
    status: 200,
    headers: { "content-type": "text/html" },
    body: "<p>Welcome",
  };

  const { client } = connect(server);
  const [error] = await next(client, "error");

  expect(error).toMatchObject({ code: "unexpected_answer", status: 200 });
});
