/** Everybody who watches a project at this process, to hear what others change there. */
import {
  type Caller,
  changesSince,
  enterWatchedProject,
  hearsOf,
  type LiveChange,
  liveChangeOf,
  type WatchedProject,
} from "@burgee/core";
import type { Database, SystemDatabase, TenantId } from "@burgee/db";
import { type Logger, onceWhileItLasts } from "@burgee/runtime";
import {
  noLongerWatched,
  type RecheckPerson,
  type WatchLimits,
  WatchPlaces,
} from "../watches/watch-places.ts";
import { ChangeFeed } from "./change-feed.ts";

/** What who watches is told; `seq` is what they have heard by then. */
export type LiveNews =
  | { readonly type: "from"; readonly seq: number }
  | ({ readonly type: "change" } & LiveChange)
  /** Something changed, which is no longer told one by one. */
  | { readonly type: "missed"; readonly seq: number };

export interface ChangeWatchDeps {
  readonly db: Database;
  readonly system: SystemDatabase;
  readonly log: Logger;
}

export interface ChangeWatchRequest {
  readonly project: string;
  /** What was heard last. */
  readonly after: number | undefined;
  readonly signal: AbortSignal;
  readonly recheck: RecheckPerson;
}

const LIMITS: WatchLimits = {
  maxWatches: 2_000,
  maxOfTenant: 200,
  maxAgeMs: 15 * 60_000,
  recheckMs: 3_000,
  pollMs: 500,
};

export class ChangeWatches {
  readonly #deps: ChangeWatchDeps;
  readonly #limits: WatchLimits;
  readonly #places: WatchPlaces;
  readonly #feeds = new Map<TenantId, ChangeFeed>();
  readonly #onUnread: (error: unknown) => void;

  constructor(deps: ChangeWatchDeps, limits: Partial<WatchLimits> = {}) {
    this.#deps = deps;
    this.#limits = { ...LIMITS, ...limits };
    this.#places = new WatchPlaces(this.#limits);
    this.#onUnread = onceWhileItLasts((err) =>
      deps.log.warn({ err }, "What changes in projects that are watched could not be read."),
    );
  }

  /** @throws {AppError} "forbidden", "project_not_found" @throws {TransportError} "too_many_streams" */
  async open(
    caller: Pick<Caller, "db" | "person">,
    request: ChangeWatchRequest,
  ): Promise<AsyncGenerator<LiveNews, void>> {
    const project = await enterWatchedProject(caller, request);
    this.#places.demand(caller.person.tenantId, "projects");
    return this.#follow(caller, project, request);
  }

  /** Ends all of them; whoever comes again finds another process. */
  close(): void {
    this.#places.close();
    for (const feed of this.#feeds.values()) feed.close();
  }

  async *#follow(
    caller: Pick<Caller, "db" | "person">,
    project: WatchedProject,
    { after, signal, recheck }: ChangeWatchRequest,
  ): AsyncGenerator<LiveNews, void> {
    const { tenantId } = caller.person;
    let { person } = caller;
    const isAllowed = async () => {
      const now = await recheck();
      if (now) person = now;
      return now?.tenantId === tenantId;
    };
    const place = this.#places.take(tenantId, { signal, isAllowed, onError: this.#onUnread });
    const feed = this.#join(tenantId);
    try {
      let heard = after ?? (await feed.head());
      yield { type: "from", seq: heard };
      for (;;) {
        const news = await feed.next(heard, place.signal);
        if (!news) throw noLongerWatched();
        heard = news.head;
        if (!news.changes) yield { type: "missed", seq: heard };
        for (const change of news.changes ?? []) {
          if (hearsOf(person, project, change)) yield { type: "change", ...liveChangeOf(change) };
        }
      }
    } finally {
      place.leave();
      this.#leave(tenantId, feed);
    }
  }

  #join(tenantId: TenantId): ChangeFeed {
    const feed =
      this.#feeds.get(tenantId) ??
      new ChangeFeed((after) => changesSince(this.#deps, tenantId, after), {
        pollMs: this.#limits.pollMs,
        onUnread: this.#onUnread,
      });
    this.#feeds.set(tenantId, feed);
    feed.users += 1;
    return feed;
  }

  #leave(tenantId: TenantId, feed: ChangeFeed): void {
    feed.users -= 1;
    if (feed.users > 0) return;
    feed.close();
    this.#feeds.delete(tenantId);
  }
}
