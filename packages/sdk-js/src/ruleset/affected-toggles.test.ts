import type { Ruleset, RulesetSegment, RulesetToggle } from "@burgee/engine";
import { expect, test } from "vitest";
import { connect, next, serve } from "../../test/connect.ts";
import { booleanToggle, patchWith, rulesetWith } from "../../test/rulesets.ts";
import { changesBetween } from "./affected-toggles.ts";

const serveOn = { type: "variant", variant: "on" } as const;

/** On for who is in a segment. */
function asking(key: string, segment: string): RulesetToggle {
  const rules = [{ id: "r1", condition: { kind: "segment", key: segment }, serve: serveOn }] as const;
  return { ...booleanToggle(key, false), rules };
}

function waiting(key: string, toggle: string): RulesetToggle {
  return { ...booleanToggle(key, true), prerequisites: [{ toggle, variants: ["on"] }] };
}

function segment(key: string, include: readonly string[], asked?: string, revision = 1): RulesetSegment {
  return { key, revision, include, exclude: [], condition: asked ? { kind: "segment", key: asked } : null };
}

/** `vip` is in `staff` and `beta`; `cart` asks `staff`, `pay` waits for `cart`, `ship` for `pay`; `blog` asks nobody. */
const toggles = [
  asking("cart", "staff"),
  waiting("pay", "cart"),
  waiting("ship", "pay"),
  asking("find", "beta"),
  booleanToggle("blog", true),
];
const segments = {
  vip: segment("vip", ["ada"]),
  staff: segment("staff", ["bob"], "vip"),
  beta: segment("beta", ["eve"]),
};
const ruleset: Ruleset = { ...rulesetWith({ toggles }), segments };

async function streaming() {
  const server = await serve(ruleset);
  const watched = connect(server);
  const stream = await server.nextStream();
  await next(watched.client, "change");
  return { ...watched, server, stream };
}

test("applies a patch of segments, and names the toggles that ask one, and those that wait for these", async () => {
  const { client, stream } = await streaming();
  const before = client.isEnabled("ship", { userId: "cleo" });

  const vip = segment("vip", ["ada", "cleo"], undefined, 2);
  stream.event("patch", { ...patchWith({ from: 1 }), segments: { vip } });
  const [{ keys }] = await next(client, "change");

  expect(keys).toEqual(["cart", "pay", "ship"]);
  expect([before, client.isEnabled("ship", { userId: "cleo" })]).toEqual([false, true]);
});

test("names the toggles that ask a segment which is gone", async () => {
  const { client, stream } = await streaming();

  stream.event("patch", { ...patchWith({ from: 1 }), segments: { beta: null } });
  const [{ keys }] = await next(client, "change");

  expect(keys).toEqual(["find"]);
  expect(client.isEnabled("find", { userId: "eve" })).toBe(false);
});

test("names what changed first, and each toggle once, when toggles and segments change together", async () => {
  const { client, stream } = await streaming();

  const changes = { pay: waiting("pay", "find"), blog: null };
  const patch = {
    ...patchWith({ from: 1, changes }),
    segments: { beta: segment("beta", ["ada"], undefined, 2) },
  };
  stream.event("patch", patch);
  const [{ keys }] = await next(client, "change");

  expect(keys).toEqual(["pay", "blog", "find", "ship"]);
});

test("names the toggles that wait for one that is gone", async () => {
  const { client, stream } = await streaming();

  stream.event("patch", patchWith({ from: 1, changes: { pay: null } }));
  const [{ keys }] = await next(client, "change");

  expect(keys).toEqual(["pay", "ship"]);
});

test("names the same toggles when a whole ruleset brings the change", async () => {
  const { client, stream } = await streaming();

  const staff = segment("staff", ["bob", "eve"], "vip", 2);
  stream.put({ ...ruleset, revision: 2, segments: { ...segments, staff } });
  const [{ keys }] = await next(client, "change");

  expect(keys).toEqual(["cart", "pay", "ship"]);
});

test("names no toggle for a segment that nobody asks", async () => {
  const { client, stream } = await streaming();

  stream.event("patch", { ...patchWith({ from: 1 }), segments: { new: segment("new", ["ada"]) } });
  const [{ keys }] = await next(client, "change");

  expect(keys).toEqual([]);
});

test("ends with rulesets whose parts ask one another in a circle", async () => {
  const { client, stream } = await streaming();

  const circle = [asking("cart", "a"), waiting("pay", "ship"), waiting("ship", "pay")];
  const around = { a: segment("a", [], "b"), b: segment("b", ["ada"], "a") };
  stream.put({ ...rulesetWith({ revision: 2, toggles: circle }), segments: around });
  await next(client, "change");
  stream.event("patch", { ...patchWith({ from: 2, changes: { pay: null } }), segments: { b: null } });
  const [{ keys }] = await next(client, "change");

  expect(keys).toEqual(["pay", "cart", "ship"]);
});

test("looks into no toggle that is new, of another revision, or the same object", () => {
  let looks = 0;
  const ownKeys = (of: object) => {
    looks++;
    return Reflect.ownKeys(of);
  };
  const withKey = (key: string, revision: number) => {
    const toggle = booleanToggle(key, true, revision);
    return { ...toggle, variants: new Proxy<RulesetToggle["variants"]>(toggle.variants, { ownKeys }) };
  };
  const before = rulesetWith({ toggles: [withKey("moved", 1)] });
  const after = rulesetWith({ toggles: [withKey("moved", 2), withKey("new", 1)] });

  const changed = [changesBetween(undefined, after), changesBetween(before, after)];
  const same = changesBetween(after, after);

  expect(changed.map(({ toggles: keys }) => keys)).toEqual([
    ["moved", "new"],
    ["moved", "new"],
  ]);
  expect([same.toggles, looks]).toEqual([[], 0]);
});

test("names a toggle that differs and has its revision still", () => {
  const before = rulesetWith({ toggles: [booleanToggle("a", true), booleanToggle("b", true)] });
  const after = rulesetWith({ toggles: [booleanToggle("a", true), booleanToggle("b", false)] });

  expect(changesBetween(before, after).toggles).toEqual(["b"]);
});
