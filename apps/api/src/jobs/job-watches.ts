/**
 * Everybody who watches jobs at this process. The row alone says how a job stands, so it is asked for, once in a while for all who watch
 * the same one.
 */
import { type Caller, getJob, hasEnded, type JobView, jobOf, maySeeJob, type Person } from "@burgee/core";
import type { JobId, TenantId } from "@burgee/db";
import type { Logger } from "@burgee/runtime";
import { onceWhileItLasts } from "@burgee/runtime";
import { TransportError } from "../errors/api-error.ts";
import { JobFeed } from "./job-feed.ts";

export interface WatchLimits {
  readonly maxWatches: number;
  readonly maxOfTenant: number;
  /** Whoever watches comes back after this time. */
  readonly maxAgeMs: number;
  /** How often it is asked whether who watches still may. */
  readonly recheckMs: number;
  readonly pollMs: number;
}

/** Who watches, as of now; undefined once their key or session has ended. */
export type RecheckPerson = () => Promise<Person | undefined>;

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
  readonly #ofTenants = new Map<TenantId, number>();
  readonly #closing = new AbortController();
  readonly #onUnread: (error: unknown) => void;
  #count = 0;

  constructor(log: Logger, limits: Partial<WatchLimits> = {}) {
    this.#limits = { ...WATCH_LIMITS, ...limits };
    this.#onUnread = onceWhileItLasts((err) => log.warn({ err }, "Jobs that are watched could not be read."));
  }

  /** @throws {AppError} "job_not_found" @throws {TransportError} "too_many_streams" */
  async open(caller: Pick<Caller, "db" | "person">, request: WatchRequest): Promise<Watch> {
    const { id, after = 0 } = request;
    const first = await getJob(caller, { id });
    this.#demandPlace(caller.person.tenantId);
    return {
      isOver: hasEnded(first) && first.version <= after,
      views: () => this.#follow(caller, request, first),
    };
  }

  /** Ends all of them; whoever comes again finds another process. */
  close(): void {
    this.#closing.abort();
    for (const feed of this.#feeds.values()) feed.close();
  }

  async *#follow(
    { db, person: { tenantId } }: Pick<Caller, "db" | "person">,
    { id, after = 0, signal, recheck }: WatchRequest,
    first: JobView,
  ): AsyncGenerator<JobView, void> {
    const { maxAgeMs, pollMs } = this.#limits;
    const guard = this.#guard(recheck, first);
    const ending = AbortSignal.any([
      signal,
      guard.signal,
      this.#closing.signal,
      AbortSignal.timeout(maxAgeMs),
    ]);
    const read = () => jobOf(db, tenantId, id);
    const feed = this.#feeds.get(id) ?? new JobFeed(read, { pollMs, onUnread: this.#onUnread });
    this.#feeds.set(id, feed);
    feed.users += 1;
    this.#add(tenantId, 1);
    try {
      let seen = first;
      if (seen.version > after) yield seen;
      while (!hasEnded(seen)) {
        const next = await feed.next(seen.version, ending);
        if (!next) throw new DOMException("This is no longer watched here.", "AbortError");
        seen = next;
        yield seen;
      }
    } finally {
      guard.end();
      feed.users -= 1;
      this.#add(tenantId, -1);
      if (feed.users === 0) {
        feed.close();
        if (this.#feeds.get(id) === feed) this.#feeds.delete(id);
      }
    }
  }

  /** A watch outlives the moment in which it was asked who watches. */
  #guard(recheck: RecheckPerson, job: JobView): { readonly signal: AbortSignal; readonly end: () => void } {
    const ended = new AbortController();
    const ask = async () => {
      const person = await recheck();
      if (!person || !maySeeJob(person, job)) ended.abort();
    };
    const timer = setInterval(() => ask().catch(this.#onUnread), this.#limits.recheckMs).unref();
    return { signal: ended.signal, end: () => clearInterval(timer) };
  }

  #demandPlace(tenantId: TenantId): void {
    const { maxWatches, maxOfTenant } = this.#limits;
    const isFull = this.#count >= maxWatches || (this.#ofTenants.get(tenantId) ?? 0) >= maxOfTenant;
    if (!isFull && !this.#closing.signal.aborted) return;
    throw new TransportError(
      "too_many_streams",
      "As many jobs are watched here as can be; look at the job itself, or try again.",
    );
  }

  #add(tenantId: TenantId, by: 1 | -1): void {
    this.#count += by;
    const ofTenant = (this.#ofTenants.get(tenantId) ?? 0) + by;
    if (ofTenant > 0) this.#ofTenants.set(tenantId, ofTenant);
    else this.#ofTenants.delete(tenantId);
  }
}
