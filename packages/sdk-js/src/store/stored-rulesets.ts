import type { Ruleset } from "@burgee/engine";
import { listsNeeded } from "@burgee/engine/reader";
import { Pause } from "../delivery/pause.ts";
import type { Cancel, Ports } from "../ports.ts";
import { order } from "../ruleset/order.ts";
import type { Sent } from "../ruleset/sent.ts";
import { SdkError } from "../sdk-error.ts";
import type { RulesetStore } from "./ruleset-store.ts";
import { nameOfKey, opened, sealed } from "./sealed-ruleset.ts";

/** Between two saves: a ruleset that changes many times a second is not written as often. */
const SAVE_PAUSE_MS = 5_000;
/** How long a ruleset waits for what the store has of it. */
const READ_WITHIN_MS = 4_000;
/** How long `close()` waits for the last save; a store may hang. */
const LAST_SAVE_MS = 2_000;

/** Keeps the newest ruleset and its lists in a store, and finds them there. What fails is told, and keeps nothing from going on. */
export class StoredRulesets {
  readonly #store: RulesetStore;
  readonly #ports: Ports;
  readonly #report: (error: SdkError) => void;
  readonly #key: Promise<string>;
  readonly #stopping = new AbortController();
  /** Nobody waits for the store any more. */
  readonly #ended = new AbortController();
  /** The newest that is not saved yet. */
  #waiting: Waiting | undefined;
  #saving: Promise<void> | undefined;
  /** Lists on their way into the store, and those that came since a ruleset was taken: it may be theirs that comes next. */
  readonly #lists = new Map<string, Promise<void>>();
  #isFailing = false;

  constructor(store: RulesetStore, sdkKey: string, ports: Ports, report: (error: SdkError) => void) {
    this.#store = store;
    this.#ports = ports;
    this.#report = report;
    this.#key = nameOfKey(sdkKey);
  }

  /** The JSON of the ruleset that was saved last, as yet unread, and as it was saved. Undefined where there is none, or none that can be used. */
  async load(): Promise<{ readonly json: unknown; readonly sent: Sent } | undefined> {
    try {
      const found = await opened(await this.#read(RULESET), await this.#key);
      if (found.type === "ruleset") return found;
      if (found.type !== "empty") this.#report(failed(`What the store has is not used: ${found.message}.`));
    } catch (cause) {
      this.#report(failed(`The store was not read: ${reasonOf(cause)}`, cause));
    }
    return undefined;
  }

  /** Saves a ruleset soon, unless a newer one comes first. @param sent as it came, to be saved like that */
  keep(ruleset: Ruleset, sent: Sent | undefined): void {
    this.#waiting = { ruleset, sent };
    this.#saving ??= this.#saveAll().finally(() => {
      this.#saving = undefined;
    });
  }

  /** A list's bytes, as yet unchecked. */
  async loadList(hash: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    try {
      const bytes = await this.#read(nameOf(hash));
      return bytes && new Uint8Array(bytes);
    } catch (cause) {
      this.#report(failed(`The list ${hash} was not read from the store: ${reasonOf(cause)}`, cause));
      return undefined;
    }
  }

  keepList(hash: string, bytes: Uint8Array): void {
    this.#lists.set(
      hash,
      this.#attempt(async () => this.#store.save(nameOf(hash), bytes)),
    );
  }

  /** Saves what waits, and ends. */
  async close(): Promise<void> {
    this.#stopping.abort();
    await this.#lastSave();
    this.#ended.abort();
  }

  async #lastSave(): Promise<void> {
    if (!this.#saving) return;
    let cancel: Cancel = () => {};
    const late = new Promise<void>((resolve) => {
      cancel = this.#ports.after(LAST_SAVE_MS, resolve, { keepAlive: true });
    });
    await Promise.race([this.#saving, late]);
    cancel();
  }

  /** @throws {Error} where the store fails, or does not answer */
  async #read(name: string): Promise<Uint8Array | undefined> {
    const { signal } = this.#ended;
    let stop = (): void => {};
    const late = new Promise<never>((_, reject) => {
      const giveUp = (why: string): void => {
        stop();
        reject(new Error(why));
      };
      const close = (): void => giveUp("the client was closed");
      const cancel = this.#ports.after(READ_WITHIN_MS, () =>
        giveUp(`it did not answer within ${READ_WITHIN_MS / 1000} s`),
      );
      signal.addEventListener("abort", close);
      stop = () => {
        cancel();
        signal.removeEventListener("abort", close);
      };
      if (signal.aborted) close();
    });
    try {
      return await Promise.race([this.#store.load(name), late]);
    } finally {
      stop();
    }
  }

  async #saveAll(): Promise<void> {
    const pause = new Pause(this.#ports, this.#stopping.signal);
    for (let next = this.#next(); next; next = this.#next()) {
      const waiting = next;
      await this.#attempt(() => this.#save(waiting));
      await pause.wait(SAVE_PAUSE_MS);
    }
  }

  #next(): Waiting | undefined {
    const next = this.#waiting;
    this.#waiting = undefined;
    return next;
  }

  async #save({ ruleset, sent }: Waiting): Promise<void> {
    const key = await this.#key;
    const there = await opened(await this.#read(RULESET), key);
    if (there.type === "foreign") throw new Error(`${there.message}, which is left as it is`);
    // Another process may have seen a newer one.
    if (there.type === "ruleset" && order(there.seal, ruleset) > 0) return;

    const beside = [...this.#lists.keys()];
    await Promise.all(this.#lists.values());
    await this.#store.save(RULESET, await sealed(ruleset, key, sent));
    const needed = [...listsNeeded(ruleset).values()].map(({ hash }) => hash);
    for (const hash of needed) this.#lists.delete(hash);
    await this.#store.keepLists?.([...new Set([...needed, ...beside, ...this.#lists.keys()])].map(nameOf));
  }

  /** Tells the first of failures in a row. */
  async #attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.#isFailing = false;
    } catch (cause) {
      if (!this.#isFailing) this.#report(failed(`The ruleset was not stored: ${reasonOf(cause)}`, cause));
      this.#isFailing = true;
    }
  }
}

interface Waiting {
  readonly ruleset: Ruleset;
  readonly sent: Sent | undefined;
}

const RULESET = "ruleset";

function nameOf(hash: string): string {
  return `list-${hash}`;
}

function failed(message: string, cause?: unknown): SdkError {
  return new SdkError("store_failed", message, { cause });
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
