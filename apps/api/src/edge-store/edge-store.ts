/**
 * What a node serves, on disk: its last good rulesets with their lists, and the keys that it has seen, so that it starts
 * and serves with everything else down. Written behind the answer, never in front of it; what is noted while a write is
 * under way goes with the next.
 */
import { setTimeout as delay } from "node:timers/promises";
import type { KeptKeys, KeptRuleset, KeptRulesets, LiveList, Scope } from "@burgee/core";
import type { EnvironmentId, KeyCredential, RulesetHead, StoredRuleset } from "@burgee/db";
import { type Logger, type Metrics, onceWhileItLasts } from "@burgee/runtime";
import { StoreFolder } from "./store-folder.ts";
import { StoreIndex } from "./store-index.ts";

export interface EdgeStoreOptions {
  readonly folder: string;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** Beyond these, the environment goes that was used longest ago. */
  readonly mostEnvironments?: number;
  readonly mostBytes?: number;
}

interface Pending {
  readonly scope: Scope;
  readonly stored: StoredRuleset;
  readonly lists: ReadonlyMap<string, LiveList>;
}

const MOST_ENVIRONMENTS = 10_000;
const MOST_BYTES = 4 * 1024 * 1024 * 1024;
/** Between two rounds of writes, and after one that failed: a busy environment is written a few times a second at most. */
const PAUSE_MS = 250;
const RETRY_MS = 5_000;
const SWEPT_AT_ONCE = 500;

export class EdgeStore implements KeptRulesets, KeptKeys {
  readonly #folder: StoreFolder;
  readonly #index: StoreIndex;
  readonly #bounds: { readonly environments: number; readonly bytes: number };
  readonly #rulesets = new Map<EnvironmentId, Pending>();
  /** Whose keys are others than those on disk. */
  readonly #keys = new Set<EnvironmentId>();
  /** Which are no more. */
  readonly #gone = new Set<EnvironmentId>();
  readonly #hurry = new AbortController();
  readonly #onFailure: (error: unknown) => void;
  #writing: Promise<void> | undefined;

  /** Reads which environments and keys there are; a ruleset is read when it is asked for. */
  static async open(options: EdgeStoreOptions): Promise<EdgeStore> {
    const { log, metrics } = options;
    const failures = metrics.counter({
      name: "burgee_edge_store_failures_total",
      help: "Files of the edge store that were passed over, and writes that failed.",
      labels: ["at"],
    });
    const folder = new StoreFolder(options.folder, (file, trouble) => {
      failures.inc({ at: "read" });
      log.warn({ file, trouble }, "A file of the edge store was passed over.");
    });
    await folder.prepare();
    const tellOfFailure = onceWhileItLasts((err) =>
      log.error({ err }, "The edge store could not be written; it is tried again."),
    );
    const store = new EdgeStore(options, folder, await StoreIndex.read(folder), (error) => {
      failures.inc({ at: "write" });
      tellOfFailure(error);
    });
    metrics.gauge({
      name: "burgee_edge_store_environments",
      help: "Environments whose ruleset is on disk.",
      read: () => store.environments,
    });
    metrics.gauge({
      name: "burgee_edge_store_bytes",
      help: "What the edge store takes on disk.",
      read: () => store.bytes,
    });
    return store;
  }

  private constructor(
    { mostEnvironments = MOST_ENVIRONMENTS, mostBytes = MOST_BYTES }: EdgeStoreOptions,
    folder: StoreFolder,
    index: StoreIndex,
    onFailure: (error: unknown) => void,
  ) {
    this.#bounds = { environments: mostEnvironments, bytes: mostBytes };
    this.#folder = folder;
    this.#index = index;
    this.#onFailure = onFailure;
  }

  get found(): ReadonlyMap<string, KeyCredential> {
    return this.#index.found;
  }

  /** Those whose ruleset is on disk. */
  get environments(): number {
    return this.#index.environments;
  }

  /** Whose they are, last used last. */
  get scopes(): readonly Scope[] {
    return this.#index.scopes;
  }

  get bytes(): number {
    return this.#index.bytes;
  }

  async find(scope: Scope): Promise<KeptRuleset | undefined> {
    const entry = this.#index.find(scope);
    if (entry?.confirmedAtMs === undefined) return undefined;
    const stored = await this.#folder.readRuleset(scope);
    if (stored) return { stored, ageMs: Math.max(0, Date.now() - entry.confirmedAtMs) };
    entry.confirmedAtMs = undefined;
    return undefined;
  }

  /** The bytes of a list that the environment's ruleset on disk names. */
  async findList(scope: Scope, hash: string): Promise<Uint8Array | undefined> {
    return this.#index.find(scope) && this.#folder.readList(scope.environmentId, hash);
  }

  keep(scope: Scope, stored: StoredRuleset, lists: ReadonlyMap<string, LiveList>): void {
    this.#rulesets.set(scope.environmentId, { scope, stored, lists });
    this.#wake();
  }

  confirm(scope: Scope): void {
    const entry = this.#index.find(scope);
    if (entry?.confirmedAtMs === undefined) return;
    entry.confirmedAtMs = Date.now();
    entry.isTouched = true;
  }

  forget(scope: Scope): void {
    const { environmentId } = scope;
    if (!this.#index.find(scope) && !this.#rulesets.has(environmentId)) return;
    this.#index.drop(environmentId);
    this.#rulesets.delete(environmentId);
    this.#keys.delete(environmentId);
    this.#gone.add(environmentId);
    this.#wake();
  }

  /** Forgets what is no more of what this process did not serve yet; to be called now and then. */
  async sweep(listHeads: (scopes: readonly Scope[]) => Promise<readonly RulesetHead[]>): Promise<void> {
    const { scopes } = this.#index;
    for (let start = 0; start < scopes.length; start += SWEPT_AT_ONCE) {
      const some = scopes.slice(start, start + SWEPT_AT_ONCE);
      const there = new Set((await listHeads(some)).map(({ environmentId }) => environmentId));
      for (const scope of some) if (!there.has(scope.environmentId)) this.forget(scope);
    }
  }

  note(id: string, credential: KeyCredential | undefined): void {
    const environmentId = this.#index.noteKey(id, credential);
    if (environmentId === undefined) return;
    this.#keys.add(environmentId);
    this.#wake();
  }

  /** Somebody made use of an environment. */
  use(environmentId: EnvironmentId): void {
    this.#index.use(environmentId);
  }

  /** Notes on disk when rulesets were confirmed; to be called now and then. */
  async touch(): Promise<void> {
    for (const entry of this.#index.entries()) {
      if (!entry.isTouched || entry.confirmedAtMs === undefined) continue;
      entry.isTouched = false;
      await this.#folder.touchRuleset(entry.scope.environmentId, entry.confirmedAtMs);
    }
  }

  /** Writes what waits; what can't be written now is given up. */
  async flush(): Promise<void> {
    this.#hurry.abort();
    await this.#writing;
    await this.touch();
  }

  get #hasWork(): boolean {
    return this.#rulesets.size > 0 || this.#keys.size > 0 || this.#gone.size > 0;
  }

  #wake(): void {
    this.#writing ??= this.#writeAll();
  }

  /** Ends in the very step that sees nothing to write, so that nothing noted falls between. */
  async #writeAll(): Promise<void> {
    const { signal } = this.#hurry;
    try {
      while (this.#hasWork) {
        const isWritten = await this.#writeRound();
        if (!this.#hasWork || (!isWritten && signal.aborted)) return;
        const pauseMs = isWritten ? PAUSE_MS : RETRY_MS;
        await delay(pauseMs, undefined, { signal, ref: false }).catch(() => undefined);
      }
    } finally {
      this.#writing = undefined;
    }
  }

  async #writeRound(): Promise<boolean> {
    let isWritten = true;
    for (const environmentId of new Set([...this.#gone, ...this.#rulesets.keys(), ...this.#keys])) {
      try {
        await this.#remove(environmentId);
        await this.#writeKeys(environmentId);
        await this.#writeRuleset(environmentId);
        await this.#makeRoom(environmentId);
      } catch (error) {
        isWritten = false;
        this.#onFailure(error);
      }
    }
    return isWritten;
  }

  async #remove(environmentId: EnvironmentId): Promise<void> {
    if (!this.#gone.has(environmentId)) return;
    await this.#folder.remove(environmentId);
    this.#gone.delete(environmentId);
  }

  async #writeKeys(environmentId: EnvironmentId): Promise<void> {
    const entry = this.#index.get(environmentId);
    if (!this.#keys.delete(environmentId) || !entry) return;
    try {
      await this.#folder.writeKeys(entry.scope, entry.keys);
    } catch (error) {
      this.#keys.add(environmentId);
      throw error;
    }
  }

  /** What could not be written waits on, unless something newer does. */
  async #writeRuleset(environmentId: EnvironmentId): Promise<void> {
    const pending = this.#rulesets.get(environmentId);
    if (!pending) return;
    await this.#folder.writeRuleset(pending.scope, pending.stored, bytesOf(pending.lists));
    if (this.#rulesets.get(environmentId) === pending) this.#rulesets.delete(environmentId);
    this.#index.enter(pending.scope).confirmedAtMs = Date.now();
  }

  async #makeRoom(written: EnvironmentId): Promise<void> {
    const entry = this.#index.get(written);
    if (entry) entry.bytes = (await this.#folder.measure(written)).bytes;
    const { environments, bytes } = this.#bounds;
    for (const { scope } of this.#index.entries()) {
      if (this.#index.size <= environments && this.bytes <= bytes) return;
      if (scope.environmentId === written) continue;
      this.#index.drop(scope.environmentId);
      await this.#folder.remove(scope.environmentId);
    }
  }
}

function bytesOf(lists: ReadonlyMap<string, LiveList>): ReadonlyMap<string, Uint8Array> {
  return new Map([...lists].map(([hash, { bytes }]) => [hash, bytes]));
}
