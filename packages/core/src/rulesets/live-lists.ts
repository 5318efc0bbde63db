/** The lists that a node holds in memory: to look ids up in, and to hand their bytes to SDKs. */
import { setImmediate } from "node:timers/promises";
import type { TenantId } from "@burgee/db";
import { type IdList, readIdListInTurns } from "@burgee/engine/lists";
import { FairTurns } from "../turns/fair-turns.ts";
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
  /** Only differences count. */
  readonly nowMs?: () => number;
}

const KEPT_BYTES = 256 * 1024 * 1024;
/** Lists read from the database at the same time, each as large as it may be; those that wait are as many as rulesets of one tenant may name. */
const LOADS = {
  most: 2,
  mostOfOne: 1,
  waiting: 10_000,
  waitingOfOne: 1_000,
  refusal: "Too many lists are being loaded; try again shortly.",
};
/** How long, and of how many lists, is remembered that they were not there. */
const ABSENT_MS = 5_000;
const ABSENT_MOST = 10_000;

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
  /** Those that were asked for and not there, and when that was; the last one last. */
  readonly #absent = new Map<string, number>();
  readonly #turns = new FairTurns<TenantId>(LOADS);
  readonly #nowMs: () => number;
  #size = 0;

  constructor({ load, keptBytes = KEPT_BYTES, nowMs = () => performance.now() }: LiveListsOptions) {
    this.#load = load;
    this.#keptBytes = keptBytes;
    this.#nowMs = nowMs;
  }

  /**
   * A list of the environment's project, loaded once however many ask; undefined where the project has none of that hash.
   * @throws what `load` throws, an Error for bytes that are no list, and an AppError "unavailable" where too many are asked for
   */
  async get(scope: Scope, hash: string): Promise<LiveList | undefined> {
    const key = keyOf(scope.tenantId, hash);
    const known = this.#known.get(key)?.deref();
    if (known?.environments.has(scope.environmentId)) return this.#keep(key, known);

    const asked = askedOf(scope, hash);
    return this.#loading.get(asked) ?? this.#loadOnce(asked, scope, hash);
  }

  /** As `get`, for whoever may ask for anything: what was not there is not asked for again for some seconds. */
  async find(scope: Scope, hash: string): Promise<LiveList | undefined> {
    const absentMs = this.#absent.get(askedOf(scope, hash));
    if (absentMs !== undefined && this.#nowMs() - absentMs < ABSENT_MS) return undefined;
    return this.get(scope, hash);
  }

  /** Nothing of a tenant's is kept, but for what a ruleset uses that somebody still holds. */
  forget(tenantId: TenantId): void {
    for (const [key, { bytes }] of this.#kept) {
      if (!isOf(tenantId, key)) continue;
      this.#kept.delete(key);
      this.#size -= bytes.length;
    }
    for (const key of this.#known.keys()) if (isOf(tenantId, key)) this.#known.delete(key);
    for (const asked of this.#absent.keys()) if (isOf(tenantId, asked)) this.#absent.delete(asked);
  }

  #loadOnce(asked: string, scope: Scope, hash: string): Promise<Entry | undefined> {
    const loading = this.#turns
      .take(scope.tenantId, () => this.#loadEntry(scope, hash))
      .then((entry) => {
        this.#noteAbsence(asked, entry === undefined);
        return entry;
      })
      .finally(() => this.#loading.delete(asked));
    this.#loading.set(asked, loading);
    return loading;
  }

  async #loadEntry(scope: Scope, hash: string): Promise<Entry | undefined> {
    const bytes = await this.#load(scope, hash);
    if (!bytes) return undefined;
    const key = keyOf(scope.tenantId, hash);
    const entry = this.#known.get(key)?.deref() ?? (await entryOf(bytes, hash));
    entry.environments.add(scope.environmentId);
    this.#known.set(key, new WeakRef(entry));
    return this.#keep(key, entry);
  }

  #noteAbsence(asked: string, isAbsent: boolean): void {
    this.#absent.delete(asked);
    if (!isAbsent) return;
    this.#absent.set(asked, this.#nowMs());
    for (const [oldest] of this.#absent) {
      if (this.#absent.size <= ABSENT_MOST) break;
      this.#absent.delete(oldest);
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
}

function keyOf(tenantId: TenantId, hash: string): string {
  return `${tenantId} ${hash}`;
}

function isOf(tenantId: TenantId, key: string): boolean {
  return key.startsWith(`${tenantId} `);
}

function askedOf({ tenantId, environmentId }: Scope, hash: string): string {
  return `${keyOf(tenantId, hash)} ${environmentId}`;
}

async function entryOf(bytes: Uint8Array, hash: string): Promise<Entry> {
  const read = await readIdListInTurns(bytes, () => setImmediate());
  if (!read.ok) throw new Error(`The list ${hash} can't be read: ${read.error.message}`);
  return { bytes, list: read.list, environments: new Set() };
}
