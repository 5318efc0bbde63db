import type { ListReference } from "@burgee/engine";
import { type IdList, readIdListInTurns } from "@burgee/engine/lists";
import { READ_LIMITS } from "@burgee/engine/reader";
import { backoffMs } from "../delivery/delays.ts";
import { exchange, type StayAlive } from "../delivery/exchange.ts";
import { Pause } from "../delivery/pause.ts";
import { readBytes } from "../delivery/read-bytes.ts";
import { refusalOf } from "../delivery/refusal.ts";
import type { Service } from "../delivery/service.ts";
import { SdkError } from "../sdk-error.ts";
import type { StoredRulesets } from "../store/stored-rulesets.ts";
import { sha256 } from "./sha256.ts";

/** Lists fetched at the same time: each is large, and the service sends others theirs. */
const AT_A_TIME = 2;
/** Tries of one list before the ruleset that names it is given up, which is itself asked for again. */
const TRIES = 3;

/** Fetches the lists that travel beside a ruleset, each once for whoever asks, and not at all where the store has it. */
export class ListLoader {
  readonly #service: Service;
  readonly #stored: Promise<StoredRulesets | undefined>;
  readonly #stopping = new AbortController();
  readonly #loading = new Map<string, Promise<IdList>>();

  constructor(service: Service, stored: Promise<StoredRulesets | undefined>) {
    this.#service = service;
    this.#stored = stored;
  }

  /** Those of them that the store has. */
  async loadStored(references: readonly ListReference[]): Promise<ReadonlyMap<string, IdList>> {
    const loaded = new Map<string, IdList>();
    for (const { hash } of references) {
      const list = await this.#findStored(hash);
      if (list) loaded.set(hash, list);
    }
    return loaded;
  }

  /** @throws {SdkError} "lists_unavailable" where one of them can't be had */
  async load(references: readonly ListReference[]): Promise<ReadonlyMap<string, IdList>> {
    const loaded = new Map<string, IdList>();
    const waiting = [...references];
    const work = async (): Promise<void> => {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        loaded.set(next.hash, await this.#once(next));
      }
    };
    await Promise.all(Array.from({ length: AT_A_TIME }, work));
    return loaded;
  }

  /** Ends what is under way. */
  close(): void {
    this.#stopping.abort();
  }

  #once(reference: ListReference): Promise<IdList> {
    const { hash } = reference;
    const loading =
      this.#loading.get(hash) ?? this.#retry(reference).finally(() => this.#loading.delete(hash));
    this.#loading.set(hash, loading);
    return loading;
  }

  async #retry(reference: ListReference): Promise<IdList> {
    const stored = await this.#findStored(reference.hash);
    if (stored) return stored;

    const { signal } = this.#stopping;
    const pause = new Pause(this.#service.ports, signal);
    for (let failures = 0; ; failures++) {
      const found = await this.#fetch(reference.hash);
      if (!(found instanceof SdkError)) return found;
      if (signal.aborted || found.code === "unauthorized" || failures + 1 === TRIES) {
        throw unavailable(reference, found);
      }
      await pause.wait(backoffMs(failures, () => this.#service.ports.random()));
    }
  }

  async #fetch(hash: string): Promise<IdList | SdkError> {
    const read = async (response: Response, stayAlive: StayAlive): Promise<Uint8Array<ArrayBuffer>> => {
      if (response.status !== 200) throw (await refusalOf(response, stayAlive)).error;
      return readBytes(response, READ_LIMITS.packedBytes, stayAlive);
    };
    const headers = { accept: "application/octet-stream" };
    const request = { path: `/v1/segments/${hash}`, headers, signal: this.#stopping.signal };
    const exchanged = await exchange(this.#service, request, read);
    if (!exchanged.ok) return exchanged.error;
    const list = await this.#unpack(hash, exchanged.value);
    if (!(list instanceof SdkError)) (await this.#stored)?.keepList(hash, exchanged.value);
    return list;
  }

  /** One that is broken is fetched again, and so put right. */
  async #findStored(hash: string): Promise<IdList | undefined> {
    const bytes = await (await this.#stored)?.loadList(hash);
    if (!bytes) return undefined;
    const list = await this.#unpack(hash, bytes);
    return list instanceof SdkError ? undefined : list;
  }

  async #unpack(hash: string, bytes: Uint8Array<ArrayBuffer>): Promise<IdList | SdkError> {
    const { ports } = this.#service;
    try {
      if ((await sha256(bytes)) !== hash) return broken("its bytes are not those that its hash names");
      const unpacked = await readIdListInTurns(bytes, () => ports.turn());
      return unpacked.ok ? unpacked.list : broken(unpacked.error.message);
    } catch (cause) {
      return broken(cause instanceof Error ? cause.message : String(cause));
    }
  }
}

function broken(why: string): SdkError {
  return new SdkError("lists_unavailable", why);
}

function unavailable({ hash }: ListReference, cause: SdkError): SdkError {
  const message = `A ruleset names the list ${hash}, which can't be had: ${cause.message}`;
  return new SdkError("lists_unavailable", message, { cause });
}
