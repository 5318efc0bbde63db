import { expect, test } from "vitest";
import { createTestClient } from "./testing.ts";

test("serves what the test set, and the fallback where it set nothing", () => {
  const client = createTestClient({ cart: true, colour: "blue", limits: { items: 20 }, gone: false });

  expect([client.isEnabled("cart"), client.isEnabled("colour"), client.isEnabled("gone", {}, true)]).toEqual([
    true,
    true,
    false,
  ]);
  expect([client.value("colour", "red"), client.value("limits", { items: 1 }).items]).toEqual(["blue", 20]);
  expect(client.detail("cart", false)).toMatchObject({ reason: "STATIC", metadata: { source: "live" } });
  expect(client.detail("none", 7)).toMatchObject({ value: 7, errorCode: "FLAG_NOT_FOUND" });
  expect(client.detail("cart", "red")).toMatchObject({ value: "red", errorCode: "TYPE_MISMATCH" });
  expect(Object.keys(client.all())).toEqual(["cart", "colour", "limits", "gone"]);
});

test("serves what the test makes of a context", () => {
  const client = createTestClient({ norway: ({ region }) => region === "NO" });

  expect([client.isEnabled("norway", { region: "NO" }), client.isEnabled("norway")]).toEqual([true, false]);
});

test("tells of what the test changes, with rising revisions", () => {
  const client = createTestClient({ cart: true });
  const changes: unknown[] = [];
  const statuses: unknown[] = [];
  client.on("change", ({ keys, revision, version }) => changes.push([keys, revision, version]));
  client.on("status", (status) => statuses.push(status));

  client.set("cart", false);
  client.setError("cart", "GENERAL");
  client.remove("cart");
  client.setStatus("stale");

  expect(changes).toEqual([
    [["cart"], 2, "test.2"],
    [["cart"], 3, "test.3"],
    [["cart"], 4, "test.4"],
  ]);
  expect(statuses).toEqual(["stale"]);
});

test("serves fallbacks for an error that the test set, and while nothing is there", async () => {
  const client = createTestClient({ cart: true });
  client.setError("cart", "PARSE_ERROR");
  expect(client.detail("cart", false).errorCode).toBe("PARSE_ERROR");

  client.set("cart", true);
  client.setStatus("initializing");

  expect([client.isEnabled("cart"), client.version, Object.keys(client.all())]).toEqual([
    false,
    undefined,
    [],
  ]);
  expect(client.detail("cart", false).errorCode).toBe("PROVIDER_NOT_READY");
  expect(await client.ready()).toEqual({ status: "timeout", source: "none" });

  client.setStatus("ready");
  expect([client.isEnabled("cart"), (await client.ready()).status]).toEqual([true, "ready"]);
});

test("records what was asked and tracked, until it is told to forget", () => {
  const client = createTestClient({ cart: true });

  client.isEnabled("cart", { userId: "ada" });
  client.value("none", "red");
  client.track("bought", { userId: "ada" }, 9.5);

  expect(client.evaluations).toMatchObject([
    { key: "cart", context: { userId: "ada" }, detail: { value: true } },
    { key: "none", context: {}, detail: { errorCode: "FLAG_NOT_FOUND" } },
  ]);
  expect(client.events).toEqual([{ name: "bought", context: { userId: "ada" }, value: 9.5 }]);

  client.clearRecords();
  expect([client.evaluations, client.events]).toEqual([[], []]);
  expect(client.isEnabled("cart")).toBe(true);
});

test("hands out values that nobody can change, and none that a toggle can't have", () => {
  const limits = { items: 20 };
  const client = createTestClient({ limits });
  limits.items = 1;

  const served = client.value("limits", { items: 0 });

  expect([served.items, Object.isFrozen(served)]).toEqual([20, true]);
  // @ts-expect-error: no value of a toggle
  expect(() => client.set("limits", undefined)).toThrow(TypeError);
});

test("goes on serving once it is closed, and tells no more", async () => {
  const client = createTestClient({ cart: true });
  const changes: unknown[] = [];
  client.on("change", (change) => changes.push(change));

  await client.close();
  client.set("colour", "blue");

  expect([client.status, client.isEnabled("cart"), changes]).toEqual(["closed", true, []]);
});

test("tells a listener that does not exist to the test at once", () => {
  // @ts-expect-error: no event
  expect(() => createTestClient().on("changed", () => {})).toThrow("no event");
});
