import { expect, test, vi } from "vitest";
import manifest from "../../package.json" with { type: "json" };
import { connect, serve, type Watched } from "../../test/connect.ts";
import { booleanToggle, patchWith, rulesetWith, stringToggle } from "../../test/rulesets.ts";
import type { WireServer } from "../../test/wire-server.ts";
import type { ServerOptions } from "../server/server-options.ts";

const toggles = [booleanToggle("cart", true, 3), stringToggle("colour", "blue")];
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** A ready client that sends in about 7 s. */
async function ready(options: ServerOptions = {}): Promise<Watched & { readonly server: WireServer }> {
  const server = await serve(rulesetWith({ revision: 4, toggles }));
  const watched = connect(server, { usage: { flushIntervalMs: 7_000 }, ...options });
  await watched.client.ready();
  return { ...watched, server };
}

const batches = (server: WireServer, count: number) =>
  vi.waitFor(() => {
    expect(server.batches).toHaveLength(count);
    return server.batches;
  });

test("tells how often each toggle served what, and which ruleset was applied", async () => {
  const { client, ports, server } = await ready();

  client.isEnabled("cart", { userId: "ada" });
  client.value("cart", false, { userId: "bo" });
  client.detail("colour", "red");
  client.value("colour", 7);
  client.isEnabled("crat");
  client.isEnabled("crat");
  ports.advance(7_000);

  expect((await batches(server, 1))[0]).toEqual({
    batchId: expect.stringMatching(UUID),
    sdk: { name: "burgee-js-server", version: "0.1.0" },
    applied: { version: "e1.4", at: expect.stringMatching(/^\d{4}-.*Z$/) },
    counts: [
      { toggle: "colour", variant: null, version: 1, count: 1 },
      { toggle: "cart", variant: "on", version: 3, count: 2 },
      { toggle: "colour", variant: "some", version: 1, count: 1 },
    ],
    unknownKeys: [{ key: "crat", count: 2 }],
    dropped: { evaluations: 0, events: 0 },
    events: [],
  });
});

test("tells the trace of the change that it applied, where it is one that the service takes", async () => {
  const traceparent = `00-${"a".repeat(32)}-${"b".repeat(16)}-01`;
  const server = await serve({ ...rulesetWith({ toggles }), traceparent });
  const { client } = connect(server);
  await client.ready();
  client.isEnabled("cart");
  await client.flush();
  const patch = { ...patchWith({ from: 1 }), traceparent: "not one" };
  (await server.nextStream()).event("patch", patch);
  await vi.waitFor(() => expect(client.revision).toBe(2));
  client.isEnabled("cart");
  await client.flush();

  const [first, second] = await batches(server, 2);
  expect(first?.applied).toMatchObject({ version: "e1.1", traceparent });
  expect(second?.applied).toEqual({ version: "e1.2", at: expect.any(String) });
});

test("says which SDK it is", async () => {
  const { client, server } = await ready();
  client.isEnabled("cart");
  await client.flush();

  expect(server.batches[0]?.sdk).toEqual({ name: "burgee-js-server", version: manifest.version });
});

test("spreads its batches, so that many clients do not send as one", async () => {
  const { client, ports, server } = await ready();
  ports.chance = 0;
  client.isEnabled("cart");
  await client.flush();

  client.isEnabled("cart");
  ports.advance(6_299);
  expect(server.batches).toHaveLength(1);
  ports.advance(1);

  await batches(server, 2);
});

test("sends its first batch early, so that whoever just connected a program sees it", async () => {
  const { client, ports, server } = await ready({ usage: {} });
  ports.chance = 0;

  client.isEnabled("cart");
  ports.advance(1_799);
  expect(server.batches).toEqual([]);
  ports.advance(1);

  await batches(server, 1);
});

test("sends nothing where nothing was asked, and begins anew after each batch", async () => {
  const { client, ports, server } = await ready();
  ports.advance(70_000);
  await client.flush();
  expect(server.count("/v1/events")).toBe(0);

  client.isEnabled("cart");
  await client.flush();
  client.isEnabled("cart");
  await client.flush();

  expect(server.batches.map(({ counts }) => counts)).toEqual(
    Array(2).fill([{ toggle: "cart", variant: "on", version: 3, count: 1 }]),
  );
});

test("sends one batch at a time, though evaluations never pause", async () => {
  const busy: typeof fetch = (input, init) => {
    if (String(input).endsWith("/v1/events")) client.isEnabled("cart");
    return fetch(input, init);
  };
  const { client, ports, server } = await ready({ fetch: busy, usage: { flushIntervalMs: 7_000 } });
  client.isEnabled("cart");

  await client.flush();
  expect(server.batches).toHaveLength(1);
  ports.advance(7_000);
  await batches(server, 2);
});

test("sends with a flush what came while a batch was on its way", async () => {
  const { client, server } = await ready();
  client.track("first");

  const first = client.flush();
  client.track("second");
  await client.flush();
  await first;

  expect(server.batches.map(({ events }) => events)).toMatchObject([
    [{ name: "first" }],
    [{ name: "second" }],
  ]);
});

test("sends a batch that was not taken again as it is, and what came meanwhile after it", async () => {
  const { client, ports, server, errors } = await ready();
  server.trouble["/v1/events"] = { status: 503, headers: { "retry-after": "20" } };
  client.isEnabled("cart");
  client.track("bought", { userId: "ada" }, 9.5);
  await client.flush();

  client.isEnabled("cart");
  ports.advance(19_999);
  expect(server.batches).toHaveLength(1);
  ports.advance(2_001);
  await batches(server, 2);
  await ports.scheduled(22_000);
  server.trouble["/v1/events"] = undefined;
  ports.advance(22_000);
  const [first, second, third, fourth] = await batches(server, 4);

  expect([second, third]).toEqual([first, first]);
  expect(fourth?.batchId).not.toBe(first?.batchId);
  expect(fourth?.counts).toEqual([{ toggle: "cart", variant: "on", version: 3, count: 1 }]);
  expect(errors.map(({ code, status }) => [code, status])).toEqual([["unexpected_answer", 503]]);
});

test("gives up a batch that the service refuses for good, and says so", async () => {
  const { client, server, errors } = await ready();
  server.trouble["/v1/events"] = { status: 400 };
  client.isEnabled("cart");
  await client.flush();
  server.trouble["/v1/events"] = undefined;

  client.isEnabled("cart");
  await client.flush();

  expect(errors.map(({ code }) => code)).toEqual(["usage_dropped"]);
  expect(server.batches).toHaveLength(2);
});

test.each([401, 404])("asks a service that answers %i again in minutes", async (status) => {
  const { client, ports, server } = await ready();
  server.trouble["/v1/events"] = { status };
  client.isEnabled("cart");
  await client.flush();

  await ports.scheduled(450_000);
});

test("sends what is left when it is closed", async () => {
  const { client, ports, server } = await ready();
  client.isEnabled("cart");
  client.track("bought");

  await client.close();

  expect(server.batches[0]).toMatchObject({ counts: [{ toggle: "cart" }], events: [{ name: "bought" }] });
  expect(ports.pending).toBe(0);
});

test("waits two seconds for the last batch, and says what is lost", async () => {
  const { client, ports, server, errors } = await ready();
  server.trouble["/v1/events"] = { status: 0 };
  client.isEnabled("cart");

  const closed = client.close();
  await ports.pass(2_000);
  await closed;

  expect(errors.map(({ code }) => code)).toEqual(["usage_dropped"]);
  expect(ports.pending).toBe(0);
});

test("counts and tracks nothing once it is closed", async () => {
  const { client, ports, server, errors } = await ready();
  await client.close();

  client.isEnabled("cart");
  client.track("bought");
  await client.flush();

  expect([server.count("/v1/events"), ports.pending]).toEqual([0, 0]);
  expect(errors.map(({ code }) => code)).toEqual(["closed"]);
});

test("tells of an event all but what is private", async () => {
  const { client, server } = await ready({ usage: { privateAttributes: ["email", "plan"] } });

  const born = new Date("2001-02-03T04:05:06Z");
  client.track("bought", { userId: "ada", email: "ada@example.com", plan: { name: "pro" }, born }, 9.5);
  await client.flush();

  expect(server.batches[0]?.events).toEqual([
    {
      name: "bought",
      at: expect.stringMatching(/^\d{4}-.*Z$/),
      value: 9.5,
      context: { userId: "ada", born: "2001-02-03T04:05:06.000Z" },
    },
  ]);
  expect(JSON.stringify(server.batches)).not.toMatch(/ada@|pro/);
});

const circular: Record<string, unknown> = {};
circular.self = circular;
const deep = JSON.parse(`${'{"a":'.repeat(21)}1${"}".repeat(21)}`);

test.each<[string, unknown[]]>([
  ["without a name", [""]],
  ["whose name is no text", [7]],
  ["whose name Postgres does not keep", ["a\0b"]],
  ["whose value is no number", ["bought", {}, Number.NaN]],
  ["whose context is no JSON", ["bought", circular]],
  ["whose context throws", ["bought", new Proxy({}, { ownKeys: () => fail() })]],
  ["whose context is too long", ["bought", { text: "x".repeat(8_192) }]],
  ["whose context is too deep", ["bought", deep]],
  ["whose context has half a character", ["bought", { "\ud800": 1 }]],
])("does not track an event %s, and says why", async (_, given) => {
  const { client, server, errors } = await ready();
  const track: (...given: unknown[]) => void = client.track.bind(client) as never;

  track(...given);
  await client.flush();

  expect(errors.map(({ code }) => code)).toEqual(["invalid_event"]);
  expect(server.batches).toEqual([]);
});

test("keeps the newest ten thousand events, counts those that gave way, and says so once", async () => {
  const { client, server, errors } = await ready();

  for (let at = 0; at < 10_010; at++) client.track(`e${at}`);
  await client.flush();

  const events = server.batches.flatMap((batch) => batch.events);
  expect(events).toHaveLength(10_000);
  expect(events[0]).toMatchObject({ name: "e10" });
  expect(Math.max(...server.batches.map((batch) => batch.events.length))).toBe(500);
  expect(server.batches.reduce((sum, { dropped }) => sum + dropped.events, 0)).toBe(10);
  expect(errors.map(({ code }) => code)).toEqual(["usage_dropped"]);
});

test("keeps events within eight million characters, and batches within what the service takes", async () => {
  const { client, server } = await ready();

  for (let at = 0; at < 1_200; at++) client.track("long", { text: "x".repeat(8_000) });
  await client.flush();

  const sizes = server.batches.map((batch) => JSON.stringify(batch).length);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(8.5 * 1024 * 1024);
  expect(Math.max(...sizes)).toBeLessThan(300 * 1024);
});

test("keeps a thousand unknown keys apart, and counts the others as dropped", async () => {
  const { client, server } = await ready();

  for (const key of ["", "a\0b", "\ud800", "x".repeat(257)]) client.isEnabled(key);
  for (let at = 0; at < 1_500; at++) client.isEnabled(`none-${at}`);
  await client.flush();

  const keys = server.batches.flatMap((batch) => batch.unknownKeys);
  expect(keys).toHaveLength(1_000);
  expect(keys[0]).toEqual({ key: "none-0", count: 1 });
  expect(server.batches.reduce((sum, { dropped }) => sum + dropped.evaluations, 0)).toBe(504);
});

test("tells nothing where it is told to", async () => {
  const { client, ports, server } = await ready({ usage: false });

  client.isEnabled("cart");
  client.track("bought");
  await client.flush();
  ports.advance(70_000);
  await client.close();

  expect(server.count("/v1/events")).toBe(0);
});

test("starts with no settings of usage that it can't read: something private might leave", async () => {
  // @ts-expect-error: a program without types
  const { client, ports, server } = await ready({ usage: { privateAttributes: "email" } });

  client.track("bought", { email: "ada@example.com" });
  await client.flush();
  ports.advance(70_000);

  expect(await client.ready()).toMatchObject({
    error: { message: expect.stringContaining("`usage` must be") },
  });
  expect(server.count("/v1/events")).toBe(0);
});

function fail(): never {
  throw new Error("no");
}
