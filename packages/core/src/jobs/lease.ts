/** The hold of one worker on one job: renewed while the work goes on, and told when it is lost. */
import type { Database, HeldJob, JobProgress, TenantId } from "@burgee/db";

/** Another worker has the job, or somebody cancelled it: whatever this one still does reaches nobody. */
export class LeaseLostError extends Error {
  override readonly name = "LeaseLostError";

  constructor() {
    super("The job was cancelled, or another worker took it on.");
  }
}

/** This worker stops, and leaves the job to another one. */
export class WorkerStoppingError extends Error {
  override readonly name = "WorkerStoppingError";

  constructor() {
    super("The worker stops; another one takes the job on.");
  }
}

export interface LeaseTimes {
  /** How long a worker may show no life before another one takes its jobs on. */
  readonly leaseMs: number;
  /** How often it shows life without news. */
  readonly renewMs: number;
  /** How often news are written. */
  readonly reportMs: number;
}

export const LEASE_TIMES: LeaseTimes = { leaseMs: 15_000, renewMs: 4_000, reportMs: 1_000 };

interface Shown {
  readonly progress: JobProgress;
  readonly note: string | null;
}

const LONGEST_NOTE = 500;

export class Lease {
  readonly #db: Database;
  readonly #tenantId: TenantId;
  readonly #held: HeldJob;
  readonly #times: LeaseTimes;
  readonly #ending = new AbortController();
  readonly #timer: NodeJS.Timeout;
  #renewing: Promise<void> | undefined;
  #renewedMs = performance.now();
  #news: Shown | undefined;

  constructor(db: Database, tenantId: TenantId, held: HeldJob, times: LeaseTimes) {
    this.#db = db;
    this.#tenantId = tenantId;
    this.#held = held;
    this.#times = times;
    this.#timer = setInterval(() => this.#tick(), times.reportMs).unref();
  }

  /** Aborted once the work is to end, with the reason. */
  get signal(): AbortSignal {
    return this.#ending.signal;
  }

  report(progress: JobProgress, note?: string): void {
    this.#news = { progress, note: note?.slice(0, LONGEST_NOTE) ?? null };
  }

  /** @throws {LeaseLostError} */
  async keep(checkpoint: object): Promise<void> {
    this.#demandHeld();
    const isKept = await this.#db.transact(this.#tenantId, ({ jobs }) => jobs.keep(this.#held, checkpoint));
    if (!isKept) this.#lose();
    this.#demandHeld();
  }

  /** Ends the work, which is told why. */
  end(reason: LeaseLostError | WorkerStoppingError): void {
    this.#ending.abort(reason);
  }

  /** Writes what is not yet shown, and renews no more. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#renewing;
    if (this.#news && !this.signal.aborted) await this.#renew();
  }

  #tick(): void {
    if (this.#renewing || this.signal.aborted) return;
    const sinceMs = performance.now() - this.#renewedMs;
    // Whoever can't reach the database for so long holds nothing any more.
    if (sinceMs >= this.#times.leaseMs) this.#lose();
    else if (this.#news || sinceMs >= this.#times.renewMs) {
      this.#renewing = this.#renew().finally(() => {
        this.#renewing = undefined;
      });
    }
  }

  async #renew(): Promise<void> {
    const { leaseMs } = this.#times;
    const news = this.#news;
    this.#news = undefined;
    const beganMs = performance.now();
    try {
      const isHeld = await this.#db.transact(this.#tenantId, ({ jobs }) =>
        jobs.renew(this.#held, leaseMs, news),
      );
      if (isHeld) this.#renewedMs = beganMs;
      else this.#lose();
    } catch {
      // The next turn tries again, until the lease has run out.
      this.#news ??= news;
    }
  }

  #lose(): void {
    this.end(new LeaseLostError());
  }

  #demandHeld(): void {
    if (this.signal.reason instanceof LeaseLostError) throw this.signal.reason;
  }
}
