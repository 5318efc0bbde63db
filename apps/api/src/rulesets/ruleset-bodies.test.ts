import { brotliDecompressSync, gunzipSync } from "node:zlib";
import type { LiveRuleset } from "@burgee/core";
import { expect, test } from "vitest";
import { RulesetBodies } from "./ruleset-bodies.ts";

const failures: unknown[] = [];
const bodies = new RulesetBodies((error) => failures.push(error));
const rulesetOf = (body: string, revision = 7) =>
  ({ epoch: "e", revision, body, etag: `"e.${revision}"` }) as LiveRuleset;
const long = JSON.stringify({ toggles: Array.from({ length: 500 }, (_, at) => ({ key: `tøggle-${at}` })) });

test.each([
  ["br", brotliDecompressSync],
  ["gzip", gunzipSync],
] as const)(
  "a long ruleset is sent as it is until it is packed as %s, and packed from then on",
  async (coding, unpack) => {
    const ruleset = rulesetOf(long);

    const first = bodies.of(ruleset, [coding]);
    await bodies.settled();
    const second = bodies.of(ruleset, [coding]);

    expect(first).toMatchObject({
      bytes: Buffer.from(long),
      headers: { etag: '"e.7"', vary: "Accept-Encoding" },
    });
    expect(first.headers).not.toHaveProperty("content-encoding");
    expect(unpack(second.bytes).toString()).toBe(long);
    expect(second.bytes.length).toBeLessThan(first.bytes.length / 5);
    expect(second.headers).toMatchObject({
      etag: `"e.7-${coding}"`,
      "content-encoding": coding,
      vary: "Accept-Encoding",
    });
    expect(failures).toEqual([]);
  },
);

test("a ruleset is packed once, however many ask meanwhile, and what is made is the same for all", async () => {
  const ruleset = rulesetOf(long);
  const asked = Array.from({ length: 100 }, () => bodies.of(ruleset, ["br", "gzip"]));
  await bodies.settled();

  const [one, other] = [bodies.of(ruleset, ["br"]), bodies.of(ruleset, ["br", "gzip"])];

  expect(new Set(asked.map(({ bytes }) => bytes)).size).toBe(1);
  expect(one.bytes).toBe(other.bytes);
});

test("who takes nothing packed, and who asks for a short one, gets it as it is", async () => {
  const [short, whole] = [rulesetOf("{}"), rulesetOf(long)];
  for (const each of [short, whole]) bodies.of(each, ["br"]);
  await bodies.settled();

  expect(bodies.of(short, ["br"]).bytes.toString()).toBe("{}");
  expect(bodies.of(whole, []).bytes.toString()).toBe(long);
});

test.each(['"e.7"', '"e.7-br"', '"e.7-gzip"'])(
  "who holds %s has it, and is told so under that tag",
  (etag) => {
    const ruleset = rulesetOf(long);

    for (const held of [etag, `W/${etag}`, `"other", ${etag}`]) {
      expect(bodies.headersOfHeld(ruleset, held)).toMatchObject({ etag, vary: "Accept-Encoding" });
    }
  },
);

test.each([undefined, "", '"e.6"', '"e.70"', '"e.7-deflate"', "e.7"])("who holds %j has another", (held) => {
  expect(bodies.headersOfHeld(rulesetOf(long), held)).toBeUndefined();
});
