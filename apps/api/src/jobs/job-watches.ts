/**
 * Everybody who watches jobs at this process. The row alone says how a job stands, so it is asked for, once in a while for all who watch
 * the same one.
 */
import { type Caller, getJob, hasEnded, type JobView, jobOf, maySeeJob } from "@burgee/core";
import type { JobId } from "@burgee/db";
import type { Logger } from "@burgee/runtime";
import { onceWhileItLasts } from "@burgee/runtime";
import {
  noLongerWatched,
  type RecheckPerson,
  type WatchLimits,
  WatchPlaces,
} from "../watches/watch-places.ts";
import { JobFeed } from "./job-feed.ts";

export interface WatchRequest {
  readonly id: JobId;
  /** The version that was seen last. */
  readonly after?: number | undefined;
  readonly signal: AbortSignal;
  readonly recheck: RecheckPerson;
}

const WATCH_LIMITS: WatchLimits = {
  maxWatches: 1_000,
  maxOfTenant: 50,
  maxAgeMs: 15 * 60_000,
  recheckMs: 3_000,
  pollMs: 500,
};

export interface Watch {
  /** Nothing comes any more: the job has ended, and the last of it was seen. */
  readonly isOver: boolean;
  /**
   * How it stands, and each time that it stands otherwise; the last one is its end. What changes while nobody takes it is left out.
   * @throws {DOMException} "AbortError" where it ends before the job does: come back with the version that was seen last
   */
  readonly views: () => AsyncGenerator<JobView, void>;
}

export class JobWatches {
  readonly #limits: WatchLimits;
  readonly #feeds = new Map<JobId, JobFeed>();
  readonly #places: WatchPlaces;
  readonly #onUnread: (error: unknown) => void;

  constructor(log: Logger, limits: Partial<WatchLimits> = {}) {
    this.#limits = { ...WATCH_LIMITS, ...limits };
    this.#places = new WatchPlaces(this.#limits);
    this.#onUnread = onceWhileItLasts((err) => log.warn({ err }, "Jobs that are watched could not be read."));
  }

  /** @throws {AppError} "job_not_found" @throws {TransportError} "too_many_streams" */
  async open(caller: Pick<Caller, "db" | "person">, request: WatchRequest): Promise<Watch> {
    const { id, after = 0 } = request;
    const first = await getJob(caller, { id });
    this.#places.demand(caller.person.tenantId, "jobs");
    return {
      isOver: hasEnded(first) && first.version <= after,
      views: () => this.#follow(caller, request, first),
    };
  }

  /** Ends all of them; whoever comes again finds another process. */
  close(): void {
    this.#places.close();
    for (const feed of this.#feeds.values()) feed.close();
  }

  async *#follow(
    { db, person: { tenantId } }: Pick<Caller, "db" | "person">,
    { id, after = 0, signal, recheck }: WatchRequest,
    first: JobView,
  ): AsyncGenerator<JobView, void> {
    const { pollMs } = this.#limits;
    const onError = this.#onUnread;
    const isAllowed = async () => {
      const person = await recheck();
      return person !== undefined && maySeeJob(person, first);
    };
    const place = this.#places.take(tenantId, { signal, isAllowed, onError });
    const read = () => jobOf(db, tenantId, id);
    const feed = this.#feeds.get(id) ?? new JobFeed(read, { pollMs, onUnread: onError });
    this.#feeds.set(id, feed);
    feed.users += 1;
    try {
      let seen = first;
      if (seen.version > after) yield seen;
      while (!hasEnded(seen)) {
        const next = await feed.next(seen.version, place.signal);
        if (!next) throw noLongerWatched();
        seen = next;
        yield seen;
      }
    } finally {
      place.leave();
      feed.users -= 1;
      if (feed.users === 0) {
        feed.close();
        if (this.#feeds.get(id) === feed) this.#feeds.delete(id);
      }
    }
  }
}
