import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { connect, next, serve } from "../../test/connect.ts";
import { booleanToggle, rulesetWith } from "../../test/rulesets.ts";
import { rulesetFile } from "../file-store.ts";

const on = rulesetWith({ toggles: [booleanToggle("cart", true)] });
const off = rulesetWith({ revision: 2, toggles: [booleanToggle("cart", false, 2)] });

test("asks once where it is manual, and then only when it is told to", async () => {
  const server = await serve(on);
  const { client, ports, changes } = connect(server, { mode: "manual" });
  await client.ready();

  server.ruleset = off;
  ports.advance(3_600_000);
  const before = [
    client.isEnabled("cart"),
    server.count("/v1/ruleset"),
    server.count("/v1/stream"),
    client.status,
  ];
  const refreshed = await client.refresh();

  expect(before).toEqual([true, 1, 0, "stale"]);
  expect(refreshed).toEqual({ status: "ready", source: "poll" });
  expect([client.isEnabled("cart"), changes, client.status]).toEqual([
    false,
    ["cart@e1.1", "cart@e1.2"],
    "ready",
  ]);
});

test("asks once more for all who want to know while it asks, and says how it went", async () => {
  const server = await serve(on);
  const { client } = connect(server, { mode: "manual" });
  await client.ready();
  server.trouble["/v1/ruleset"] = { status: 503 };

  const answers = await Promise.all([client.refresh(), client.refresh(), client.refresh()]);

  // The first of all may still have been under way.
  expect(server.count("/v1/ruleset")).toBeLessThanOrEqual(3);
  const told = { status: "ready", error: { status: 503 } };
  expect(answers).toMatchObject([told, told, told]);
});

test("asks at once beside a stream", async () => {
  const server = await serve(on);
  const { client } = connect(server);
  await client.ready();

  server.ruleset = off;
  await client.refresh();

  expect(client.isEnabled("cart")).toBe(false);
});

test("ends with a refresh under way where it is closed", async () => {
  const server = await serve(on);
  const { client, ports, errors } = connect(server, { mode: "manual" });
  await client.ready();
  server.trouble["/v1/ruleset"] = { status: 0 };

  const refreshing = client.refresh();
  await vi.waitFor(() => expect(server.count("/v1/ruleset")).toBe(2));
  await client.close();

  expect(await refreshing).toMatchObject({ status: "failed", error: { code: "closed" } });
  expect([ports.pending, errors]).toEqual([0, []]);
});

test("answers offline from the bootstrap, asks nobody, and is as ready as it will be", async () => {
  const server = await serve(off);
  const { client, ports, errors, statuses } = connect(server, { mode: "offline", bootstrap: on, sdkKey: "" });

  const atOnce = client.isEnabled("cart");
  const ready = await client.ready();
  client.track("seen");
  await client.flush();
  await client.refresh();

  expect(atOnce).toBe(true);
  expect(ready).toEqual({ status: "ready", source: "bootstrap" });
  expect(client.detail("cart", false).metadata.source).toBe("bootstrap");
  expect([server.requests, ports.pending, errors, statuses]).toEqual([[], 0, [], []]);
});

test("answers offline with fallbacks where it has no ruleset, and waits for none", async () => {
  const { client } = connect({ url: "" }, { mode: "offline" });

  expect(await client.ready()).toEqual({ status: "ready", source: "none" });
  expect(client.detail("cart", true)).toMatchObject({ value: true, errorCode: "PROVIDER_NOT_READY" });
});

test("answers offline from what a store holds", async () => {
  const kept = new Map<string, Uint8Array>();
  const store = {
    load: async (name: string) => kept.get(name),
    save: async (name: string, bytes: Uint8Array) => void kept.set(name, bytes),
  };
  const first = connect(await serve(on), { store });
  await first.client.ready();
  await first.client.close();

  const { client } = connect({ url: "" }, { mode: "offline", store });

  expect(await client.ready()).toEqual({ status: "ready", source: "disk" });
  expect(client.isEnabled("cart")).toBe(true);
});

test("takes a bootstrap that is fetched, and says that its toggles changed", async () => {
  const { client, changes, statuses } = connect({ url: "" }, { mode: "offline", bootstrap: async () => on });

  const before = client.isEnabled("cart");
  await client.ready();

  expect([before, client.isEnabled("cart"), changes, statuses]).toEqual([
    false,
    true,
    ["cart@e1.1"],
    ["ready"],
  ]);
});

test("takes a bootstrap that lies in a file", async () => {
  const folder = await mkdtemp(join(tmpdir(), "burgee-bootstrap-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, "toggles.json");
  await writeFile(file, JSON.stringify(on));

  const { client } = connect({ url: "" }, { mode: "offline", bootstrap: rulesetFile(file) });
  await client.ready();

  expect(client.isEnabled("cart")).toBe(true);
});

test("passes over a fetched bootstrap that comes after the service's ruleset", async () => {
  let bring = (_: unknown): void => {};
  const fetched = new Promise((resolve) => {
    bring = resolve;
  });
  const server = await serve(off);
  const { client, changes } = connect(server, { bootstrap: () => fetched });
  await client.ready();

  bring(rulesetWith({ revision: 9, toggles: [booleanToggle("cart", true, 9)] }));
  await client.refresh();

  expect([client.isEnabled("cart"), changes]).toEqual([false, ["cart@e1.2"]]);
});

test.each([
  ["rejects", () => Promise.reject(new Error("no such file")), "bootstrap_failed", "no such file"],
  [
    "throws",
    () => {
      throw new Error("no such file");
    },
    "bootstrap_failed",
    "no such file",
  ],
  ["brings what is no ruleset", async () => "text", "malformed_ruleset", "an object"],
  ["brings nothing", () => undefined, "malformed_ruleset", "an object"],
])("goes on without a bootstrap whose function %s, and says so", async (_, bootstrap, code, part) => {
  const server = await serve(on);
  const { client, errors } = connect(server, { bootstrap });

  await client.ready();
  await vi.waitFor(() => expect(errors).toHaveLength(1));

  expect(errors[0]).toMatchObject({ code, message: expect.stringContaining(part) });
  expect(client.isEnabled("cart")).toBe(true);
});

test("tells each evaluation to who listens, and none before", async () => {
  const server = await serve(on);
  const { client } = connect(server);
  await client.ready();
  const told: unknown[] = [];

  client.isEnabled("cart");
  const stop = client.on("evaluation", ({ key, value, errorCode }) => told.push([key, value, errorCode]));
  client.isEnabled("cart");
  client.value("cart", "a text");
  client.detail("nobody", 7);
  client.all();
  stop();
  client.isEnabled("cart");

  expect(told).toEqual([
    ["cart", true, undefined],
    ["cart", "a text", "TYPE_MISMATCH"],
    ["nobody", 7, "FLAG_NOT_FOUND"],
  ]);
});

test("calls hooks beside who listens to evaluations, and survives a listener that throws", async () => {
  const server = await serve(on);
  const called: string[] = [];
  const { client, errors } = connect(server, {
    hooks: [{ name: "spy", after: ({ key }) => called.push(key) }],
  });
  await client.ready();

  client.on("evaluation", () => {
    throw new Error("no");
  });
  const failed = next(client, "error");

  expect(client.isEnabled("cart")).toBe(true);
  await failed;
  expect(called).toEqual(["cart"]);
  expect(errors).toMatchObject([{ code: "listener_failed" }]);
});
