/**
 * The rulesets that a node holds in memory, compiled: every read is answered from here, and none asks the database.
 * Kept fresh by hints from the bus, and by asking for the head revisions, since a hint may be lost. Where the database
 * can't be reached, a node begins with what was kept of an earlier process.
 */
import {
  BusyError,
  type EnvironmentId,
  type RulesetHead,
  type StoredRuleset,
  type TenantId,
} from "@burgee/db";
import { type FindList, listsNeeded, prepare, type Ruleset } from "@burgee/engine";
import { matches } from "@burgee/engine/matches";
import { AppError } from "../errors/app-error.ts";
import { within } from "../turns/within.ts";
import { type FollowTenant, HeldTenants } from "./held-tenants.ts";
import type { LiveList } from "./live-lists.ts";
import {
  isNews,
  type KeptRuleset,
  type LiveRuleset,
  rulesetOf,
  type ServedFrom,
  toLive,
} from "./live-ruleset.ts";
import type { RulesetCache } from "./ruleset-cache.ts";
import { decodeHint } from "./ruleset-hint.ts";
import type { Scope } from "./scope.ts";

/** What outlives this process. */
export interface KeptRulesets {
  /** The last that was kept of an environment; undefined where there is none that can be read. */
  readonly find: (scope: Scope) => Promise<KeptRuleset | undefined>;
  /** Told of each ruleset that came from the database, with the lists that it names, once it is served. */
  readonly keep: (scope: Scope, stored: StoredRuleset, lists: ReadonlyMap<string, LiveList>) => void;
  /** Told each time that the database said that the ruleset which is served is the newest. */
  readonly confirm: (scope: Scope) => void;
  /** Told of an environment that is no more. */
  readonly forget: (scope: Scope) => void;
}

/** What a node holds, all environments together. */
export interface HeldRulesets {
  readonly served: number;
  /** Of those, how many are served from each. */
  readonly from: Readonly<Record<ServedFrom, number>>;
  /** How long ago the database said of the one that waits longest that it is the newest; 0 where nothing is served. */
  readonly oldestMs: number;
}

export interface RulesetSource {
  readonly load: (scope: Scope) => Promise<StoredRuleset | undefined>;
  /** A list that the ruleset names; undefined where it is not there. */
  readonly list: (scope: Scope, hash: string) => Promise<LiveList | undefined>;
  readonly heads: (scopes: readonly Scope[]) => Promise<readonly RulesetHead[]>;
}

export interface LiveRulesetsOptions {
  readonly source: RulesetSource;
  readonly kept?: KeptRulesets | undefined;
  /** Copies that spare the database; never asked about epochs, which only the database tells. */
  readonly cache?: Pick<RulesetCache, "find" | "fill" | "heads"> | undefined;
  /** Counts milliseconds from any start. */
  readonly nowMs?: () => number;
  readonly patienceMs?: number;
  readonly longestMs?: number;
  /** A ruleset that can't be loaded or read; the last good one goes on being served. */
  readonly onError: (error: unknown, scope: Scope) => void;
  /** An environment whose tenant goes, and whose ruleset this node has forgotten. */
  readonly onGone?: (scope: Scope) => void;
}

type Head = Pick<RulesetHead, "epoch" | "revision">;

type Listener = (ruleset: LiveRuleset) => void;

interface Held {
  readonly scope: Scope;
  ruleset: LiveRuleset | undefined;
  /** When the database last said that this ruleset is the newest; of one that was kept, an earlier process heard it. */
  confirmedMs: number;
  isConfirmedHere: boolean;
  loading: Promise<void> | undefined;
  /** What was kept is being read. */
  recalling: Promise<void> | undefined;
  /** The newest that was heard of. */
  wanted: Head | undefined;
  /** A newer head came while a load was under way, which may have read the older one. */
  isBehind: boolean;
  readonly listeners: Set<Listener>;
}

/** What was not confirmed for so long is no longer called live. */
const STALE_MS = 60_000;
/**
 * How long the first caller waits for the database where something was kept: one that hangs must not hold it up. With what a key waits
 * before it, this leaves some of the 100 ms that an evaluation may take.
 */
const PATIENCE_MS = 40;
/** How long where nothing was: to refuse sooner would only have everybody ask again. */
const LONGEST_MS = 1_000;
/** How long a first copy waits for the database to say that it is the newest, its own arrival included. */
const NEWEST_WITHIN_MS = 80;

export class LiveRulesets {
  readonly #source: RulesetSource;
  readonly #kept: KeptRulesets | undefined;
  readonly #nowMs: () => number;
  readonly #cache: LiveRulesetsOptions["cache"];
  readonly #patienceMs: number;
  readonly #longestMs: number;
  readonly #onError: LiveRulesetsOptions["onError"];
  readonly #onGone: (scope: Scope) => void;
  readonly #held = new Map<EnvironmentId, Held>();
  readonly #tenants = new HeldTenants();

  constructor({
    source,
    kept,
    cache,
    nowMs = () => performance.now(),
    patienceMs = PATIENCE_MS,
    longestMs = LONGEST_MS,
    onError,
    onGone = () => undefined,
  }: LiveRulesetsOptions) {
    this.#source = source;
    this.#kept = kept;
    this.#cache = cache;
    this.#nowMs = nowMs;
    this.#patienceMs = patienceMs;
    this.#longestMs = longestMs;
    this.#onError = onError;
    this.#onGone = onGone;
  }

  /**
   * The newest ruleset that this node has; loaded once when it is asked for first, or recalled where that can't be soon.
   * @throws {AppError} "ruleset_not_ready" before the environment's first ruleset is published, "unavailable" when it
   *   was never loaded or kept and can't be loaded now
   * @throws {BusyError} when it was never loaded or kept, and too much of this tenant's work waits
   */
  async get(scope: Scope): Promise<LiveRuleset> {
    const held = this.#hold(scope);
    if (!held.ruleset) await this.#loadOrRecall(held);
    if (held.ruleset) return held.ruleset;
    throw new AppError(
      "ruleset_not_ready",
      "This environment's ruleset is being published; try again in a second.",
    );
  }

  /** What {@link get} would answer at once; undefined where it would wait. */
  peek({ environmentId }: Scope): LiveRuleset | undefined {
    return this.#held.get(environmentId)?.ruleset;
  }

  /** Calls `listener` for each newer ruleset of an environment. Returns what ends that. */
  watch(scope: Scope, listener: Listener): () => void {
    const { listeners } = this.#hold(scope);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  /** Calls `follow` once for each tenant of which something is held from now on, and what that returns once nothing of it is held any more. */
  followTenants(follow: FollowTenant): void {
    this.#tenants.follow = follow;
  }

  /** Takes a message from the bus. One that is no news, or no hint at all, does nothing. */
  onHint(message: string): void {
    const head = decodeHint(message);
    if (head) this.#onHead(head);
  }

  /** Asks how far the environments that this node holds are, of some tenants or all, loads those that are further, and forgets those that are gone. */
  async refresh(tenants?: ReadonlySet<TenantId>): Promise<void> {
    const asked = [...this.#held.values()].filter(({ scope }) => tenants?.has(scope.tenantId) ?? true);
    if (asked.length === 0) return;
    const loaded = asked.filter(({ ruleset }) => ruleset !== undefined);
    const askedMs = this.#nowMs();
    const heads = await this.#source.heads(asked.map(({ scope }) => scope));
    for (const head of heads) {
      this.#confirm(head, askedMs);
      this.#onHead(head);
    }
    const there = new Set(heads.map(({ environmentId }) => environmentId));
    for (const held of loaded) if (!there.has(held.scope.environmentId)) this.#forget(held);
  }

  /**
   * Asks the copies how new they are, and loads those that are newer. What has another epoch is the database's to tell. False where there
   * are no copies; confirms nothing.
   * @throws {Error} where they can't be asked
   */
  async glance(): Promise<boolean> {
    if (!this.#cache) return false;
    const asked = [...this.#held.values()];
    const heads = asked.length === 0 ? [] : await this.#cache.heads(asked.map(({ scope }) => scope));
    const strange: Scope[] = [];
    for (const head of heads) {
      const { ruleset } = this.#held.get(head.environmentId) ?? {};
      if (ruleset && ruleset.epoch !== head.epoch) strange.push(head);
      else this.#onHead(head);
    }
    if (strange.length > 0) for (const head of await this.#source.heads(strange)) this.#onHead(head);
    return true;
  }

  survey(): HeldRulesets {
    const from = { live: 0, stale: 0, disk: 0 };
    let oldestMs = 0;
    for (const { ruleset, confirmedMs } of this.#held.values()) {
      if (!ruleset) continue;
      from[ruleset.servedFrom()] += 1;
      oldestMs = Math.max(oldestMs, this.#nowMs() - confirmedMs);
    }
    return { served: from.live + from.stale + from.disk, from, oldestMs };
  }

  /** Whoever follows it still is sent away by their key first. */
  #forget({ scope, listeners, loading }: Held): void {
    if (listeners.size > 0 || loading) return;
    this.#held.delete(scope.environmentId);
    this.#tenants.leave(scope.tenantId);
    this.#kept?.forget(scope);
    this.#onGone(scope);
  }

  /** @param askedMs from before the question: what is published while it is answered is news still */
  #confirm({ tenantId, environmentId, ...head }: RulesetHead, askedMs: number): void {
    const held = this.#held.get(environmentId);
    if (held?.scope.tenantId !== tenantId || !held.ruleset || isNews(held.ruleset, head)) return;
    held.confirmedMs = askedMs;
    held.isConfirmedHere = true;
    this.#kept?.confirm(held.scope);
  }

  #onHead(head: RulesetHead): void {
    const held = this.#held.get(head.environmentId);
    if (!held || held.scope.tenantId !== head.tenantId || !isNews(held.ruleset, head)) return;
    if (isNews(held.wanted, head)) held.wanted = head;
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
      confirmedMs: Number.NEGATIVE_INFINITY,
      isConfirmedHere: false,
      loading: undefined,
      recalling: undefined,
      wanted: undefined,
      isBehind: false,
      listeners: new Set(),
    };
    this.#held.set(scope.environmentId, added);
    this.#tenants.enter(scope.tenantId);
    return added;
  }

  /** A copy, or what the database says, if either comes soon; else what was kept. Where nothing was, the database is waited for. */
  async #loadOrRecall(held: Held): Promise<void> {
    const loading = this.#load(held);
    if (this.#kept) {
      if ((await isDoneWithin(loading, this.#patienceMs)) || held.ruleset) return;
      held.recalling ??= this.#recall(held, this.#kept).finally(() => {
        held.recalling = undefined;
      });
      await held.recalling;
      if (held.ruleset) return;
    }
    await within(loading, this.#longestMs, () => {
      throw unavailable(new Error(`Nothing was loaded within ${this.#longestMs} ms.`));
    });
  }

  /** Nothing that was kept takes the place of what came from the database, however late it is read. */
  async #recall(held: Held, kept: KeptRulesets): Promise<void> {
    try {
      const found = await kept.find(held.scope);
      if (!found) return;
      const { live } = await this.#compile(held, found.stored);
      if (held.ruleset) return;
      held.confirmedMs = this.#nowMs() - found.ageMs;
      this.#serve(held, live);
    } catch (error) {
      this.#onError(error, held.scope);
    }
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
        const askedMs = this.#nowMs();
        const found = await this.#findCopy(held);
        if (found && (await this.#accept(held, found.stored, this.#nowMs() - found.ageMs))) continue;
        const stored = await this.#loadStored(held);
        if (!stored) continue;
        void this.#cache?.fill(held.scope, stored);
        await this.#accept(held, stored, askedMs);
      } while (held.isBehind);
    } finally {
      held.loading = undefined;
      held.wanted = undefined;
    }
  }

  /** A copy that is as new as what was heard of. Epochs are the database's to tell, so one is taken only within an epoch, or for a start. */
  async #findCopy({ scope, ruleset, wanted }: Held): Promise<KeptRuleset | undefined> {
    if (!this.#cache || (ruleset && wanted?.epoch !== ruleset.epoch)) return undefined;
    const askedMs = this.#nowMs();
    const found = await this.#cache.find(scope);
    if (!found || (wanted && isNews(found.stored, wanted))) return undefined;
    return ruleset ? found : this.#asNewest(scope, found, NEWEST_WITHIN_MS - (this.#nowMs() - askedMs));
  }

  /** Undefined where the database says soon that there is a newer one; as old as it is where it says nothing. */
  async #asNewest(scope: Scope, found: KeptRuleset, withinMs: number): Promise<KeptRuleset | undefined> {
    const asking = this.#source.heads([scope]).catch(() => undefined);
    const heads = await within(asking, Math.max(0, withinMs), () => undefined);
    if (!heads) return found;
    const [head] = heads;
    return head && !isNews(found.stored, head) ? { ...found, ageMs: 0 } : undefined;
  }

  async #loadStored({ scope, ruleset }: Held): Promise<StoredRuleset | undefined> {
    try {
      return await this.#source.load(scope);
    } catch (cause) {
      // Whoever asked is told to come back: nothing is wrong that somebody should look at.
      if (cause instanceof BusyError && !ruleset) throw cause;
      this.#onError(cause, scope);
      if (ruleset) return undefined;
      throw unavailable(cause);
    }
  }

  /** What can't be read, or lacks a list, is left for the next look at the heads; the ruleset before it stays. False then. */
  async #accept(held: Held, stored: StoredRuleset, askedMs: number): Promise<boolean> {
    const { tenantId, environmentId } = held.scope;
    if (!isNews(held.ruleset, stored)) {
      this.#confirm({ ...stored, tenantId, environmentId }, askedMs);
      return true;
    }
    try {
      const { live, lists } = await this.#compile(held, stored);
      held.confirmedMs = askedMs;
      held.isConfirmedHere = true;
      this.#serve(held, live);
      this.#kept?.keep(held.scope, stored, lists);
      return true;
    } catch (error) {
      this.#onError(error, held.scope);
      return false;
    }
  }

  /** @throws {Error} for what can't be read, or lacks a list */
  async #compile(
    held: Held,
    stored: StoredRuleset,
  ): Promise<{ readonly live: LiveRuleset; readonly lists: ReadonlyMap<string, LiveList> }> {
    const ruleset = rulesetOf(stored);
    const lists = await this.#listsOf(held.scope, ruleset);
    const list: FindList = (hash) => lists.get(hash)?.list;
    const servedFrom = () => this.#servedFrom(held);
    return { live: toLive(stored, prepare(ruleset, { matches, list }), { list, servedFrom }), lists };
  }

  #serve(held: Held, ruleset: LiveRuleset): void {
    held.ruleset = ruleset;
    for (const listener of held.listeners) {
      try {
        listener(ruleset);
      } catch (error) {
        this.#onError(error, held.scope);
      }
    }
  }

  #servedFrom({ isConfirmedHere, confirmedMs }: Held): ServedFrom {
    if (!isConfirmedHere) return "disk";
    return this.#nowMs() - confirmedMs > STALE_MS ? "stale" : "live";
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

function unavailable(cause: unknown): AppError {
  return new AppError("unavailable", "The ruleset can't be loaded at the moment; try again shortly.", {
    cause,
  });
}

/** Whether it ended well by then. One that goes on, goes on; whoever waits for it later hears how it ended. */
function isDoneWithin(work: Promise<void>, withinMs: number): Promise<boolean> {
  const done = work.then(
    () => true,
    () => false,
  );
  return within(done, withinMs, () => false);
}
