/** `@burgee/sdk/file-store`: the one part of the SDK that needs Node's own modules. */
import { randomUUID } from "node:crypto";
import { mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { RulesetStore } from "./store/ruleset-store.ts";

export type { RulesetStore } from "./store/ruleset-store.ts";

/** What a killed process left half written is nobody's after this long. */
const ABANDONED_MS = 3_600_000;
const MAX_BYTES = 160 * 1024 * 1024;

/**
 * Keeps the last good ruleset, and the lists beside it, in a folder that it makes. Only the user who runs the program may read them.
 *
 * - Whole or not at all: written beside, flushed, renamed.
 * - One folder for each SDK key: programs with different keys would take turns in it.
 *
 * @example
 * import { createServerClient } from "@burgee/sdk";
 * import { fileStore } from "@burgee/sdk/file-store";
 *
 * const client = createServerClient({ store: fileStore("/var/lib/shop/burgee") });
 */
export function fileStore(folder: string): RulesetStore {
  return {
    async load(name) {
      const file = pathOf(folder, name);
      try {
        const { size } = await stat(file);
        if (size > MAX_BYTES) throw new Error(`${file} holds ${size} bytes, more than ${MAX_BYTES}`);
        return await readFile(file);
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    },

    async save(name, bytes) {
      const file = pathOf(folder, name);
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const beside = `${file}.${randomUUID()}.tmp`;
      try {
        await write(beside, bytes);
        await rename(beside, file);
      } catch (error) {
        await rm(beside, { force: true });
        throw error;
      }
    },

    async keepLists(names) {
      const kept = new Set(names);
      for (const name of await readdir(folder)) {
        const isDropped = LIST.test(name)
          ? !kept.has(name)
          : TEMPORARY.test(name) && (await isOld(folder, name));
        if (isDropped) await rm(join(folder, name), { force: true });
      }
    },
  };
}

/**
 * A bootstrap that lies in a file, as `GET /v1/ruleset` gave it.
 *
 * @example
 * const client = createServerClient({ bootstrap: rulesetFile("./toggles.json") });
 */
export function rulesetFile(file: string | URL): () => Promise<unknown> {
  return async () => JSON.parse(await readFile(file, "utf8"));
}

const NAME = /^[a-z0-9-]{1,100}$/;
const LIST = /^list-[0-9a-f]{64}$/;
const TEMPORARY = /^[a-z0-9-]{1,100}\.[0-9a-f-]{36}\.tmp$/;

function pathOf(folder: string, name: string): string {
  if (!NAME.test(name)) throw new Error(`${JSON.stringify(name)} is no name of something stored`);
  return join(folder, name);
}

async function write(file: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(file, "wx", 0o600);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function isOld(folder: string, name: string): Promise<boolean> {
  try {
    return Date.now() - (await stat(join(folder, name))).mtimeMs > ABANDONED_MS;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
