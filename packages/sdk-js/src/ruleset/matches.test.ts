import type { RulesetToggle } from "@burgee/engine";
import { matches } from "@burgee/engine/matches";
import { expect, test, vi } from "vitest";
import { connect, next, serve } from "../../test/connect.ts";
import { ManualPorts } from "../../test/manual-ports.ts";
import { booleanToggle, patchWith, rulesetWith } from "../../test/rulesets.ts";
import type { Matches } from "../parts/parts.ts";

const ada = { mail: "ada@burgee.example" };

/** On for who has a mail address that matches. */
function matching(revision = 1): RulesetToggle {
  const condition = {
    kind: "call",
    name: "matches",
    target: { kind: "attribute", name: "mail" },
    args: ["@burgee[.]"],
  } as const;
  const rules = [{ id: "r1", condition, serve: { type: "variant", variant: "on" } }] as const;
  return { ...booleanToggle("staff", false, revision), rules };
}

/** A load that a test ends. */
function slowLoad(): { readonly load: () => Promise<Matches>; readonly end: () => void } {
  let end = (): void => {};
  const loaded = new Promise<Matches>((resolve) => {
    end = () => resolve(matches);
  });
  return { load: () => loaded, end };
}

/** Resolves when the client begins to load. */
function whenAsked(ports: ManualPorts, load: () => Promise<Matches>): Promise<void> {
  return new Promise((resolve) => {
    ports.loading = () => {
      resolve();
      return load();
    };
  });
}

const endless = () => new Promise<Matches>(() => {});
const broken = () => Promise.reject(new Error("no such file"));

test("evaluates a rule that matches a pattern", async () => {
  const { client } = connect(await serve(rulesetWith({ toggles: [matching()] })));

  await client.ready();

  expect(client.detail("staff", false, ada)).toMatchObject({ value: true, ruleId: "r1" });
  expect(client.isEnabled("staff", { mail: "eve@elsewhere.example" })).toBe(false);
});

test("does not load what matches means for a ruleset that does not ask", async () => {
  const server = await serve(rulesetWith({ toggles: [booleanToggle("cart", true)] }));
  const { client, ports } = connect(server);
  const load = vi.fn(broken);
  ports.loading = load;

  await client.ready();
  (await server.nextStream()).event("patch", patchWith({ from: 1, changes: { cart: null } }));
  await next(client, "change");

  expect([load.mock.calls.length, client.status]).toEqual([0, "ready"]);
});

test("keeps the order of what comes while what matches means is loading", async () => {
  const server = await serve(rulesetWith({ toggles: [booleanToggle("cart", false)] }));
  const { client, ports, changes } = connect(server);
  const stream = await server.nextStream();
  await client.ready();
  const { load, end } = slowLoad();
  const asked = whenAsked(ports, load);

  stream.event("patch", patchWith({ from: 1, changes: { staff: matching(2) } }));
  stream.event("patch", patchWith({ from: 2, changes: { cart: booleanToggle("cart", true, 3) } }));
  stream.event("patch", patchWith({ from: 3, changes: { staff: null } }));
  await asked;
  const meanwhile = [client.version, client.isEnabled("cart"), client.isEnabled("staff", ada)];
  end();
  await vi.waitFor(() => expect(client.revision).toBe(4));

  expect(meanwhile).toEqual(["e1.1", false, false]);
  expect(changes).toEqual(["cart@e1.1", "staff@e1.2", "cart@e1.3", "staff@e1.4"]);
});

test("does not go back to a polled ruleset that was waiting when the stream brought a newer one", async () => {
  const server = await serve(rulesetWith({ revision: 1, toggles: [matching()] }));
  server.trouble["/v1/stream"] = { status: 500 };
  const { client, ports, changes } = connect(server);
  const { load, end } = slowLoad();
  const asked = whenAsked(ports, load);
  await ports.pass(500);
  await ports.pass(1_000);
  await asked;

  server.trouble["/v1/stream"] = undefined;
  server.ruleset = rulesetWith({ revision: 2, toggles: [booleanToggle("cart", true, 2)] });
  await ports.pass(2_000);
  await next(client, "change");
  end();
  (await server.nextStream()).event("patch", patchWith({ from: 2 }));
  await next(client, "change");

  expect(changes).toEqual(["cart@e1.2", "@e1.3"]);
});

test("keeps the last good ruleset when what matches means does not load, says so, and tries again", async () => {
  const server = await serve(rulesetWith({ toggles: [booleanToggle("cart", true)] }));
  const { client, ports, errors } = connect(server, { mode: "poll" });
  await client.ready();
  ports.loading = broken;
  server.ruleset = rulesetWith({ revision: 2, toggles: [matching(2)] });

  await ports.pass(30_000);
  await next(client, "error");
  const kept = [client.version, client.isEnabled("cart"), client.status];
  ports.loading = async () => matches;
  await ports.pass(30_000);
  await next(client, "change");

  // The clock is put on while polls are under way, and one of them may be told of as silent.
  expect(errors.filter(({ code }) => code === "matches_unavailable")).toMatchObject([
    { message: expect.stringMatching(/no such file$/) },
  ]);
  expect(kept).toEqual(["e1.1", true, "stale"]);
  expect([client.version, client.isEnabled("staff", ada), client.status]).toEqual(["e1.2", true, "ready"]);
});

test("asks the stream for the whole ruleset when a patch could not be taken for want of matches", async () => {
  const server = await serve();
  const { client, ports } = connect(server);
  const stream = await server.nextStream();
  await client.ready();
  ports.loading = broken;
  stream.event("patch", patchWith({ from: 1, changes: { staff: matching(2) } }));
  await stream.gone;

  ports.loading = async () => matches;
  server.ruleset = rulesetWith({ revision: 2, toggles: [matching(2)] });
  await ports.pass(0);
  await next(client, "change");

  expect((await server.nextStream()).lastEventId).toBeUndefined();
  expect([client.isEnabled("staff", ada), client.status]).toEqual([true, "ready"]);
});

test("gives up a load that does not end, so that other rulesets are heard", async () => {
  const server = await serve(rulesetWith({ toggles: [matching()] }));
  const { client, ports } = connect(server);
  const asked = whenAsked(ports, endless);
  const stream = await server.nextStream();
  await asked;

  ports.advance(10_000);
  const [error] = await next(client, "error");
  stream.put(rulesetWith({ revision: 2, toggles: [booleanToggle("cart", true, 2)] }));
  await client.ready();

  expect(error).toMatchObject({ code: "matches_unavailable", message: expect.stringContaining("10 s") });
  expect(client.isEnabled("cart")).toBe(true);
});

test.each(["stream", "poll"] as const)("close() in the midst of a load, mode %s, ends it", async (mode) => {
  const server = await serve(rulesetWith({ toggles: [matching()] }));
  const { client, ports, changes, errors } = connect(server, { mode });
  const asked = whenAsked(ports, endless);
  await asked;

  await client.close();

  expect([ports.pending, changes, errors, client.status]).toEqual([0, [], [], "closed"]);
});

test("answers from a bootstrap with a pattern as soon as matches is loaded", async () => {
  const server = await serve();
  server.trouble["/v1/stream"] = { status: 500 };
  const { client } = connect(server, { bootstrap: rulesetWith({ toggles: [matching()] }) });

  await next(client, "status");

  expect([client.status, client.isEnabled("staff", ada)]).toEqual(["stale", true]);
});

test("a bootstrap that waits for matches does not take the place of the service's word", async () => {
  const server = await serve(rulesetWith({ toggles: [booleanToggle("cart", true)] }));
  const { load, end } = slowLoad();
  const ports = new ManualPorts();
  ports.loading = load;
  const bootstrap = rulesetWith({ revision: 9, toggles: [matching()] });
  const { client, changes } = connect(server, { bootstrap }, ports);
  await client.ready();

  end();
  (await server.nextStream()).event("patch", patchWith({ from: 1 }));
  await next(client, "change");

  expect([client.version, client.status, changes]).toEqual(["e1.2", "ready", ["cart@e1.1", "@e1.2"]]);
});
