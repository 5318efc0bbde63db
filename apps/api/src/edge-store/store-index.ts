/** What the store on disk holds, in memory: whose rulesets, which keys, how much of it, and what was used last. */
import { isDeepStrictEqual } from "node:util";
import type { Scope } from "@burgee/core";
import type { EnvironmentId, KeyCredential } from "@burgee/db";
import { credentialOf, type DecodedKeys, type KeptKey, keptKeyOf } from "./kept-keys.ts";
import type { FoundEnvironment, StoreFolder } from "./store-folder.ts";

export interface Entry {
  readonly scope: Scope;
  /** By the base64 of their hashes. */
  readonly keys: Map<string, KeptKey>;
  bytes: number;
  /** When the database last said that the ruleset on disk is the newest; undefined where there is none. */
  confirmedAtMs: number | undefined;
  /** The disk does not know that time yet. */
  isTouched: boolean;
}

const READ_AT_ONCE = 32;
/** Two answers about one end differ by how long they were on their way. */
const SAME_END_MS = 5_000;

export class StoreIndex {
  /** The keys as an earlier process left them, by the base64 of their hashes. */
  readonly found: ReadonlyMap<string, KeyCredential>;
  /** Last used last. */
  readonly #entries = new Map<EnvironmentId, Entry>();
  readonly #environmentOf = new Map<string, EnvironmentId>();
  /** That it is the last is known, so that most uses cost nothing. */
  #lastUsed: EnvironmentId | undefined;

  /** Reads which environments and keys there are, some at a time, so that thousands are read at the speed of the disk. */
  static async read(folder: StoreFolder): Promise<StoreIndex> {
    const environmentIds = await folder.list();
    const found: FoundEnvironment[] = [];
    for (let start = 0; start < environmentIds.length; start += READ_AT_ONCE) {
      const some = environmentIds.slice(start, start + READ_AT_ONCE).map((id) => folder.survey(id));
      found.push(...(await Promise.all(some)).filter((each) => each !== undefined));
    }
    return new StoreIndex(found, Date.now());
  }

  private constructor(environments: readonly FoundEnvironment[], nowMs: number) {
    const found = new Map<string, KeyCredential>();
    for (const { scope, bytes, confirmedAtMs, keys } of environments.toSorted(byConfirmation)) {
      const entry = { ...this.enter(scope), bytes, confirmedAtMs, keys: keysOf(keys, nowMs) };
      this.#entries.set(scope.environmentId, entry);
      for (const [id, key] of entry.keys) {
        this.#environmentOf.set(id, scope.environmentId);
        found.set(id, credentialOf(scope, key, nowMs));
      }
    }
    this.found = found;
  }

  /** Those that hold anything. */
  get size(): number {
    return this.#entries.size;
  }

  /** Those whose ruleset is on disk. */
  get environments(): number {
    let count = 0;
    for (const { confirmedAtMs } of this.#entries.values()) if (confirmedAtMs !== undefined) count += 1;
    return count;
  }

  /** Of those whose ruleset is on disk. */
  get scopes(): readonly Scope[] {
    return [...this.#entries.values()].flatMap(({ scope, confirmedAtMs }) =>
      confirmedAtMs === undefined ? [] : [scope],
    );
  }

  get bytes(): number {
    let bytes = 0;
    for (const entry of this.#entries.values()) bytes += entry.bytes;
    return bytes;
  }

  /** Those used longest ago first. */
  entries(): Iterable<Entry> {
    return this.#entries.values();
  }

  get(environmentId: EnvironmentId): Entry | undefined {
    return this.#entries.get(environmentId);
  }

  /** Another tenant's environment is none. */
  find({ tenantId, environmentId }: Scope): Entry | undefined {
    const entry = this.#entries.get(environmentId);
    return entry?.scope.tenantId === tenantId ? entry : undefined;
  }

  enter({ tenantId, environmentId }: Scope): Entry {
    const there = this.find({ tenantId, environmentId });
    if (there) return there;
    const scope = { tenantId, environmentId };
    const added = { scope, keys: new Map(), bytes: 0, confirmedAtMs: undefined, isTouched: false };
    this.#entries.set(environmentId, added);
    this.#lastUsed = environmentId;
    return added;
  }

  use(environmentId: EnvironmentId): void {
    if (environmentId === this.#lastUsed) return;
    const entry = this.#entries.get(environmentId);
    if (!entry) return;
    this.#lastUsed = environmentId;
    this.#entries.delete(environmentId);
    this.#entries.set(environmentId, entry);
  }

  drop(environmentId: EnvironmentId): void {
    for (const id of this.#entries.get(environmentId)?.keys.keys() ?? []) this.#environmentOf.delete(id);
    this.#entries.delete(environmentId);
  }

  /** @returns the environment whose keys are others now; undefined where this is no news */
  noteKey(id: string, credential: KeyCredential | undefined): EnvironmentId | undefined {
    const key = credential && keptKeyOf(credential, Date.now());
    if (!credential || !key) return this.#dropKey(id);
    const { keys, scope } = this.enter(credential);
    const known = keys.get(id);
    if (known && isSameKey(known, key)) return undefined;
    keys.set(id, key);
    this.#environmentOf.set(id, scope.environmentId);
    return scope.environmentId;
  }

  #dropKey(id: string): EnvironmentId | undefined {
    const environmentId = this.#environmentOf.get(id);
    if (environmentId === undefined) return undefined;
    this.#environmentOf.delete(id);
    this.#entries.get(environmentId)?.keys.delete(id);
    return environmentId;
  }
}

/** Where the clock was set back since, a key lives no longer for it. */
function keysOf(decoded: DecodedKeys | undefined, nowMs: number): Map<string, KeptKey> {
  const aheadMs = Math.max(0, (decoded?.savedAtMs ?? nowMs) - nowMs);
  const endOf = ({ endsAtMs }: KeptKey) => (endsAtMs === null ? null : endsAtMs - aheadMs);
  return new Map([...(decoded?.keys ?? [])].map(([id, key]) => [id, { ...key, endsAtMs: endOf(key) }]));
}

function byConfirmation(a: FoundEnvironment, b: FoundEnvironment): number {
  return (a.confirmedAtMs ?? 0) - (b.confirmedAtMs ?? 0);
}

function isSameKey(a: KeptKey, b: KeptKey): boolean {
  return (
    a.sdkKeyId === b.sdkKeyId &&
    a.kind === b.kind &&
    a.projectId === b.projectId &&
    isSameEnd(a.endsAtMs, b.endsAtMs) &&
    isDeepStrictEqual([a.origins, a.quotas], [b.origins, b.quotas])
  );
}

function isSameEnd(a: number | null, b: number | null): boolean {
  return a === null || b === null ? a === b : Math.abs(a - b) < SAME_END_MS;
}
