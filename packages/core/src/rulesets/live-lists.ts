/** The lists that a node holds in memory: to look ids up in, and to hand their bytes to SDKs. */
import { setImmediate } from "node:timers/promises";
import type { TenantId } from "@burgee/db";
import { type IdList, readIdListInTurns } from "@burgee/engine/lists";
import type { Scope } from "./scope.ts";

export interface LiveList {
  readonly bytes: Uint8Array;
  readonly list: IdList;
}

export interface LiveListsOptions {
  /** The bytes of a list of the environment's project; undefined where it has none of that hash. */
  readonly load: (scope: Scope, hash: string) => Promise<Uint8Array | undefined>;
  /** Bytes of lists that are kept though no ruleset uses them. */
  readonly keptBytes?: number;
}

const KEPT_BYTES = 256 * 1024 * 1024;
/** Lists read from the database at the same time, each as large as it may be. */
const LOADS_AT_A_TIME = 2;

interface Entry extends LiveList {
  /** Whose project is known to have the list. */
  readonly environments: Set<string>;
}

export class LiveLists {
  readonly #load: LiveListsOptions["load"];
  readonly #keptBytes: number;
  /** By tenant and hash; one that a ruleset uses is found here also when it is kept no longer. */
  readonly #known = new Map<string, WeakRef<Entry>>();
  /** Last used last. */
  readonly #kept = new Map<string, Entry>();
  readonly #loading = new Map<string, Promise<Entry | undefined>>();
  #size = 0;
  #free = LOADS_AT_A_TIME;
  readonly #waiting: (() => void)[] = [];

  constructor({ load, keptBytes = KEPT_BYTES }: LiveListsOptions) {
    this.#load = load;
    this.#keptBytes = keptBytes;
  }

  /**
   * A list of the environment's project, loaded once however many ask; undefined where the project has none of that hash.
   * @throws what `load` throws, and an Error for bytes that are no list
   */
  async get(scope: Scope, hash: string): Promise<LiveList | undefined> {
    const key = keyOf(scope.tenantId, hash);
    const known = this.#known.get(key)?.deref();
    if (known?.environments.has(scope.environmentId)) return this.#keep(key, known);

    const asked = `${key} ${scope.environmentId}`;
    return this.#loading.get(asked) ?? this.#loadOnce(asked, scope, hash);
  }

  #loadOnce(asked: string, scope: Scope, hash: string): Promise<Entry | undefined> {
    const loading = this.#loadEntry(scope, hash).finally(() => this.#loading.delete(asked));
    this.#loading.set(asked, loading);
    return loading;
  }

  async #loadEntry(scope: Scope, hash: string): Promise<Entry | undefined> {
    await this.#takeTurn();
    try {
      const bytes = await this.#load(scope, hash);
      if (!bytes) return undefined;
      const key = keyOf(scope.tenantId, hash);
      const entry = this.#known.get(key)?.deref() ?? (await entryOf(bytes, hash));
      entry.environments.add(scope.environmentId);
      this.#known.set(key, new WeakRef(entry));
      return this.#keep(key, entry);
    } finally {
      this.#endTurn();
    }
  }

  #keep(key: string, entry: Entry): Entry {
    if (this.#kept.delete(key)) this.#size -= entry.bytes.length;
    this.#kept.set(key, entry);
    this.#size += entry.bytes.length;
    for (const [oldest, { bytes }] of this.#kept) {
      if (this.#size <= this.#keptBytes) break;
      this.#kept.delete(oldest);
      this.#size -= bytes.length;
    }
    for (const [other, reference] of this.#known) if (!reference.deref()) this.#known.delete(other);
    return entry;
  }

  async #takeTurn(): Promise<void> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #endTurn(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#free++;
  }
}

function keyOf(tenantId: TenantId, hash: string): string {
  return `${tenantId} ${hash}`;
}

async function entryOf(bytes: Uint8Array, hash: string): Promise<Entry> {
  const read = await readIdListInTurns(bytes, () => setImmediate());
  if (!read.ok) throw new Error(`The list ${hash} can't be read: ${read.error.message}`);
  return { bytes, list: read.list, environments: new Set() };
}
