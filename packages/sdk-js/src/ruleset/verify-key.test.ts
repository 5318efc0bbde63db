import { createHash, generateKeyPairSync, type KeyObject, randomUUID, sign } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Ruleset } from "@burgee/engine";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { connect, next, serve } from "../../test/connect.ts";
import type { ManualPorts } from "../../test/manual-ports.ts";
import { booleanToggle, patchWith, rulesetWith } from "../../test/rulesets.ts";
import type { WireServer } from "../../test/wire-server.ts";
import { fileStore } from "../file-store.ts";

const ENVIRONMENT = "5f0c8a52-4c0e-4f7a-9d0a-1f4f7f0f6a11";
const on = [booleanToggle("cart", true)];
const off = [booleanToggle("cart", false, 2)];
const away = { url: "http://127.0.0.1:9" };

/** A tenant, who signs. */
class Signer {
  readonly #tenant = randomUUID();
  readonly #keys: { readonly publicKey: KeyObject; readonly privateKey: KeyObject }[] = [];

  constructor() {
    this.rotate();
  }

  /** From now on signs by one key more. */
  rotate(): void {
    this.#keys.unshift(generateKeyPairSync("ed25519"));
  }

  /** The newest key's. */
  get verifyKey(): string {
    return `ed25519.${ENVIRONMENT}.${this.#keys[0]?.publicKey.export({ format: "jwk" }).x}`;
  }

  readonly seal = (text: string, { epoch, revision }: Ruleset, environment = ENVIRONMENT): string => {
    const sum = createHash("sha256").update(text).digest("hex");
    const statement = ["burgee1", this.#tenant, environment, epoch, revision, sum].join("|");
    const signatures = this.#keys.map(({ privateKey }) =>
      sign(null, Buffer.from(statement), privateKey).toString("base64url"),
    );
    return `${statement}|${signatures.join(",")}`;
  };

  /** As if it had been published: with the seal of its own text. */
  sealOf(ruleset: Ruleset): string {
    return this.seal(JSON.stringify(ruleset), ruleset);
  }
}

describe.each(["stream", "poll"] as const)("a client that pins a key, mode %s", (mode) => {
  test("takes what that key signed", async () => {
    const acme = new Signer();
    const server = await serve(rulesetWith({ toggles: on }));
    server.seal = acme.seal;

    const { client } = connect(server, { mode, verifyKey: acme.verifyKey });

    expect(await client.ready()).toEqual({ status: "ready", source: mode });
    expect(client.isEnabled("cart")).toBe(true);
  });

  test.each<[string, (acme: Signer) => (text: string, ruleset: Ruleset) => string]>([
    ["that another tenant signed", () => new Signer().seal],
    ["of another environment", (acme) => (text, ruleset) => acme.seal(text, ruleset, randomUUID())],
    ["that was altered", (acme) => (text, ruleset) => acme.seal(text.replace("true", "false"), ruleset)],
    [
      "whose seal is an older one's",
      (acme) => (text, ruleset) => acme.seal(text, { ...ruleset, revision: ruleset.revision - 1 }),
    ],
    ["whose signature is none", (acme) => (text, ruleset) => `${acme.seal(text, ruleset).slice(0, -4)}AAAA`],
    [
      "whose signature can't be read",
      (acme) => (text, ruleset) => acme.seal(text, ruleset).replace(/[^|]*$/, "!!"),
    ],
    [
      "whose seal is of another form",
      (acme) => (text, ruleset) => acme.seal(text, ruleset).replace("burgee1", "burgee2"),
    ],
    ["whose seal is none", () => () => "sealed"],
  ])("takes no ruleset %s, and goes on with its own", async (_, sealBy) => {
    const acme = new Signer();
    const server = await serve(rulesetWith({ toggles: on }));
    server.seal = acme.seal;
    const { client, ports, errors } = connect(server, { mode, verifyKey: acme.verifyKey });
    await client.ready();

    server.seal = sealBy(acme);
    server.ruleset = rulesetWith({ revision: 2, toggles: off });
    await (await bringing(server, ports, mode))();

    await vi.waitFor(() => expect(errors.map(({ code }) => code)).toContain("unverified_ruleset"));
    expect([client.status, client.version, client.isEnabled("cart")]).toEqual(["stale", "e1.1", true]);
  });

  test("takes no ruleset without a seal, and serves fallbacks where it has none", async () => {
    const { client, errors } = connect(await serve(rulesetWith({ toggles: on })), {
      mode,
      verifyKey: new Signer().verifyKey,
    });

    await vi.waitFor(() => expect(errors[0]?.code).toBe("unverified_ruleset"));
    expect([client.version, client.isEnabled("cart", {}, false)]).toEqual([undefined, false]);
  });

  test("lets no older ruleset take the place of a newer one, however well it is signed", async () => {
    const acme = new Signer();
    const server = await serve(rulesetWith({ revision: 2, toggles: off }));
    server.seal = acme.seal;
    const { client, ports, changes } = connect(server, { mode, verifyKey: acme.verifyKey });
    await client.ready();

    const news = await bringing(server, ports, mode);
    for (const [revision, toggles] of [
      [1, on],
      [3, [booleanToggle("cart", true, 3)]],
    ] as const) {
      server.ruleset = rulesetWith({ revision, toggles });
      await news();
    }

    await vi.waitFor(() => expect(changes).toEqual(["cart@e1.2", "cart@e1.3"]));
  });

  test("takes what either key signed while one takes the place of the other", async () => {
    const acme = new Signer();
    const earlier = acme.verifyKey;
    acme.rotate();
    const server = await serve(rulesetWith({ toggles: on }));
    server.seal = acme.seal;

    const clients = [earlier, acme.verifyKey, [new Signer().verifyKey, acme.verifyKey]].map(
      (verifyKey) => connect(server, { mode, verifyKey }).client,
    );

    for (const client of clients) expect(await client.ready()).toMatchObject({ status: "ready" });
  });
});

test("asks the stream for wholes, and takes a patch for a gap", async () => {
  const acme = new Signer();
  const server = await serve(rulesetWith({ toggles: on }));
  server.seal = acme.seal;
  const { client, ports } = connect(server, { verifyKey: acme.verifyKey });
  await client.ready();
  expect(server.count("/v1/stream?patches=none")).toBe(1);

  server.ruleset = rulesetWith({ revision: 2, toggles: off });
  (await server.nextStream()).event("patch", patchWith({ from: 1, changes: { cart: off[0] ?? null } }));
  await vi.waitFor(() => {
    ports.advance(1_000);
    expect(server.count("/v1/stream?patches=none")).toBe(2);
  });

  await vi.waitFor(() => expect(client.version).toBe("e1.2"));
});

describe("a store", () => {
  test("keeps what was signed as it came, so that it is verified once more", async () => {
    const acme = new Signer();
    const folder = await folderOf(acme);

    const { client } = connect(away, { store: fileStore(folder), verifyKey: acme.verifyKey });
    await next(client, "change");

    expect(client.detail("cart", false)).toMatchObject({ value: true, metadata: { source: "disk" } });
  });

  test.each<[string, (file: string, acme: Signer) => string]>([
    ["another tenant's", (file) => resealed(file, (text, ruleset) => new Signer().seal(text, ruleset))],
    ["altered, its checksum put right", (file) => resealed(file.replace("true", "false"), undefined)],
  ])("that holds a ruleset of %s is not believed", async (_, forge) => {
    const acme = new Signer();
    const folder = await folderOf(acme);
    const file = join(folder, "ruleset");
    await writeFile(file, forge(await readFile(file, "utf8"), acme));

    const { client, errors } = connect(away, { store: fileStore(folder), verifyKey: acme.verifyKey });

    await vi.waitFor(() => expect(errors.map(({ code }) => code)).toContain("store_failed"));
    expect(errors.find(({ code }) => code === "store_failed")?.cause).toMatchObject({
      code: "unverified_ruleset",
    });
    expect(client.version).toBeUndefined();
  });

  test("that was filled before a key was pinned is not believed, and is filled anew", async () => {
    const acme = new Signer();
    const server = await serve(rulesetWith({ toggles: on }));
    server.seal = acme.seal;
    const folder = await emptyFolder();
    const unpinned = connect(server, { store: fileStore(folder) });
    await unpinned.client.ready();
    await unpinned.client.close();

    const pinned = connect(server, { store: fileStore(folder), verifyKey: acme.verifyKey });
    await pinned.client.ready();
    await pinned.client.close();

    const again = connect(away, { store: fileStore(folder), verifyKey: acme.verifyKey });
    await next(again.client, "change");
    expect(again.client.version).toBe("e1.1");
  });
});

test("takes a bootstrap, which came with the program", async () => {
  const bootstrap = rulesetWith({ toggles: on });
  const { client } = connect(away, { bootstrap, verifyKey: new Signer().verifyKey });

  expect(client.isEnabled("cart")).toBe(true);
});

test.each([[""], ["ed25519.abc"], [[]], [["ed25519.abc"]], [7]])(
  "asks for nothing where %j is to be pinned: a mistake opens nothing",
  async (verifyKey) => {
    const server = await serve(rulesetWith({ toggles: on }));
    // @ts-expect-error: a program without types
    const { client } = connect(server, { verifyKey });

    expect(await client.ready()).toMatchObject({
      status: "failed",
      error: { code: "invalid_options", message: expect.stringContaining("`verifyKey`") },
    });
    expect(server.requests).toEqual([]);
  },
);

describe("a client that pins nothing", () => {
  test("looks at the checksum, and asks again for what came broken", async () => {
    const server = await serve(rulesetWith({ toggles: on }));
    server.seal = (text, ruleset) => new Signer().seal(`${text} `, ruleset);
    const { client, ports, errors } = connect(server, { mode: "poll" });
    await vi.waitFor(() => expect(errors.map(({ code }) => code)).toEqual(["malformed_ruleset"]));

    server.seal = new Signer().seal;
    ports.advance(33_000);

    expect(await client.ready()).toMatchObject({ status: "ready" });
  });

  test("passes over a seal of a later form", async () => {
    const server = await serve(rulesetWith({ toggles: on }));
    server.seal = () => "burgee2|whatever";

    expect(await connect(server).client.ready()).toMatchObject({ status: "ready" });
  });
});

/** What lets a client that is connected hear of the server's ruleset, each time that it is called. */
async function bringing(server: WireServer, ports: ManualPorts, mode: "stream" | "poll") {
  const stream = mode === "stream" ? await server.nextStream() : undefined;
  return async () => {
    const { ruleset } = server;
    if (stream) return stream.put(ruleset, server.seal?.(JSON.stringify(ruleset), ruleset));
    await ports.scheduled(30_000);
    ports.advance(30_000);
  };
}

/** A folder with a signed ruleset in it, as a client that was closed left it. */
async function folderOf(acme: Signer): Promise<string> {
  const server = await serve(rulesetWith({ toggles: on }));
  server.seal = acme.seal;
  const folder = await emptyFolder();
  const { client } = connect(server, { store: fileStore(folder), verifyKey: acme.verifyKey });
  await client.ready();
  await client.close();
  return folder;
}

async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "burgee-pinned-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** The file as somebody writes it who knows how: its checksum is right. */
function resealed(file: string, seal: Signer["seal"] | undefined): string {
  const [line = "", ...rest] = file.split("\n");
  const text = rest.join("\n");
  const said = JSON.parse(line);
  const signed = seal ? seal(text, JSON.parse(text)) : said.signed;
  const sha256 = createHash("sha256").update(text).digest("hex");
  return `${JSON.stringify({ ...said, sha256, signed })}\n${text}`;
}
