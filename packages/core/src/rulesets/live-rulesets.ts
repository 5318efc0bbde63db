/**
 * The rulesets that a node holds in memory, compiled: every read is answered from here, and none asks the database.
 * Kept fresh by hints from the bus, and by asking for the head revisions, since a hint may be lost.
 */
import { BusyError, type EnvironmentId, type RulesetHead, type StoredRuleset } from "@burgee/db";
import {
  type Evaluator,
  type FindList,
  listsNeeded,
  patchSince,
  prepare,
  type Ruleset,
  type RulesetPatch,
  readRuleset,
} from "@burgee/engine";
import { matches } from "@burgee/engine/matches";
import { AppError } from "../errors/app-error.ts";
import type { LiveList } from "./live-lists.ts";
import { decodeHint } from "./ruleset-hint.ts";
import type { Scope } from "./scope.ts";

/** One environment's ruleset as a node serves it. Immutable: a newer one takes its place. */
export interface LiveRuleset {
  readonly epoch: string;
  readonly revision: number;
  /** As it was published. */
  readonly body: string;
  /** Strong: one epoch and revision has one body. */
  readonly etag: string;
  readonly evaluator: Evaluator;
  /** The lists that the evaluator looks into. */
  readonly list: FindList;
  /** What changed after `from`; undefined when that is nothing, too long ago to tell, or of another epoch. */
  readonly patchFrom: (epoch: string, from: number) => RulesetPatch | undefined;
}

export interface RulesetSource {
  readonly load: (scope: Scope) => Promise<StoredRuleset | undefined>;
  /** A list that the ruleset names; undefined where it is not there. */
  readonly list: (scope: Scope, hash: string) => Promise<LiveList | undefined>;
  readonly heads: (scopes: readonly Scope[]) => Promise<readonly RulesetHead[]>;
}

export interface LiveRulesetsOptions {
  readonly source: RulesetSource;
  /** A ruleset that can't be loaded or read; the last good one goes on being served. */
  readonly onError: (error: unknown, scope: Scope) => void;
  /** An environment whose tenant goes, and whose ruleset this node has forgotten. */
  readonly onGone?: (scope: Scope) => void;
}

type Listener = (ruleset: LiveRuleset) => void;

interface Held {
  readonly scope: Scope;
  ruleset: LiveRuleset | undefined;
  loading: Promise<void> | undefined;
  /** A newer head came while a load was under way, which may have read the older one. */
  isBehind: boolean;
  readonly listeners: Set<Listener>;
}

/** Beyond this many revisions a whole ruleset is sent: a patch would hardly be smaller. */
const MOST_REVISIONS_IN_PATCH = 1000;

export class LiveRulesets {
  readonly #source: RulesetSource;
  readonly #onError: LiveRulesetsOptions["onError"];
  readonly #onGone: (scope: Scope) => void;
  readonly #held = new Map<EnvironmentId, Held>();

  constructor({ source, onError, onGone = () => undefined }: LiveRulesetsOptions) {
    this.#source = source;
    this.#onError = onError;
    this.#onGone = onGone;
  }

  /**
   * The newest ruleset that this node has; loaded once when it is asked for first.
   * @throws {AppError} "ruleset_not_ready" before the environment's first ruleset is published, "unavailable" when it
   *   was never loaded and can't be now
   * @throws {BusyError} when it was never loaded, and too much of this tenant's work waits
   */
  async get(scope: Scope): Promise<LiveRuleset> {
    const held = this.#hold(scope);
    if (!held.ruleset) await this.#load(held);
    if (held.ruleset) return held.ruleset;
    throw new AppError(
      "ruleset_not_ready",
      "This environment's ruleset is being published; try again in a second.",
    );
  }

  /** Calls `listener` for each newer ruleset of an environment. Returns what ends that. */
  watch(scope: Scope, listener: Listener): () => void {
    const { listeners } = this.#hold(scope);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  /** Takes a message from the bus. One that is no news, or no hint at all, does nothing. */
  onHint(message: string): void {
    const head = decodeHint(message);
    if (head) this.#onHead(head);
  }

  /** Asks how far the environments that this node holds are, loads those that are further, and forgets those that are gone. */
  async refresh(): Promise<void> {
    const asked = [...this.#held.values()];
    if (asked.length === 0) return;
    const loaded = asked.filter(({ ruleset }) => ruleset !== undefined);
    const heads = await this.#source.heads(asked.map(({ scope }) => scope));
    for (const head of heads) this.#onHead(head);
    const there = new Set(heads.map(({ environmentId }) => environmentId));
    for (const held of loaded) if (!there.has(held.scope.environmentId)) this.#forget(held);
  }

  /** Whoever follows it still is sent away by their key first. */
  #forget({ scope, listeners, loading }: Held): void {
    if (listeners.size > 0 || loading) return;
    this.#held.delete(scope.environmentId);
    this.#onGone(scope);
  }

  #onHead(head: RulesetHead): void {
    const held = this.#held.get(head.environmentId);
    if (!held || held.scope.tenantId !== head.tenantId || !isNews(held.ruleset, head)) return;
    if (held.loading) {
      held.isBehind = true;
      return;
    }
    // What goes wrong is told to `onError` where it happens; here nobody waits for the load.
    this.#load(held).catch(() => undefined);
  }

  #hold(scope: Scope): Held {
    const held = this.#held.get(scope.environmentId);
    if (held) return held;
    const added: Held = {
      scope,
      ruleset: undefined,
      loading: undefined,
      isBehind: false,
      listeners: new Set(),
    };
    this.#held.set(scope.environmentId, added);
    return added;
  }

  /** One load at a time for each environment, however many ask. */
  async #load(held: Held): Promise<void> {
    held.loading ??= this.#loadUntilCurrent(held);
    await held.loading;
  }

  /** Ends the load in the very step that sees nothing newer, so that no hint falls between. */
  async #loadUntilCurrent(held: Held): Promise<void> {
    try {
      do {
        held.isBehind = false;
        const stored = await this.#loadStored(held);
        if (stored) await this.#accept(held, stored);
      } while (held.isBehind);
    } finally {
      held.loading = undefined;
    }
  }

  async #loadStored({ scope, ruleset }: Held): Promise<StoredRuleset | undefined> {
    try {
      return await this.#source.load(scope);
    } catch (cause) {
      // Whoever asked is told to come back: nothing is wrong that somebody should look at.
      if (cause instanceof BusyError && !ruleset) throw cause;
      this.#onError(cause, scope);
      if (ruleset) return undefined;
      throw new AppError("unavailable", "The ruleset can't be loaded at the moment; try again shortly.", {
        cause,
      });
    }
  }

  /** What can't be read, or lacks a list, is left for the next look at the heads; the ruleset before it stays. */
  async #accept(held: Held, stored: StoredRuleset): Promise<void> {
    if (!isNews(held.ruleset, stored)) return;
    try {
      const ruleset = rulesetOf(stored);
      const lists = await this.#listsOf(held.scope, ruleset);
      const list: FindList = (hash) => lists.get(hash)?.list;
      held.ruleset = toLive(stored, prepare(ruleset, { matches, list }), list);
    } catch (error) {
      this.#onError(error, held.scope);
      return;
    }
    for (const listener of held.listeners) {
      try {
        listener(held.ruleset);
      } catch (error) {
        this.#onError(error, held.scope);
      }
    }
  }

  /** @throws {Error} where one of them is not there */
  async #listsOf(scope: Scope, ruleset: Ruleset): Promise<ReadonlyMap<string, LiveList>> {
    const hashes = [...listsNeeded(ruleset).keys()];
    const found = await Promise.all(
      hashes.map(async (hash) => {
        const list = await this.#source.list(scope, hash);
        if (!list)
          throw new Error(`Revision ${ruleset.revision} names the list ${hash}, which is not there.`);
        return [hash, list] as const;
      }),
    );
    return new Map(found);
  }
}

/** @throws {Error} when the body is no ruleset that this build reads */
function rulesetOf({ revision, body }: StoredRuleset): Ruleset {
  const read = readRuleset(JSON.parse(body));
  if (!read.ok) throw new Error(`Revision ${revision} can't be read: ${read.error.message}`);
  return read.ruleset;
}

/** Within an epoch only a higher revision is news; another epoch always is, since only the database tells of it. */
function isNews(
  current: Pick<LiveRuleset, "epoch" | "revision"> | undefined,
  head: { readonly epoch: string; readonly revision: number },
): boolean {
  return !current || current.epoch !== head.epoch || head.revision > current.revision;
}

function toLive(
  { epoch, revision, body, removed, removedSegments, attributesRevision }: StoredRuleset,
  evaluator: Evaluator,
  list: FindList,
): LiveRuleset {
  return {
    epoch,
    revision,
    body,
    etag: `"${epoch}.${revision}"`,
    evaluator,
    list,
    patchFrom: (fromEpoch, from) => {
      if (fromEpoch !== epoch || from >= revision || revision - from > MOST_REVISIONS_IN_PATCH)
        return undefined;
      return patchSince(evaluator.ruleset, removed, from, removedSegments, attributesRevision);
    },
  };
}
