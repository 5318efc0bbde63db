/**
 * The store on disk: a folder for each environment, with the files `ruleset` and `keys` and a file for each list that the
 * ruleset names. What can't be read is told of and passed over.
 */
import { chmod, mkdir, readdir, rm, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import {
  decodeIdentity,
  decodeRuleset,
  encodeRuleset,
  IDENTITY_BYTES,
  MAX_RECORD_BYTES,
  type RulesetIdentity,
  type Scope,
} from "@burgee/core";
import type { EnvironmentId, StoredRuleset } from "@burgee/db";
import {
  type FileKind,
  type FileTrouble,
  peekChecked,
  readChecked,
  UNFINISHED,
  writeChecked,
} from "@burgee/runtime";
import { z } from "zod";
import {
  type DecodedKeys,
  decodeKeys,
  encodeKeys,
  KEYS_FILE,
  type KeptKey,
  MAX_KEYS_BYTES,
} from "./kept-keys.ts";

/** Why a file was passed over: what its bytes show, or that it holds what its place does not say. */
export type StoreTrouble = FileTrouble | "misplaced" | "unknown";

export interface FoundEnvironment {
  readonly scope: Scope;
  /** When its ruleset was written or touched last; undefined where it has none. */
  readonly confirmedAtMs: number | undefined;
  readonly keys: DecodedKeys | undefined;
  readonly bytes: number;
}

/** A folder that this process can't keep to itself. */
class StoreFolderError extends Error {
  override readonly name = "StoreFolderError";
}

const RULESET_FILE: FileKind = { name: "ruleset", version: 1 };
const LIST_FILE: FileKind = { name: "list", version: 1 };
const LIST_NAME = /^[0-9a-f]{64}\.list$/;
const MAX_LIST_BYTES = 64 * 1024 * 1024;
const OTHERS_MAY_WRITE = 0o002;
/** What another process is writing now is left alone. */
const UNFINISHED_FOR_MS = 60_000;

const folderName = z.uuid() as unknown as z.ZodType<EnvironmentId, string>;

export class StoreFolder {
  readonly #folder: string;
  readonly #onTrouble: (path: string, trouble: StoreTrouble) => void;

  constructor(folder: string, onTrouble: (path: string, trouble: StoreTrouble) => void) {
    this.#folder = folder;
    this.#onTrouble = onTrouble;
  }

  /** Makes it, for this user alone. @throws {StoreFolderError} where every user may write in it */
  async prepare(): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    // A mounted folder may be another user's, with rights for our group.
    await chmod(this.#folder, 0o700).catch(() => undefined);
    const { mode } = await stat(this.#folder);
    if (process.platform === "win32" || (mode & OTHERS_MAY_WRITE) === 0) return;
    throw new StoreFolderError(`Every user may write in ${this.#folder}; what it holds can't be trusted.`);
  }

  async list(): Promise<readonly EnvironmentId[]> {
    const found: EnvironmentId[] = [];
    for (const name of await readdir(this.#folder)) {
      const environmentId = folderName.safeParse(name).data;
      if (environmentId) found.push(environmentId);
      else this.#onTrouble(join(this.#folder, name), "unknown");
    }
    return found;
  }

  /** Of a ruleset only which it is: the whole is read, and checked, once it is asked for. */
  async survey(environmentId: EnvironmentId): Promise<FoundEnvironment | undefined> {
    const path = this.#pathOf(environmentId, RULESET_FILE.name);
    const { bytes, rulesetAtMs } = await this.measure(environmentId);
    const keys = await this.readKeys(environmentId);
    const identity = rulesetAtMs === undefined ? undefined : await this.#identityAt(path);
    const scope = keys?.scope ?? identity;
    const isOurs = identity?.environmentId === environmentId && identity.tenantId === scope?.tenantId;
    if (rulesetAtMs !== undefined && !isOurs) this.#passOver(path, "damaged");
    if (!scope || (!keys && !isOurs)) return undefined;
    const { tenantId } = scope;
    return {
      scope: { tenantId, environmentId },
      confirmedAtMs: isOurs ? rulesetAtMs : undefined,
      keys,
      bytes,
    };
  }

  /** What an environment takes. What an earlier process did not finish goes. */
  async measure(
    environmentId: EnvironmentId,
  ): Promise<{ readonly bytes: number; readonly rulesetAtMs: number | undefined }> {
    let bytes = 0;
    let rulesetAtMs: number | undefined;
    for (const name of await this.#filesOf(environmentId)) {
      const path = this.#pathOf(environmentId, name);
      const { size, mtimeMs } = await stat(path);
      bytes += size;
      if (name === RULESET_FILE.name) rulesetAtMs = mtimeMs;
      if (name.endsWith(UNFINISHED) && Date.now() - mtimeMs > UNFINISHED_FOR_MS)
        await rm(path, { force: true });
    }
    return { bytes, rulesetAtMs };
  }

  async readRuleset({ tenantId, environmentId }: Scope): Promise<StoredRuleset | undefined> {
    const path = this.#pathOf(environmentId, RULESET_FILE.name);
    const bytes = await this.#read(path, RULESET_FILE, MAX_RECORD_BYTES);
    if (!bytes) return undefined;
    const decoded = decodeRuleset(bytes);
    if (!decoded) return this.#passOver(path, "damaged");
    const { identity, stored } = decoded;
    if (identity.environmentId === environmentId && identity.tenantId === tenantId) return stored;
    return this.#passOver(path, "misplaced");
  }

  async readKeys(environmentId: EnvironmentId): Promise<DecodedKeys | undefined> {
    const path = this.#pathOf(environmentId, KEYS_FILE.name);
    const bytes = await this.#read(path, KEYS_FILE, MAX_KEYS_BYTES);
    if (!bytes) return undefined;
    const decoded = decodeKeys(bytes);
    if (!decoded) return this.#passOver(path, "damaged");
    return decoded.scope.environmentId === environmentId ? decoded : this.#passOver(path, "misplaced");
  }

  async readList(environmentId: EnvironmentId, hash: string): Promise<Buffer | undefined> {
    const path = this.#pathOf(environmentId, listName(hash));
    const read = await readChecked(path, LIST_FILE, MAX_LIST_BYTES);
    if (!read) return undefined;
    if (!read.ok) return this.#passOver(path, read.trouble);
    return read.sha256 === hash ? read.body : this.#passOver(path, "misplaced");
  }

  /**
   * Lists first, so that no ruleset names one that is not there; what it no longer names goes last. One that is as new in
   * the same epoch stays, whoever wrote it.
   */
  async writeRuleset(
    scope: Scope,
    stored: StoredRuleset,
    lists: ReadonlyMap<string, Uint8Array>,
  ): Promise<void> {
    const { environmentId } = scope;
    const path = this.#pathOf(environmentId, RULESET_FILE.name);
    // A broken one may say of itself that it is newer.
    if (!isNewer(stored, await this.#identityAt(path)) && (await this.readRuleset(scope))) return;
    const there = new Set(await this.#filesOf(environmentId));
    for (const [hash, bytes] of lists) {
      if (there.has(listName(hash))) continue;
      await writeChecked(this.#pathOf(environmentId, listName(hash)), LIST_FILE, bytes);
    }
    await writeChecked(path, RULESET_FILE, encodeRuleset(scope, stored));
    const named = new Set([...lists.keys()].map(listName));
    for (const name of there) {
      if (LIST_NAME.test(name) && !named.has(name))
        await rm(this.#pathOf(environmentId, name), { force: true });
    }
  }

  async writeKeys(scope: Scope, keys: ReadonlyMap<string, KeptKey>): Promise<void> {
    const path = this.#pathOf(scope.environmentId, KEYS_FILE.name);
    if (keys.size === 0) await rm(path, { force: true });
    else await writeChecked(path, KEYS_FILE, encodeKeys(scope, keys, Date.now()));
  }

  /** Notes that the ruleset which is there was the newest at that time. */
  async touchRuleset(environmentId: EnvironmentId, atMs: number): Promise<void> {
    await utimes(this.#pathOf(environmentId, RULESET_FILE.name), atMs / 1_000, atMs / 1_000);
  }

  async remove(environmentId: EnvironmentId): Promise<void> {
    await rm(join(this.#folder, environmentId), { recursive: true, force: true });
  }

  async #identityAt(path: string): Promise<RulesetIdentity | undefined> {
    const start = await peekChecked(path, RULESET_FILE, IDENTITY_BYTES);
    return start && decodeIdentity(start);
  }

  async #filesOf(environmentId: EnvironmentId): Promise<readonly string[]> {
    try {
      return await readdir(join(this.#folder, environmentId));
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
      throw error;
    }
  }

  async #read(path: string, kind: FileKind, maxBytes: number): Promise<Buffer | undefined> {
    const read = await readChecked(path, kind, maxBytes);
    if (!read) return undefined;
    return read.ok ? read.body : this.#passOver(path, read.trouble);
  }

  #passOver(path: string, trouble: StoreTrouble): undefined {
    this.#onTrouble(path, trouble);
  }

  #pathOf(environmentId: EnvironmentId, name: string): string {
    return join(this.#folder, environmentId, name);
  }
}

function listName(hash: string): string {
  return `${hash}.list`;
}

/** Another epoch is, since only the database tells of it. */
function isNewer(stored: StoredRuleset, there: RulesetIdentity | undefined): boolean {
  return !there || there.epoch !== stored.epoch || there.revision < stored.revision;
}
