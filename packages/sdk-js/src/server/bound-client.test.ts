import type { EvaluationContext, RulesetToggle } from "@burgee/engine";
import { expect, test } from "vitest";
import { connect, serve } from "../../test/connect.ts";
import { booleanToggle, rulesetWith, stringToggle } from "../../test/rulesets.ts";
import { createTestClient } from "../testing.ts";

/** On for ada alone. */
const forAda: RulesetToggle = { ...booleanToggle("cart", false), targets: { on: ["ada"] } };
const toggles = [forAda, stringToggle("colour", "blue")];

test("asks for the context that it was made for", async () => {
  const { client } = connect(await serve(rulesetWith({ toggles })));
  await client.ready();

  const [ada, eve] = ["ada", "eve"].map((userId) => client.forContext({ userId }));

  expect([ada?.isEnabled("cart"), eve?.isEnabled("cart")]).toEqual([true, false]);
  expect(ada?.value("colour", "red")).toBe("blue");
  expect(ada?.detail("nobody", 7)).toMatchObject({ value: 7, errorCode: "FLAG_NOT_FOUND" });
  expect(eve?.isEnabled("nobody", true)).toBe(true);
  expect(ada?.all()).toEqual(client.all({ userId: "ada" }));
  expect(ada?.context).toEqual({ userId: "ada" });
});

test("keeps its context, whatever becomes of the object that it was given", async () => {
  const { client } = connect(await serve(rulesetWith({ toggles })));
  await client.ready();
  const context = { userId: "ada" };

  const bound = client.forContext(context);
  context.userId = "eve";

  expect(bound.isEnabled("cart")).toBe(true);
  expect(() => Object.assign(bound.context, { userId: "eve" })).toThrow(TypeError);
});

test("tracks for its context, without what is private", async () => {
  const server = await serve(rulesetWith({ toggles }));
  const { client } = connect(server, { usage: { privateAttributes: ["mail"] } });
  await client.ready();

  client.forContext({ userId: "ada", mail: "ada@burgee.example" }).track("ordered", 3);
  await client.flush();

  expect(server.batches[0]?.events).toMatchObject([
    { name: "ordered", value: 3, context: { userId: "ada" } },
  ]);
  expect(JSON.stringify(server.batches)).not.toContain("burgee.example");
});

test("gives a page its values, and nothing of rules; and counts none of them", async () => {
  const server = await serve(rulesetWith({ toggles }));
  const { client } = connect(server);
  const before = client.forContext({}).snapshot();
  await client.ready();

  const snapshot = client.forContext({ userId: "ada" }).snapshot();
  await client.flush();

  expect(before).toBeUndefined();
  const metadata = { source: "live" };
  expect(snapshot).toEqual({
    epoch: "e1",
    revision: 1,
    evaluations: [
      { key: "cart", enabled: true, value: true, variant: "on", reason: "TARGETING_MATCH", metadata },
      { key: "colour", enabled: true, value: "blue", variant: "some", reason: "STATIC", metadata },
    ],
  });
  expect(server.batches).toEqual([]);
});

test("never throws for a context that throws", async () => {
  const { client } = connect(await serve(rulesetWith({ toggles })));
  await client.ready();
  const hostile = new Proxy<EvaluationContext>(
    {},
    {
      ownKeys: () => {
        throw new Error("no");
      },
      get: () => {
        throw new Error("no");
      },
    },
  );

  const bound = client.forContext(hostile);

  expect(bound.isEnabled("cart", true)).toBe(true);
  expect(bound.detail("cart", true).errorCode).toBe("INVALID_CONTEXT");
  expect(bound.snapshot()?.evaluations[0]).toMatchObject({ value: null, errorCode: "INVALID_CONTEXT" });
});

test("is there in tests of programs too", () => {
  const client = createTestClient({ cart: ({ userId }) => userId === "ada" });
  const told: string[] = [];
  client.on("evaluation", ({ key }) => told.push(key));

  const bound = client.forContext({ userId: "ada" });

  expect([bound.isEnabled("cart"), bound.snapshot()?.evaluations[0]?.value]).toEqual([true, true]);
  bound.track("ordered", 2);
  expect(client.events).toEqual([{ name: "ordered", context: { userId: "ada" }, value: 2 }]);
  expect([told, client.evaluations.map(({ key }) => key)]).toEqual([["cart"], ["cart"]]);
});
