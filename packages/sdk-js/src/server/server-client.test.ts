import type { VariantValue } from "@burgee/engine";
import { expect, onTestFinished, test, vi } from "vitest";
import { connect, next, serve } from "../../test/connect.ts";
import {
  booleanToggle,
  jsonToggle,
  numberToggle,
  patchWith,
  rulesetWith,
  stringToggle,
} from "../../test/rulesets.ts";
import { createServerClient } from "./create-server-client.ts";
import type { ServerOptions } from "./server-options.ts";

const toggles = [booleanToggle("cart", true), stringToggle("colour", "green")];
const nowhere = { url: "http://127.0.0.1:9" };

test("gives the caller's fallback before the first ruleset", () => {
  const { client } = connect(nowhere);

  expect([client.isEnabled("cart"), client.isEnabled("cart", {}, true)]).toEqual([false, true]);
  expect(client.value("colour", "blue")).toBe("blue");
  expect(client.detail("cart", true)).toEqual({
    key: "cart",
    value: true,
    reason: "ERROR",
    errorCode: "PROVIDER_NOT_READY",
    errorMessage: "No ruleset has arrived yet; this is your fallback.",
    metadata: { source: "fallback" },
  });
  expect(client.all()).toEqual({});
  expect([client.status, client.revision, client.version]).toEqual(["initializing", undefined, undefined]);
});

test("serves values of the fallback's type, with their reason and source", async () => {
  const { client } = connect(await serve(rulesetWith({ revision: 4, toggles })));
  await client.ready();

  expect(client.isEnabled("cart")).toBe(true);
  expect(client.value("colour", "blue", { userId: "ada" })).toBe("green");
  expect(client.detail("cart", false)).toMatchObject({
    key: "cart",
    value: true,
    variant: "on",
    version: 1,
    metadata: { source: "live", revision: 4 },
  });
  expect(client.isEnabled("colour")).toBe(true);
});

test("serves the fallback for a toggle of another type", async () => {
  const { client } = connect(await serve(rulesetWith({ toggles })));
  await client.ready();

  const detail = client.detail("cart", "blue");

  expect(detail).toEqual({
    key: "cart",
    value: "blue",
    reason: "ERROR",
    errorCode: "TYPE_MISMATCH",
    errorMessage: "The toggle serves a boolean, your fallback is a string.",
    metadata: { source: "fallback", revision: 1 },
  });
});

interface Limits {
  readonly items: number;
}

test("serves numbers and JSON, by value, by detail, and with all others", async () => {
  const limits: Limits = { items: 5 };
  const kinds = [numberToggle("timeout", 2.5), jsonToggle("limits", { ...limits }), jsonToggle("none", null)];
  const { client } = connect(await serve(rulesetWith({ toggles: kinds })));
  await client.ready();

  const timeout: number = client.value("timeout", 1);
  const found: Limits = client.value<Limits>("limits", { items: 1 });
  const nullable: Limits | null = client.value<Limits | null>("limits", null);

  expect([timeout, found, nullable]).toEqual([2.5, limits, limits]);
  expect(client.detail("limits", { items: 1 })).toMatchObject({
    value: limits,
    variant: "some",
    reason: "STATIC",
  });
  expect(client.detail("none", null)).toMatchObject({ value: null, variant: "some", reason: "STATIC" });
  expect(Object.values(client.all()).map(({ value }) => value)).toEqual([2.5, limits, null]);
  expect(client.isEnabled("limits")).toBe(true);
});

test.each<[VariantValue, VariantValue, string]>([
  ["blue", 5, "The toggle serves a number, your fallback is a string."],
  [1, "5", "The toggle serves a string, your fallback is a number."],
  [{ a: 1 }, [1], "The toggle serves a list, your fallback is an object."],
  [[], { a: 1 }, "The toggle serves an object, your fallback is a list."],
  [{ a: 1 }, null, "The toggle serves null, your fallback is an object."],
  [false, {}, "The toggle serves an object, your fallback is a boolean."],
  [null, 5, "The toggle serves a number, your fallback is null."],
])("serves the fallback %j where JSON is %j", async (fallback, served, errorMessage) => {
  const { client } = connect(await serve(rulesetWith({ toggles: [jsonToggle("any", served)] })));
  await client.ready();

  expect(client.value("any", fallback)).toEqual(fallback);
  expect(client.detail("any", fallback)).toMatchObject({ errorCode: "TYPE_MISMATCH", errorMessage });
});

test.each([[{ a: 1 }], [[1]], [null]])("serves %j where the fallback is null", async (served) => {
  const { client } = connect(await serve(rulesetWith({ toggles: [jsonToggle("any", served)] })));
  await client.ready();

  expect(client.detail("any", null)).toMatchObject({ value: served, reason: "STATIC" });
});

test("hands out JSON that nobody can change, not even deep inside", async () => {
  const server = await serve(rulesetWith({ toggles: [jsonToggle("limits", { per: { items: [5] } })] }));
  const { client } = connect(server);
  await client.ready();

  const limits = client.value("limits", { per: { items: [1] } });

  expect(() => limits.per.items.push(6)).toThrow(TypeError);
  expect(client.value("limits", {})).toEqual({ per: { items: [5] } });
});

test.each(["missing", "constructor", "__proto__", ""])(
  "serves the fallback for %j, which no one defined",
  async (key) => {
    const { client } = connect(await serve(rulesetWith({ toggles })));
    await client.ready();

    expect(client.isEnabled(key, {}, true)).toBe(true);
    expect(client.detail(key, "mine")).toMatchObject({
      value: "mine",
      reason: "ERROR",
      errorCode: "FLAG_NOT_FOUND",
      metadata: { source: "fallback", revision: 1 },
    });
  },
);

test("evaluates every toggle at once", async () => {
  const { client } = connect(await serve(rulesetWith({ toggles })));
  await client.ready();

  const all = client.all({ userId: "ada" });

  expect(Object.entries(all).map(([key, { value }]) => [key, value])).toEqual([
    ["cart", true],
    ["colour", "green"],
  ]);
});

test("never throws from an evaluation, even when reading the context does", async () => {
  const fail = (): never => {
    throw new Error("no");
  };
  const throwing = new Proxy({}, { get: fail, has: fail, ownKeys: fail, getOwnPropertyDescriptor: fail });
  const rollout = {
    type: "percentage",
    variant: "on",
    buckets: 50_000,
    salt: "s",
    stickiness: "userId",
  } as const;
  const { client } = connect(
    await serve(rulesetWith({ toggles: [{ ...booleanToggle("cart", true), rollout }] })),
  );
  await client.ready();

  expect(client.isEnabled("cart", throwing, true)).toBe(true);
  expect(client.detail("cart", true, throwing)).toMatchObject({
    value: true,
    errorCode: "INVALID_CONTEXT",
    metadata: { source: "fallback" },
  });
  expect(client.all(throwing)).toEqual({});
});

test("answers from the bootstrap until the service is heard", async () => {
  const server = await serve(rulesetWith({ revision: 9, toggles: [booleanToggle("cart", false, 9)] }));
  const { client, changes } = connect(server, { bootstrap: rulesetWith({ revision: 8, toggles }) });
  const early = [client.status, client.version, client.detail("cart", false).metadata];

  const ready = await client.ready();

  expect(early).toEqual(["stale", "e1.8", { source: "bootstrap", revision: 8 }]);
  expect(ready).toEqual({ status: "ready", source: "stream" });
  expect(changes).toEqual(["cart,colour@e1.9"]);
  expect((await server.nextStream()).lastEventId).toBeUndefined();
});

test("takes the service's word over a bootstrap of another environment with a higher revision", async () => {
  const server = await serve(rulesetWith({ revision: 2, toggles: [booleanToggle("cart", false)] }));
  const { client } = connect(server, {
    bootstrap: rulesetWith({ environment: "staging", revision: 50, toggles }),
  });

  await client.ready();

  expect([client.version, client.isEnabled("cart")]).toEqual(["e1.2", false]);
});

test("does not patch a bootstrap, which may be of another environment", async () => {
  const server = await serve(rulesetWith({ revision: 9 }));
  server.greets = false;
  const { client, ports } = connect(server, { bootstrap: rulesetWith({ revision: 3, toggles }) });

  (await server.nextStream()).event("patch", patchWith({ from: 3, changes: { cart: null } }));
  server.greets = true;
  await ports.pass(0);
  await client.ready();

  expect(client.version).toBe("e1.9");
});

test("counts a bootstrap that the service confirms as live", async () => {
  const ruleset = rulesetWith({ revision: 3, toggles });
  const { client, changes } = connect(await serve(ruleset), { bootstrap: ruleset });

  await client.ready();

  expect([changes, client.detail("cart", false).metadata.source]).toEqual([[], "live"]);
});

test.each([
  ["of a higher revision", { revision: 7 }],
  ["of a later epoch", { epoch: "e2", revision: 1 }],
])(
  "is live, and not stale for as long as the service is behind, with a bootstrap %s",
  async (_name, parts) => {
    const server = await serve(rulesetWith({ revision: 3, toggles: [booleanToggle("cart", false)] }));
    const { client, changes } = connect(server, { bootstrap: rulesetWith({ ...parts, toggles }) });

    const ready = await client.ready();

    expect(ready).toEqual({ status: "ready", source: "stream" });
    expect([client.version, client.isEnabled("cart"), changes]).toEqual([
      "e1.3",
      false,
      ["cart,colour@e1.3"],
    ]);
  },
);

test("tells what changed when the service's ruleset differs from a bootstrap of the same version", async () => {
  const server = await serve(rulesetWith({ revision: 3, toggles: [booleanToggle("cart", false)] }));
  const { client, changes } = connect(server, {
    bootstrap: rulesetWith({ revision: 3, toggles: [booleanToggle("cart", true)] }),
  });

  await client.ready();

  expect(changes).toEqual(["cart@e1.3"]);
});

test("goes on without a bootstrap that cannot be read, and says so", async () => {
  const broken = { ...rulesetWith(), revision: -1 };
  const { client, errors } = connect(await serve(rulesetWith({ toggles })), { bootstrap: broken });

  await client.ready();

  expect(errors.map(({ code }) => code)).toEqual(["malformed_ruleset"]);
  expect(client.isEnabled("cart")).toBe(true);
});

test("stops waiting after the time-out, and goes on trying", async () => {
  const server = await serve(rulesetWith({ toggles }));
  server.trouble["/v1/stream"] = { status: 500 };
  const { client, ports } = connect(server);
  await next(client, "error");

  const ready = client.ready({ timeoutMs: 400 });
  ports.advance(400);
  const result = await ready;
  server.trouble["/v1/stream"] = undefined;
  ports.advance(100);
  await next(client, "ready");

  expect(result).toMatchObject({ status: "timeout", source: "none", error: { code: "unexpected_answer" } });
  expect(client.status).toBe("ready");
});

test("tells of being ready once", async () => {
  const server = await serve();
  const { client, ports } = connect(server);
  const heard: string[] = [];
  client.on("ready", ({ status }) => heard.push(status));
  const stream = await server.nextStream();
  await client.ready();

  server.trouble["/v1/stream"] = { status: 401 };
  stream.destroy();
  await ports.pass(500);
  await next(client, "status");
  server.trouble["/v1/stream"] = undefined;
  await ports.pass(450_000);
  await next(client, "status");

  expect([client.status, heard]).toEqual(["ready", ["ready"]]);
});

test("a bootstrapped client whose key is refused does not keep its caller waiting", async () => {
  const server = await serve();
  server.trouble["/v1/stream"] = { status: 401 };

  const { client } = connect(server, { bootstrap: rulesetWith({ toggles }) });

  expect(await client.ready()).toMatchObject({
    status: "stale",
    source: "bootstrap",
    error: { code: "unauthorized" },
  });
});

test("delivers to every listener, though one throws and another rejects", async () => {
  const server = await serve(rulesetWith({ toggles }));
  const { client, errors, changes } = connect(server);
  const failing: string[] = [];
  client.on("change", () => {
    throw new Error("first");
  });
  client.on("change", () => Promise.reject(new Error("second")));
  client.on("error", () => {
    failing.push("error");
    throw new Error("third");
  });
  const later = vi.fn();
  client.on("change", later);

  await client.ready();
  await vi.waitFor(() => expect(errors).toHaveLength(2));

  expect(later).toHaveBeenCalledOnce();
  expect(changes).toHaveLength(1);
  expect(errors.map(({ code, cause }) => [code, cause instanceof Error && cause.message])).toEqual([
    ["listener_failed", "first"],
    ["listener_failed", "second"],
  ]);
  expect(failing).toHaveLength(2);
});

test("tells a listener that subscribes while an event is told of later events only", async () => {
  const server = await serve();
  const { client } = connect(server);
  const late = vi.fn();
  client.on("change", () => client.on("change", late));
  const stream = await server.nextStream();
  await client.ready();
  const early = late.mock.calls.length;

  stream.put(rulesetWith({ revision: 2 }));
  await next(client, "change");

  expect([early, late.mock.calls.length]).toEqual([0, 1]);
});

test("says why a rollout was passed over", async () => {
  const rollout = {
    type: "percentage",
    variant: "on",
    buckets: 50_000,
    salt: "s",
    stickiness: "userId",
  } as const;
  const cart = { ...booleanToggle("cart", false), rollout };
  const { client } = connect(await serve(rulesetWith({ toggles: [cart] })));
  await client.ready();

  const { metadata } = client.detail("cart", false, { region: "IN" });

  expect(metadata).toEqual({ source: "live", revision: 1, note: expect.stringContaining("userId") });
});

test("stops telling a listener that left, and only that one", async () => {
  const server = await serve();
  const { client } = connect(server);
  const listener = vi.fn();
  const leave = client.on("change", listener);
  client.on("change", listener);

  leave();
  leave();
  await client.ready();

  expect(listener).toHaveBeenCalledOnce();
});

test("close ends stream, polls and timers, and evaluation goes on", async () => {
  const server = await serve(rulesetWith({ toggles }));
  const { client, ports, statuses } = connect(server);
  const stream = await server.nextStream();
  await client.ready();

  await Promise.all([client.close(), client.close()]);
  await stream.gone;

  expect(ports.pending).toBe(0);
  expect(statuses).toEqual(["ready", "closed"]);
  expect(client.detail("cart", false)).toMatchObject({ value: true, metadata: { source: "stale" } });
  expect(await client.ready()).toMatchObject({ status: "failed", error: { code: "closed" } });
});

test("close answers those who wait for the first ruleset", async () => {
  const server = await serve();
  server.trouble["/v1/stream"] = { status: 0 };
  const { client, ports } = connect(server);
  const ready = client.ready();
  await vi.waitFor(() => expect(server.requests).toHaveLength(1));

  await client.close();

  expect(await ready).toMatchObject({ status: "failed", error: { code: "closed" } });
  expect(ports.pending).toBe(0);
});

test("close ends the waits between attempts", async () => {
  const server = await serve();
  server.trouble["/v1/stream"] = { status: 500 };
  server.trouble["/v1/ruleset"] = { status: 500 };
  const { client, ports, errors } = connect(server);
  await ports.pass(500);
  await ports.pass(1_000);
  await vi.waitFor(() => expect(errors).toHaveLength(4));

  await client.close();

  expect(ports.pending).toBe(0);
});

test("a client closed before its first request makes none", async () => {
  const server = await serve();
  const { client } = connect(server);

  await client.close();

  expect(server.requests).toEqual([]);
});

test("is closed by `await using`", async () => {
  const server = await serve();
  const { client, ports } = connect(server);

  {
    await using own = client;
    await own.ready();
  }

  expect([client.status, ports.pending]).toEqual(["closed", 0]);
});

test.each([
  ["no address", { baseUrl: "" }, /BURGEE_URL/],
  ["no key", { sdkKey: " " }, /BURGEE_SDK_KEY/],
])("with %s starts, serves fallbacks, and says what is missing", async (_name, options, message) => {
  const { client, errors } = connect(nowhere, options);

  const ready = await client.ready();

  expect(ready).toMatchObject({ status: "failed", source: "none", error: { code: "invalid_options" } });
  expect(ready.error?.message).toMatch(message);
  expect(errors).toEqual([ready.error]);
  expect(client.isEnabled("cart", {}, true)).toBe(true);
});

test.each([
  ["null", null, /must be an object/],
  ["a key that is a number", { baseUrl: nowhere.url, sdkKey: 5 }, /`sdkKey` must be a text/],
])(
  "createServerClient with %s starts, serves fallbacks, and says what is wrong",
  async (_name, options, message) => {
    const quiet = vi.spyOn(console, "error").mockReturnValue();
    const warn = vi.spyOn(console, "warn").mockReturnValue();
    onTestFinished(() => void vi.restoreAllMocks());

    await using client = createServerClient(options as unknown as ServerOptions);
    const ready = await client.ready();

    expect(ready).toMatchObject({ status: "failed", error: { code: "invalid_options" } });
    expect(quiet).toHaveBeenCalledWith(expect.stringMatching(message));
    expect(warn).toHaveBeenCalledOnce();
    expect(client.isEnabled("cart", {}, true)).toBe(true);
  },
);

test.each([
  ["nope", () => {}, 'There is no event "nope"; there are change, ready, status, error, evaluation.'],
  [
    "constructor",
    () => {},
    'There is no event "constructor"; there are change, ready, status, error, evaluation.',
  ],
  [Symbol("x"), () => {}, "There is no event a symbol; there are change, ready, status, error, evaluation."],
  ["change", 5, 'The listener of "change" is no function.'],
])("on(%s) with what cannot be heard tells an error instead of throwing", (event, listener, message) => {
  const { client, errors } = connect(nowhere);

  const leave = client.on(event as "change", listener as () => void);
  leave();

  expect(errors).toMatchObject([{ code: "invalid_options", message }]);
});

test.each([Symbol("x"), "x", Number.NaN, null])(
  "ready() takes its default for a time-out of %s",
  async (timeoutMs) => {
    const server = await serve();
    server.trouble["/v1/stream"] = { status: 0 };
    const { client, ports } = connect(server);

    const ready = client.ready({ timeoutMs: timeoutMs as number });
    await ports.pass(5_000);

    expect(await ready).toMatchObject({ status: "timeout" });
  },
);

test("writes what happens to the logger, never the key, and survives a logger that throws", async () => {
  const lines: string[] = [];
  const write = (line: string): void => {
    lines.push(line);
    throw new Error("disk full");
  };
  const server = await serve();
  const { client, ports } = connect(server, {
    logger: { debug: write, info: write, warn: write, error: write },
  });
  const stream = await server.nextStream();
  await client.ready();
  server.trouble["/v1/stream"] = { status: 401 };
  stream.destroy();
  await ports.pass(500);
  await next(client, "status");

  expect(lines).toContain("the client is ready");
  expect(lines).toContain("the client is stale");
  expect(lines.join("\n")).not.toContain("bg_srv_good");
});
