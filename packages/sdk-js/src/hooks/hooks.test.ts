import { expect, test, vi } from "vitest";
import { connect, next, serve, type Watched } from "../../test/connect.ts";
import { booleanToggle, rulesetWith, stringToggle } from "../../test/rulesets.ts";
import type { ServerOptions } from "../server/server-options.ts";
import type { Hook } from "./hook.ts";

const forNorway = {
  ...booleanToggle("norway", false),
  rules: [
    {
      id: "r1",
      condition: {
        kind: "binary",
        op: "==",
        left: { kind: "attribute", name: "region" },
        right: "NO",
      },
      serve: { type: "variant", variant: "on" },
    },
  ],
} as const;

async function ready(hooks: ServerOptions["hooks"]): Promise<Watched> {
  const toggles = [booleanToggle("cart", true), stringToggle("colour", "blue"), forNorway];
  const watched = connect(await serve(rulesetWith({ toggles })), { hooks });
  await watched.client.ready();
  return watched;
}

/** Writes down what it is called with. */
function scribe(name: string, calls: string[]): Hook {
  return {
    name,
    before: (key) => void calls.push(`${name} before ${key}`),
    after: ({ key, value }) => calls.push(`${name} after ${key} ${value}`),
    error: ({ key, errorCode }) => calls.push(`${name} error ${key} ${errorCode}`),
  };
}

test("stand around each evaluation, the first outermost", async () => {
  const calls: string[] = [];
  const { client } = await ready([scribe("a", calls), scribe("b", calls)]);

  expect(client.value("colour", "red")).toBe("blue");

  expect(calls).toEqual(["a before colour", "b before colour", "b after colour blue", "a after colour blue"]);
});

test("hear of a fallback and why, whatever was asked", async () => {
  const calls: string[] = [];
  const { client } = await ready([scribe("a", calls)]);

  const answers = [client.isEnabled("none", {}, true), client.value("colour", 7), client.isEnabled("colour")];

  expect(answers).toEqual([true, 7, true]);
  expect(calls.filter((call) => !call.includes("before"))).toEqual([
    "a error none FLAG_NOT_FOUND",
    "a error colour TYPE_MISMATCH",
    "a after colour blue",
  ]);
});

test("hear of an evaluation before the first ruleset", () => {
  const calls: string[] = [];
  const { client } = connect({ url: "http://127.0.0.1:9" }, { hooks: [scribe("a", calls)] });

  expect(client.isEnabled("cart", {}, true)).toBe(true);

  expect(calls).toEqual(["a before cart", "a error cart PROVIDER_NOT_READY"]);
});

test("give an evaluation, and the hooks after them, another context", async () => {
  const seen: unknown[] = [];
  const { client } = await ready([
    { name: "region", before: (_, context) => ({ ...context, region: "NO" }) },
    {
      name: "seen",
      before: (_, context) => void seen.push(context),
      after: (_, context) => seen.push(context),
    },
  ]);

  expect([client.isEnabled("norway", { userId: "ada" }), client.value("norway", false)]).toEqual([
    true,
    true,
  ]);
  expect(seen.slice(0, 2)).toEqual(Array(2).fill({ userId: "ada", region: "NO" }));
});

test("that throw or reject change no answer, and are told", async () => {
  const fail = () => {
    throw new Error("no");
  };
  const reject = async () => fail();
  const { client, errors } = await ready([
    { name: "throws", before: fail, after: fail, error: fail },
    { name: "rejects", before: reject as never, after: reject, error: reject },
  ]);

  expect([client.isEnabled("cart"), client.isEnabled("none", {}, true)]).toEqual([true, true]);
  await vi.waitFor(() => expect(errors).toHaveLength(8));

  expect(new Set(errors.map(({ code }) => code))).toEqual(new Set(["hook_failed"]));
  expect(errors.map(({ message }) => message)).toContain('`before` of the hook "throws" failed: no');
  expect(errors.map(({ message }) => message)).toContain('`after` of the hook "rejects" failed: no');
});

test.each([
  ["no list", {}],
  ["a hook without a name", [{ before: () => {} }]],
  ["a hook that is nothing", [null]],
])("are no %s", async (_, hooks) => {
  const { client } = connect({ url: "http://127.0.0.1:9" }, { hooks: hooks as never });
  const [error] = await next(client, "error");

  expect(error).toMatchObject({
    code: "invalid_options",
    message: expect.stringContaining("`hooks` must be"),
  });
  expect(client.isEnabled("cart", {}, true)).toBe(true);
});
