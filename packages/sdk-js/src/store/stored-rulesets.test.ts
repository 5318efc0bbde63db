import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type RulesetToggle, shareParts } from "@burgee/engine";
import { expect, onTestFinished, test, vi } from "vitest";
import { connect, next, serve } from "../../test/connect.ts";
import { booleanToggle, patchWith, rulesetWith } from "../../test/rulesets.ts";
import { fileStore } from "../file-store.ts";
import type { RulesetStore } from "./ruleset-store.ts";

const on = [booleanToggle("cart", true)];
const off = [booleanToggle("cart", false, 2)];
const away = { url: "http://127.0.0.1:9" };

test("answers from the store when it starts while the service is away", async () => {
  const store = fileStore(await folderWith(rulesetWith({ revision: 7, toggles: on })));

  const { client, changes } = connect(away, { store });
  await next(client, "change");

  expect(client.detail("cart", false)).toMatchObject({
    value: true,
    metadata: { source: "disk", revision: 7 },
  });
  expect([client.status, changes]).toEqual(["stale", ["cart@e1.7"]]);
});

test("says that the store answers to whoever waited in vain", async () => {
  const { client, ports } = connect(away, {
    store: fileStore(await folderWith(rulesetWith({ toggles: on }))),
  });
  await next(client, "change");

  const ready = client.ready();
  ports.advance(5_000);

  expect(await ready).toMatchObject({ status: "stale", source: "disk", error: { code: "unreachable" } });
});

test.each(["poll", "stream"] as const)(
  "asks only for what came after the stored one, mode %s",
  async (mode) => {
    const ruleset = rulesetWith({ revision: 7, toggles: on });
    const server = await serve(ruleset);
    server.greets = false;
    server.trouble["/v1/ruleset"] = { status: 503 };
    server.trouble["/v1/stream"] = { status: 503 };
    const { client, ports, changes } = connect(server, { store: fileStore(await folderWith(ruleset)), mode });
    await next(client, "change");

    await ports.scheduled(500);
    server.trouble["/v1/ruleset"] = undefined;
    server.trouble["/v1/stream"] = undefined;
    ports.advance(500);
    if (mode === "stream") (await server.nextStream()).raw(": still here\n\n");
    const ready = await client.ready();

    expect(ready).toEqual({ status: "ready", source: mode });
    expect(client.detail("cart", false).metadata.source).toBe("live");
    expect(changes).toEqual(["cart@e1.7"]);
    expect(server.requests.at(-1)?.headers).toMatchObject(
      mode === "poll" ? { "if-none-match": '"e1.7"' } : { "last-event-id": "e1.7" },
    );
  },
);

test("stores what a patch makes of a ruleset", async () => {
  const folder = await emptyFolder();
  const server = await serve(rulesetWith({ toggles: on }));
  const { client, ports } = connect(server, { store: fileStore(folder) });
  await client.ready();
  await ports.scheduled(5_000);

  (await server.nextStream()).event("patch", patchWith({ from: 1, changes: { cart: off[0] ?? null } }));
  await next(client, "change");
  await client.close();

  const again = connect(away, { store: fileStore(folder) });
  await next(again.client, "change");
  expect([again.client.version, again.client.isEnabled("cart", {}, true)]).toEqual(["e1.2", false]);
});

test("stores a ruleset that shares its parts, and reads it back", async () => {
  const condition = {
    kind: "binary",
    op: "==",
    left: { kind: "attribute", name: "region" },
    right: "x".repeat(100),
  };
  const rules = [{ id: "r1", condition, serve: { type: "variant", variant: "on" } }];
  const toggles = ["one", "two"].map((key) => ({ ...booleanToggle(key, false), rules })) as RulesetToggle[];
  const shared = JSON.parse(JSON.stringify(shareParts(rulesetWith({ toggles }))));
  expect(shared.shared).toBeDefined();

  const { client } = connect(away, { store: fileStore(await folderWith(shared)) });
  await next(client, "change");

  expect(client.isEnabled("two", { region: "x".repeat(100) })).toBe(true);
});

test("keeps a newer ruleset that another process stored", async () => {
  const folder = await folderWith(rulesetWith({ revision: 9, toggles: off }));
  const server = await serve(rulesetWith({ revision: 8, toggles: on }));

  const { client } = connect(server, { store: readingNothing(fileStore(folder)) });
  await client.ready();
  await client.close();

  const again = connect(away, { store: fileStore(folder) });
  await next(again.client, "change");
  expect(again.client.version).toBe("e1.9");
});

test("lets no older ruleset of the service replace the stored one", async () => {
  const server = await serve(rulesetWith({ revision: 8, toggles: on }));
  server.trouble["/v1/stream"] = { status: 503 };
  const store = fileStore(await folderWith(rulesetWith({ revision: 9, toggles: off })));
  const { client, ports } = connect(server, { store });
  await next(client, "change");

  await ports.scheduled(500);
  server.trouble["/v1/stream"] = undefined;
  ports.advance(500);
  await client.ready();

  expect([client.version, client.status]).toEqual(["e1.9", "ready"]);
});

test("prefers the stored ruleset to a bootstrap, unless that is newer", async () => {
  const store = fileStore(await folderWith(rulesetWith({ revision: 5, toggles: on })));
  const older = connect(away, { store, bootstrap: rulesetWith({ revision: 4, toggles: off }) });
  await next(older.client, "change");
  const newer = connect(away, { store, bootstrap: rulesetWith({ revision: 6, toggles: off }) });
  await next(newer.client, "error");

  // Reads as often as the client does, and then some.
  for (let reads = 0; reads < 20; reads++) await store.load("ruleset");

  expect([older.client.version, newer.client.version]).toEqual(["e1.5", "e1.6"]);
  expect(newer.client.detail("cart", true).metadata.source).toBe("bootstrap");
});

test.each([
  ["cut short", (text: string) => text.slice(0, -10), /checksum differs/],
  [
    "altered",
    (text: string) => text.replace('"defaultVariant":"on"', '"defaultVariant":"of"'),
    /checksum differs/,
  ],
  ["another program's", () => "[settings]\n", /something else/],
  [
    "of another key",
    (text: string) => text.replace(/"key":"[^"]+"/, `"key":"${"0".repeat(32)}"`),
    /another SDK key/,
  ],
])("ignores a file that is %s, and says so", async (_, change, message) => {
  const folder = await folderWith(rulesetWith({ toggles: on }));
  const file = join(folder, "ruleset");
  await writeFile(file, change(await readFile(file, "utf8")));

  const { client, errors } = connect(away, { store: fileStore(folder) });
  await vi.waitFor(() => expect(errors.map(({ code }) => code)).toContain("store_failed"));

  expect(errors.find(({ code }) => code === "store_failed")?.message).toMatch(message);
  expect(client.detail("cart", false)).toMatchObject({ value: false, errorCode: "PROVIDER_NOT_READY" });
});

test("puts a broken file right, and leaves another program's as it is", async () => {
  const server = await serve(rulesetWith({ toggles: on }));
  const broken = await folderWith(rulesetWith({ toggles: off }));
  const foreign = await emptyFolder();
  await writeFile(join(broken, "ruleset"), `${await readFile(join(broken, "ruleset"), "utf8")} `);
  await writeFile(join(foreign, "ruleset"), "[settings]\n");

  for (const folder of [broken, foreign]) {
    const { client } = connect(server, { store: fileStore(folder) });
    await client.ready();
    await client.close();
  }

  const again = connect(away, { store: fileStore(broken) });
  await next(again.client, "change");
  expect(again.client.isEnabled("cart")).toBe(true);
  expect(await readFile(join(foreign, "ruleset"), "utf8")).toBe("[settings]\n");
});

test("writes files that only their owner reads, and nothing beside them", async () => {
  const folder = await folderWith(rulesetWith({ toggles: on }));

  expect(await readdir(folder)).toEqual(["ruleset"]);
  expect((await stat(join(folder, "ruleset"))).mode & 0o777).toBe(0o600);
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
});

test("goes on without a folder that can't be written, and says so once", async () => {
  const parent = await emptyFolder();
  await writeFile(join(parent, "file"), "");
  const server = await serve(rulesetWith({ toggles: on }));
  const { client, ports, errors } = connect(server, { store: fileStore(join(parent, "file", "folder")) });
  await client.ready();
  await ports.scheduled(5_000);

  (await server.nextStream()).put(rulesetWith({ revision: 2, toggles: off }));
  await next(client, "change");
  await client.close();

  expect(client.isEnabled("cart", {}, true)).toBe(false);
  const written = errors.filter(({ message }) => message.startsWith("The ruleset was not stored"));
  expect(written.map(({ code }) => code)).toEqual(["store_failed"]);
});

test("waits for no store that hangs", async () => {
  const hanging = () => new Promise<never>(() => {});
  const server = await serve(rulesetWith({ toggles: on }));
  const { client, ports } = connect(server, { store: { load: hanging, save: hanging } });

  await client.ready();
  expect(client.isEnabled("cart")).toBe(true);

  const closed = client.close();
  await ports.pass(2_000);
  await closed;
  expect(ports.pending).toBe(0);
});

test("waits four seconds for a store that does not answer, and no longer for a list in it", async () => {
  const hanging = () => new Promise<never>(() => {});
  const { client, ports, errors } = connect(away, { store: { load: hanging, save: hanging } });

  await ports.pass(4_000);
  await vi.waitFor(() => expect(errors.map(({ code }) => code)).toContain("store_failed"));

  expect(client.isEnabled("cart", {}, true)).toBe(true);
});

test("writes a ruleset that changes often once in five seconds, and the last one when it is closed", async () => {
  const saved: string[] = [];
  const store: RulesetStore = {
    load: async () => undefined,
    save: async (_, bytes) => void saved.push(JSON.parse(textOf(bytes).split("\n")[1] ?? "").revision),
  };
  const server = await serve(rulesetWith({ toggles: on }));
  const { client, ports } = connect(server, { store });
  await client.ready();
  await ports.scheduled(5_000);
  const stream = await server.nextStream();

  for (const revision of [2, 3, 4]) {
    stream.put(rulesetWith({ revision, toggles: on }));
    await next(client, "change");
  }
  expect(saved).toEqual([1]);

  await client.close();
  expect(saved).toEqual([1, 4]);
});

test("takes no store that can't load and save", async () => {
  // @ts-expect-error: a program without types
  const { client } = connect(away, { store: { load: 1 } });

  expect(await client.ready()).toMatchObject({
    error: { message: expect.stringContaining("`store` must be a store") },
  });
});

/** A folder with a ruleset in it, as a client that was closed left it. */
async function folderWith(ruleset = rulesetWith()): Promise<string> {
  const folder = await emptyFolder();
  await rm(folder, { recursive: true });
  const { client } = connect(await serve(ruleset), { store: fileStore(folder) });
  await client.ready();
  await client.close();
  return folder;
}

async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "burgee-store-"));
  await chmod(folder, 0o700);
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Does not find at first what it would find when it saves: another process was quicker. */
function readingNothing(store: RulesetStore): RulesetStore {
  let reads = 0;
  return { ...store, load: async (name) => (reads++ === 0 ? undefined : store.load(name)) };
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
