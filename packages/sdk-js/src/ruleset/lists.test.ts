import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ListReference, RulesetSegment, RulesetToggle } from "@burgee/engine";
import { packIds } from "@burgee/engine/lists";
import { expect, onTestFinished, test, vi } from "vitest";
import { connect, next, serve } from "../../test/connect.ts";
import { booleanToggle, patchWith, rulesetWith } from "../../test/rulesets.ts";
import type { WireServer } from "../../test/wire-server.ts";
import { fileStore } from "../file-store.ts";

const first = listOf(["ada", "bo"]);
const second = listOf(["cy", "bo"]);

/** On for who is in the segment. */
const forMany: RulesetToggle = {
  ...booleanToggle("many", false),
  rules: [
    { id: "r1", condition: { kind: "segment", key: "many" }, serve: { type: "variant", variant: "on" } },
  ],
};

const withList = (list: ListReference, revision = 1) => ({
  ...rulesetWith({ revision, toggles: [forMany] }),
  segments: { many: segmentOf(list, revision) },
});

test("fetches the lists that a ruleset names before it takes it", async () => {
  const server = await serveLists(withList(first), [first]);
  const { client } = connect(server);

  await client.ready();

  expect([client.isEnabled("many", { userId: "ada" }), client.isEnabled("many", { userId: "cy" })]).toEqual([
    true,
    false,
  ]);
  expect(server.requests.find(({ path }) => path === pathOf(first))?.headers.authorization).toBeDefined();
});

test("takes a change of a list by a patch, and fetches only the list that is new", async () => {
  const server = await serveLists(withList(first), [first, second]);
  const { client, changes } = connect(server);
  await client.ready();

  const patch = { ...patchWith({ from: 1 }), segments: { many: segmentOf(second, 2) } };
  (await server.nextStream()).event("patch", patch);
  await next(client, "change");

  expect(client.isEnabled("many", { userId: "cy" })).toBe(true);
  expect(client.isEnabled("many", { userId: "ada" })).toBe(false);
  expect(changes).toEqual(["many@e1.1", "many@e1.2"]);
  expect([server.count(pathOf(first)), server.count(pathOf(second))]).toEqual([1, 1]);
});

test("goes on with the ruleset that it has while a list can't be had, and takes the other once it can", async () => {
  const server = await serveLists(withList(first), [first]);
  const { client, ports, errors } = connect(server);
  await client.ready();
  const stream = await server.nextStream();
  server.trouble[pathOf(second)] = { status: 503 };

  server.ruleset = withList(second, 2);
  stream.event("patch", { ...patchWith({ from: 1 }), segments: { many: segmentOf(second, 2) } });
  await ports.pass(500);
  await ports.pass(1_000);
  await next(client, "error");
  expect([client.version, client.isEnabled("many", { userId: "ada" })]).toEqual(["e1.1", true]);
  expect(errors[0]).toMatchObject({
    code: "lists_unavailable",
    message: expect.stringContaining(second.hash),
  });
  expect(server.count(pathOf(second))).toBe(3);

  server.trouble[pathOf(second)] = undefined;
  server.lists.set(pathOf(second), second.bytes);
  const changed = next(client, "change");
  await ports.pass(0);
  await changed;
  expect([client.version, client.isEnabled("many", { userId: "cy" })]).toEqual(["e1.2", true]);
});

test("refuses a list whose bytes are not those that its hash names", async () => {
  const server = await serve(withList(first));
  server.lists.set(pathOf(first), second.bytes);
  const { client, ports } = connect(server);

  const failed = next(client, "error");
  await ports.pass(500);
  await ports.pass(1_000);

  expect((await failed)[0]).toMatchObject({
    code: "lists_unavailable",
    message: expect.stringContaining("not those"),
  });
  expect(client.version).toBeUndefined();
});

test("ends the wait for a list when it is closed", async () => {
  const server = await serveLists(rulesetWith({ toggles: [booleanToggle("many", true)] }), []);
  const { client, ports, changes } = connect(server);
  await client.ready();
  const stream = await server.nextStream();
  server.trouble[pathOf(first)] = { status: 0 };

  stream.put(withList(first, 2));
  await ports.scheduled(10_000);
  await client.close();

  expect(changes).toEqual(["many@e1.1"]);
  expect(ports.pending).toBe(0);
});

test("takes a newer ruleset that a poll brings while an older one waits for its lists, and passes over that", async () => {
  const server = await serveLists(rulesetWith({ toggles: [booleanToggle("many", true)] }), []);
  server.greets = false;
  const { client, ports, changes } = connect(server);
  const stream = await server.nextStream();
  server.trouble[pathOf(first)] = { status: 0 };

  stream.put(withList(first));
  await vi.waitFor(() => expect(server.count(pathOf(first))).toBe(1));
  server.ruleset = rulesetWith({ revision: 2, toggles: [booleanToggle("many", false, 2)] });
  await ports.pass(15_000);
  await next(client, "change");
  server.trouble[pathOf(first)] = undefined;
  server.lists.set(pathOf(first), first.bytes);
  await ports.pass(500);
  stream.event("patch", patchWith({ from: 2, changes: { last: booleanToggle("last", true, 3) } }));
  await next(client, "change");

  expect(changes).toEqual(["many@e1.2", "last@e1.3"]);
});

test("answers from a bootstrap without its lists, where being in one is neither true nor false", async () => {
  const not = { kind: "unary", op: "!", of: { kind: "segment", key: "many" } } as const;
  const others: RulesetToggle = {
    ...booleanToggle("others", false),
    rules: [{ id: "r1", condition: not, serve: { type: "variant", variant: "on" } }],
  };
  const bootstrap = { ...withList(first), toggles: { many: forMany, others } };

  const { client } = connect({ url: "http://127.0.0.1:9" }, { bootstrap });

  expect([
    client.isEnabled("many", { userId: "ada" }),
    client.isEnabled("others", { userId: "ada" }),
  ]).toEqual([false, false]);
});

interface PackedList extends ListReference {
  readonly bytes: Uint8Array;
}

function listOf(ids: readonly string[]): PackedList {
  const { bytes, count } = packIds(ids);
  return { hash: createHash("sha256").update(bytes).digest("hex"), count, bytes };
}

function segmentOf({ hash, count }: ListReference, revision: number): RulesetSegment {
  return { key: "many", revision, include: [], exclude: [], includeList: { hash, count }, condition: null };
}

function pathOf({ hash }: ListReference): string {
  return `/v1/segments/${hash}`;
}

async function serveLists(
  ruleset: Parameters<typeof serve>[0],
  lists: readonly PackedList[],
): Promise<WireServer> {
  const server = await serve(ruleset);
  for (const list of lists) server.lists.set(pathOf(list), list.bytes);
  return server;
}

test("finds a list in the store after a restart, while the service is away and when it is back", async () => {
  const folder = await mkdtemp(join(tmpdir(), "burgee-store-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const server = await serveLists(withList(first), [first]);
  const before = connect(server, { store: fileStore(folder) });
  await before.client.ready();
  await before.client.close();

  const alone = connect({ url: "http://127.0.0.1:9" }, { store: fileStore(folder) });
  await next(alone.client, "change");
  const back = connect(server, { store: fileStore(folder) });
  await back.client.ready();

  expect(alone.client.isEnabled("many", { userId: "ada" })).toBe(true);
  expect(back.client.isEnabled("many", { userId: "ada" })).toBe(true);
  expect(server.count(pathOf(first))).toBe(1);
});

test("fetches a list that the store does not answer for", async () => {
  const server = await serveLists(withList(first), [first]);
  const names: string[] = [];
  const load = (name: string) => {
    names.push(name);
    return new Promise<never>(() => {});
  };
  const { client, ports } = connect(server, { store: { load, save: async () => {} } });
  const changed = next(client, "change");

  await vi.waitFor(() => expect(names).toContain(`list-${first.hash}`));
  ports.advance(4_000);
  await changed;

  expect(client.isEnabled("many", { userId: "ada" })).toBe(true);
  const closed = client.close();
  await ports.pass(2_000);
  await closed;
});

test("fetches again a stored list that is broken, and keeps none in the store that nobody names", async () => {
  const folder = await mkdtemp(join(tmpdir(), "burgee-store-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await writeFile(join(folder, `list-${first.hash}`), "spoiled");
  await writeFile(join(folder, `list-${second.hash}`), second.bytes);
  const server = await serveLists(withList(first), [first]);

  const { client } = connect(server, { store: fileStore(folder) });
  await client.ready();
  await client.close();

  expect(client.isEnabled("many", { userId: "ada" })).toBe(true);
  expect((await readdir(folder)).sort()).toEqual([`list-${first.hash}`, "ruleset"]);
  expect(new Uint8Array(await readFile(join(folder, `list-${first.hash}`)))).toEqual(
    new Uint8Array(first.bytes),
  );
});
