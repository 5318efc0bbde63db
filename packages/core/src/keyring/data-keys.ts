import { createSecretKey, type KeyObject, randomBytes } from "node:crypto";
import { type DataKey, type DataKeyId, type DataKeyStore, type KeyOwner, newId } from "@burgee/db";
import { AppError } from "../errors/app-error.ts";
import { BrokenSealError } from "./envelope.ts";
import type { KeyEncryption, WrapContext } from "./key-encryption.ts";

/** How long what was learned is taken as it is; then it is asked about again. */
export const FRESH_MS = 5 * 60 * 1000;
/** How long a key goes on opening while nobody can be asked about it. */
const KEPT_MS = 24 * 60 * 60 * 1000;
const MOST_KEPT = 1000;
const DATA_KEY_BYTES = 32;

interface UnwrappedKey {
  readonly dataKeyId: DataKeyId;
  /** Held outside of JavaScript's heap; nothing prints it. */
  readonly key: KeyObject;
}

interface Kept {
  readonly unwrapped: UnwrappedKey;
  readonly askedMs: number;
}

interface DataKeysDeps {
  readonly store: Pick<DataKeyStore, "find" | "findCurrent" | "add">;
  readonly keyEncryption: KeyEncryption;
  readonly nowMs: () => number;
}

/** The keys that seal, unwrapped and kept for a while, so that the key that wraps them is seldom asked. */
export class DataKeys {
  readonly #deps: DataKeysDeps;
  readonly #byId = new Map<string, Kept>();
  readonly #current = new Map<KeyOwner, { readonly dataKeyId: DataKeyId; readonly askedMs: number }>();

  constructor(deps: DataKeysDeps) {
    this.#deps = deps;
  }

  /** The key that seals for `owner`; made where there is none. @throws {AppError} "unavailable" */
  async current(owner: KeyOwner): Promise<UnwrappedKey> {
    const known = this.#current.get(owner);
    if (known && this.#ageMs(known) < FRESH_MS) return this.byId(owner, known.dataKeyId);

    const askedMs = this.#deps.nowMs();
    const dataKey = await this.#findOrMake(owner);
    keepLatest(this.#current, owner, { dataKeyId: dataKey.dataKeyId, askedMs });
    return this.byId(owner, dataKey.dataKeyId, dataKey);
  }

  /** @throws {BrokenSealError} for a key that `owner` has not @throws {AppError} "unavailable" */
  async byId(owner: KeyOwner, dataKeyId: DataKeyId, found?: DataKey): Promise<UnwrappedKey> {
    const name = `${owner}|${dataKeyId}`;
    const kept = this.#byId.get(name);
    if (kept && this.#ageMs(kept) < FRESH_MS) return kept.unwrapped;

    try {
      const askedMs = this.#deps.nowMs();
      const dataKey = found ?? (await this.#deps.store.find(owner, dataKeyId));
      if (!dataKey) {
        this.#byId.delete(name);
        throw new BrokenSealError(`There is no data key ${dataKeyId} of this owner.`);
      }
      const unwrapped = { dataKeyId, key: await unwrapDataKey(this.#deps.keyEncryption, dataKey) };
      keepLatest(this.#byId, name, { unwrapped, askedMs });
      return unwrapped;
    } catch (cause) {
      if (cause instanceof BrokenSealError) throw cause;
      if (kept && this.#ageMs(kept) < KEPT_MS) return kept.unwrapped;
      throw unavailable(cause);
    }
  }

  async #findOrMake(owner: KeyOwner): Promise<DataKey> {
    try {
      const current = await this.#deps.store.findCurrent(owner);
      if (current) return current;
      await this.#deps.store.add(await makeDataKey(this.#deps.keyEncryption, owner));
      // Somebody else may have been first; theirs is the one, then.
      const made = await this.#deps.store.findCurrent(owner);
      if (made) return made;
    } catch (cause) {
      throw unavailable(cause);
    }
    throw unavailable(new Error("A data key that was just made is not there."));
  }

  #ageMs({ askedMs }: { readonly askedMs: number }): number {
    return this.#deps.nowMs() - askedMs;
  }
}

export async function unwrapDataKey(keyEncryption: KeyEncryption, dataKey: DataKey): Promise<KeyObject> {
  const bytes = await keyEncryption.unwrap(dataKey.wrapped, contextOf(dataKey));
  const key = createSecretKey(bytes);
  bytes.fill(0);
  return key;
}

/** A new key of `owner`, wrapped. */
export async function makeDataKey(keyEncryption: KeyEncryption, owner: KeyOwner): Promise<DataKey> {
  const dataKeyId = newId<DataKeyId>();
  const bytes = randomBytes(DATA_KEY_BYTES);
  const wrapped = await keyEncryption.wrap(bytes, contextOf({ owner, dataKeyId }));
  bytes.fill(0);
  return { owner, dataKeyId, wrapped };
}

function contextOf({ owner, dataKeyId }: Pick<DataKey, "owner" | "dataKeyId">): WrapContext {
  return { app: "burgee", purpose: "data-key", owner, dataKeyId };
}

function keepLatest<Key, Value>(kept: Map<Key, Value>, key: Key, value: Value): void {
  kept.delete(key);
  kept.set(key, value);
  if (kept.size <= MOST_KEPT) return;
  const [oldest] = kept.keys();
  if (oldest !== undefined) kept.delete(oldest);
}

function unavailable(cause: unknown): AppError {
  return new AppError("unavailable", "What is sealed can't be opened at the moment; try again shortly.", {
    cause,
  });
}
