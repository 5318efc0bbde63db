import type { RulesetToggle } from "@burgee/engine";
import { library } from "@burgee/engine/library";
import { expect, test, vi } from "vitest";
import { connect, next, serve } from "../../test/connect.ts";
import { ManualPorts } from "../../test/manual-ports.ts";
import { booleanToggle, patchWith, rulesetWith } from "../../test/rulesets.ts";
import * as afterStart from "../after-start.ts";

/** On for who has more than one seat. */
function forTeams(revision = 1): RulesetToggle {
  const seats = { kind: "attribute", name: "seats" } as const;
  const doubled = { kind: "binary", op: "*", left: seats, right: { kind: "int", value: "2" } } as const;
  const condition = {
    kind: "binary",
    op: ">",
    left: doubled,
    right: { kind: "attribute", name: "least" },
  } as const;
  const rules = [{ id: "r1", condition, serve: { type: "variant", variant: "on" } }] as const;
  return { ...booleanToggle("teams", false, revision), rules };
}

const team = { seats: 2, least: 3 };
const broken = () => Promise.reject(new Error("no such file"));
const endless = () => new Promise<never>(() => {});

test("loads what a condition calls beyond comparisons, before it takes the ruleset", async () => {
  const { client } = connect(await serve(rulesetWith({ toggles: [forTeams()] })));

  await client.ready();

  expect(client.isEnabled("teams", team)).toBe(true);
});

test("does not load it for a ruleset that compares only", async () => {
  const { client, ports } = connect(await serve(rulesetWith({ toggles: [booleanToggle("cart", true)] })));
  const load = vi.fn(broken);
  ports.loadingLibrary = load;

  await client.ready();

  expect([load.mock.calls.length, client.isEnabled("cart")]).toEqual([0, true]);
});

test("keeps the last good ruleset where a part does not load, and takes the newer one once it does", async () => {
  const server = await serve(rulesetWith({ toggles: [booleanToggle("cart", true)] }));
  const { client, ports, errors } = connect(server);
  await client.ready();
  const stream = await server.nextStream();
  ports.loadingLibrary = broken;

  server.ruleset = rulesetWith({ revision: 2, toggles: [forTeams(2)] });
  stream.event("patch", patchWith({ from: 1, changes: { teams: forTeams(2), cart: null } }));
  await next(client, "error");
  expect([client.isEnabled("cart"), client.status]).toEqual([true, "stale"]);
  expect(errors[0]).toMatchObject({
    code: "part_unavailable",
    message: expect.stringContaining("no such file"),
  });
  ports.loadingLibrary = async () => library;
  await ports.pass(0);
  await next(client, "change");

  expect([client.isEnabled("teams", team), client.version]).toEqual([true, "e1.2"]);
});

test.each(["stream", "poll"] as const)(
  "loads what it needs after its start before it does, where it is to %s",
  async (mode) => {
    const { client, ports } = connect(await serve(), { usage: false, mode });
    const load = vi.fn(async () => afterStart);
    ports.loadingAfterStart = load;

    await client.ready();

    expect(load).toHaveBeenCalledOnce();
  },
);

test("takes the first ruleset without the part that patches, and patches in their order once it is there", async () => {
  const ports = new ManualPorts();
  let arrive = (): void => {};
  ports.loadingAfterStart = () =>
    new Promise((resolve) => {
      arrive = () => resolve(afterStart);
    });
  const server = await serve(rulesetWith({ toggles: [booleanToggle("cart", false)] }));
  const { client, changes } = connect(server, {}, ports);
  await client.ready();
  const stream = await server.nextStream();

  stream.event("patch", patchWith({ from: 1, changes: { cart: booleanToggle("cart", true, 2) } }));
  stream.event("patch", patchWith({ from: 2, changes: { last: booleanToggle("last", true, 3) } }));
  await ports.scheduled(600_000);
  const before = [client.version, client.isEnabled("cart")];
  arrive();
  await next(client, "change");
  await next(client, "change");

  expect(before).toEqual(["e1.1", false]);
  expect([client.version, client.isEnabled("cart")]).toEqual(["e1.3", true]);
  expect(changes).toEqual(["cart@e1.1", "cart@e1.2", "last@e1.3"]);
});

test("counts and tracks before the part that sends it is there, as it was then", async () => {
  const ports = new ManualPorts();
  let arrive = (): void => {};
  ports.loadingAfterStart = () =>
    new Promise((resolve) => {
      arrive = () => resolve(afterStart);
    });
  const server = await serve(rulesetWith({ toggles: [booleanToggle("cart", true)] }));
  const { client, errors } = connect(server, { usage: { privateAttributes: ["mail"] } }, ports);
  await client.ready();

  client.isEnabled("cart");
  client.isEnabled("cart");
  client.value("cart", "a text");
  client.isEnabled("nobody");
  const context = { userId: "ada", mail: "ada@burgee.example" };
  client.track("ordered", context, 3);
  client.track("", context);
  context.userId = "eve";
  const flushed = client.flush();
  arrive();
  await flushed;

  expect(server.batches).toMatchObject([
    {
      counts: [
        { toggle: "cart", variant: null, count: 1 },
        { toggle: "cart", variant: "on", count: 2 },
      ],
      unknownKeys: [{ key: "nobody", count: 1 }],
      events: [{ name: "ordered", value: 3, context: { userId: "ada" } }],
      dropped: { evaluations: 0, events: 0 },
    },
  ]);
  expect(JSON.stringify(server.batches)).not.toContain("ada@burgee.example");
  expect(errors.map(({ code }) => code)).toEqual(["invalid_event"]);
});

test("keeps so much and no more for the part that sends, and says what there was no room for", async () => {
  const ports = new ManualPorts();
  ports.loadingAfterStart = broken;
  const server = await serve(rulesetWith({ toggles: [booleanToggle("cart", true)] }));
  const { client, errors } = connect(server, {}, ports);
  await client.ready();

  for (let at = 0; at < 10_005; at++) client.isEnabled(`unknown-${at}`);
  for (let at = 0; at < 1_003; at++) client.track("seen");
  expect(errors).toMatchObject([{ code: "part_unavailable" }]);
  ports.loadingAfterStart = async () => afterStart;
  await ports.pass(30_000);
  await client.close();

  const sum = (field: "evaluations" | "events") =>
    server.batches.reduce((total, { dropped }) => total + dropped[field], 0);
  const counted = server.batches.flatMap(({ unknownKeys }) => unknownKeys).length;
  expect(sum("events")).toBe(3);
  expect(sum("evaluations") + counted).toBe(10_005);
  expect(server.batches.flatMap(({ events }) => events)).toHaveLength(1_000);
});

test("polls once the part that polls has loaded, which is tried again", async () => {
  const ports = new ManualPorts();
  ports.loadingAfterStart = broken;
  const server = await serve(rulesetWith({ toggles: [booleanToggle("cart", true)] }));
  const { client, errors } = connect(server, { mode: "poll", usage: false }, ports);
  await next(client, "error");

  ports.loadingAfterStart = async () => afterStart;
  await ports.pass(30_000);
  const { status, source } = await client.ready();

  expect([status, source]).toEqual(["ready", "poll"]);
  expect(errors).toMatchObject([{ code: "part_unavailable" }]);
});

test("waits two seconds for the part that sends what was counted, where it is closed before that is there", async () => {
  const ports = new ManualPorts();
  ports.loadingAfterStart = endless;
  const server = await serve(rulesetWith({ toggles: [booleanToggle("cart", true)] }));
  const { client, errors } = connect(server, {}, ports);
  await client.ready();
  client.isEnabled("cart");
  (await server.nextStream()).event("patch", patchWith({ from: 1, changes: { cart: null } }));
  await ports.scheduled(600_000);

  const closed = client.close();
  await ports.pass(2_000);
  await closed;

  expect(errors).toMatchObject([{ code: "usage_dropped" }]);
  await vi.waitFor(() => expect(ports.pending).toBe(0));
});

test("leaves no timer behind where it is closed before its parts are there", async () => {
  const ports = new ManualPorts();
  ports.loadingAfterStart = endless;
  ports.loadingLibrary = endless;
  const server = await serve(rulesetWith({ toggles: [forTeams()] }));
  const { client, errors } = connect(server, {}, ports);
  await ports.scheduled(600_000);

  await client.close();

  await vi.waitFor(() => expect(ports.pending).toBe(0));
  expect([client.status, errors]).toEqual(["closed", []]);
});
