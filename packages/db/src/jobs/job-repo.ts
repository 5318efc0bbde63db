import { type Selectable, sql } from "kysely";
import { newId } from "../ids.ts";
import { isOlderThan } from "../newest-first.ts";
import { Repo } from "../repo.ts";
import type { Actor, Job, JobError, JobId, JobProgress, JobStatus } from "../schema/records.ts";
import type { Tables } from "../schema/tables.ts";
import { inMs } from "../system/database-clock.ts";

export interface NewJob {
  readonly kind: string;
  readonly payload: object;
  readonly createdBy: Actor;
  readonly traceparent: string;
}

export interface JobFilter {
  readonly status?: JobStatus | undefined;
  readonly kind?: string | undefined;
  readonly seenBy: SeenBy;
}

/** Whose jobs of which kinds are meant. */
export interface SeenBy {
  readonly actor: Actor;
  /** Of these, those that the actor began. */
  readonly ownKinds: readonly string[];
  /** Of these, whoever began them. */
  readonly kinds: readonly string[];
}

interface JobWindow {
  /** The job after which the page begins. */
  readonly before: JobId | undefined;
  readonly limit: number;
}

/** What somebody holds who runs a job. Whoever holds another one, or none any more, changes nothing. */
export interface HeldJob {
  readonly jobId: JobId;
  readonly lease: string;
}

export interface ClaimTerms {
  /** The kinds that who claims can run. */
  readonly kinds: readonly string[];
  readonly leaseMs: number;
  /** How many of the tenant's run at a time. */
  readonly mostRunning: number;
}

const UNFINISHED = ["waiting", "running"] as const;

export class JobReader extends Repo {
  async find(jobId: JobId): Promise<Job | undefined> {
    const row = await this.#jobs().where("job_id", "=", jobId).executeTakeFirst();
    return row && fromRow(row);
  }

  /** Newest first. */
  async list({ status, kind, seenBy }: JobFilter, { before, limit }: JobWindow): Promise<readonly Job[]> {
    const rows = await this.#jobs()
      .$if(status !== undefined, (query) => query.where("status", "=", status ?? "waiting"))
      .$if(kind !== undefined, (query) => query.where("kind", "=", kind ?? ""))
      .where((eb) =>
        eb.or([
          eb.and([eb("created_by", "=", seenBy.actor), isOneOf(seenBy.ownKinds)]),
          isOneOf(seenBy.kinds),
        ]),
      )
      .$if(before !== undefined, (query) => query.where(isOlderThan("jobs", this.tenantId, before)))
      .orderBy("created_at", "desc")
      .orderBy("job_id", "desc")
      .limit(limit)
      .execute();
    return rows.map(fromRow);
  }

  /** Those that wait or run. */
  async countUnfinished(): Promise<number> {
    const { count } = await this.trx
      .selectFrom("jobs")
      .select((eb) => eb.fn.countAll<string>().as("count"))
      .where("tenant_id", "=", this.tenantId)
      .where("status", "in", UNFINISHED)
      .executeTakeFirstOrThrow();
    return Number(count);
  }

  #jobs() {
    return this.trx.selectFrom("jobs").selectAll().where("tenant_id", "=", this.tenantId);
  }
}

export class JobWriter extends JobReader {
  /** Whoever counts the tenant's jobs next waits until the transaction ends. */
  async lockCounts(): Promise<void> {
    await sql`
      select pg_advisory_xact_lock(hashtextextended('burgee.jobs ' || ${this.tenantId}, 0))`.execute(
      this.trx,
    );
  }

  async create({ kind, payload, createdBy, traceparent }: NewJob): Promise<Job> {
    const row = await this.trx
      .insertInto("jobs")
      .values({
        tenant_id: this.tenantId,
        job_id: newId<JobId>(),
        kind,
        payload: JSON.stringify(payload),
        created_by: createdBy,
        traceparent,
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    return fromRow(row);
  }

  /**
   * Takes on a job that is due by the database's clock: one that waits, or whose worker showed no life for as long as its lease was.
   * Undefined where there is nothing to do, or enough of the tenant's run; {@link lockCounts} goes before.
   */
  async claim(
    jobId: JobId,
    { kinds, leaseMs, mostRunning }: ClaimTerms,
  ): Promise<(Job & HeldJob) | undefined> {
    const lease = newId<string>();
    const row = await this.trx
      .updateTable("jobs")
      .set((eb) => ({
        status: "running",
        lease,
        due_at: inMs(leaseMs),
        attempts: eb("attempts", "+", 1),
        version: eb("version", "+", 1),
        started_at: sql<Date>`coalesce(started_at, clock_timestamp())`,
      }))
      .where("tenant_id", "=", this.tenantId)
      .where("job_id", "=", jobId)
      .where(isOneOf(kinds))
      .where("status", "in", UNFINISHED)
      .where("due_at", "<=", sql<Date>`clock_timestamp()`)
      .where(
        sql<boolean>`(
          select count(*) from burgee.jobs other
           where other.tenant_id = ${this.tenantId} and other.status = 'running' and other.due_at > clock_timestamp()) < ${mostRunning}`,
      )
      .returningAll()
      .executeTakeFirst();
    return row && { ...fromRow(row), lease };
  }

  /** Shows that its worker lives, and how far it is. False for who holds it no more. */
  async renew(
    held: HeldJob,
    leaseMs: number,
    shown?: { readonly progress: JobProgress; readonly note: string | null },
  ): Promise<boolean> {
    const { numUpdatedRows } = await this.#held(held)
      .set((eb) => ({
        due_at: inMs(leaseMs),
        ...(shown && {
          progress: JSON.stringify(shown.progress),
          note: shown.note,
          version: eb("version", "+", 1),
        }),
      }))
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  }

  /** Notes from where whoever takes the job on after us can go on. False for who holds it no more. */
  async keep(held: HeldJob, checkpoint: object): Promise<boolean> {
    const { numUpdatedRows } = await this.#held(held)
      .set({ checkpoint: JSON.stringify(checkpoint) })
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  }

  /** Undefined for who holds it no more. */
  async succeed(held: HeldJob, result: object): Promise<Job | undefined> {
    return this.#end(held, { status: "succeeded", result: JSON.stringify(result) });
  }

  /** For good. Undefined for who holds it no more. */
  async fail(held: HeldJob, error: JobError): Promise<Job | undefined> {
    return this.#end(held, { status: "failed", error: JSON.stringify(error) });
  }

  /** Lets it be tried again after a while. False for who holds it no more. */
  async putBack(held: HeldJob, { afterMs }: { readonly afterMs: number }): Promise<boolean> {
    const { numUpdatedRows } = await this.#held(held)
      .set((eb) => ({
        status: "waiting",
        lease: null,
        due_at: inMs(afterMs),
        version: eb("version", "+", 1),
      }))
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  }

  /** Leaves it to another worker at once; the start does not count. False for who holds it no more. */
  async handOver(held: HeldJob): Promise<boolean> {
    const { numUpdatedRows } = await this.#held(held)
      .set((eb) => ({
        status: "waiting",
        lease: null,
        due_at: inMs(0),
        attempts: eb("attempts", "-", 1),
        version: eb("version", "+", 1),
      }))
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  }

  /** Whoever runs it holds it no more. Undefined where it had ended. */
  async cancel(jobId: JobId): Promise<Job | undefined> {
    const row = await this.trx
      .updateTable("jobs")
      .set((eb) => ({
        status: "cancelled",
        lease: null,
        ended_at: sql<Date>`clock_timestamp()`,
        version: eb("version", "+", 1),
      }))
      .where("tenant_id", "=", this.tenantId)
      .where("job_id", "=", jobId)
      .where("status", "in", UNFINISHED)
      .returningAll()
      .executeTakeFirst();
    return row && fromRow(row);
  }

  /** Lets one that failed for good be tried anew, as often as at first. Undefined where it has not failed. */
  async reopen(jobId: JobId): Promise<Job | undefined> {
    const row = await this.trx
      .updateTable("jobs")
      .set((eb) => ({
        status: "waiting",
        attempts: 0,
        error: null,
        ended_at: null,
        due_at: inMs(0),
        version: eb("version", "+", 1),
      }))
      .where("tenant_id", "=", this.tenantId)
      .where("job_id", "=", jobId)
      .where("status", "=", "failed")
      .returningAll()
      .executeTakeFirst();
    return row && fromRow(row);
  }

  async #end(
    held: HeldJob,
    ended: { readonly status: JobStatus; readonly result?: string; readonly error?: string },
  ): Promise<Job | undefined> {
    const row = await this.#held(held)
      .set((eb) => ({
        ...ended,
        lease: null,
        ended_at: sql<Date>`clock_timestamp()`,
        version: eb("version", "+", 1),
      }))
      .returningAll()
      .executeTakeFirst();
    return row && fromRow(row);
  }

  #held({ jobId, lease }: HeldJob) {
    return this.trx
      .updateTable("jobs")
      .where("tenant_id", "=", this.tenantId)
      .where("job_id", "=", jobId)
      .where("lease", "=", lease);
  }
}

function isOneOf(kinds: readonly string[]) {
  return sql<boolean>`kind = any (${[...kinds]}::text[])`;
}

function fromRow(row: Selectable<Tables["jobs"]>): Job {
  return {
    jobId: row.job_id,
    kind: row.kind,
    status: row.status,
    payload: row.payload,
    checkpoint: row.checkpoint,
    progress: row.progress,
    note: row.note,
    result: row.result,
    error: row.error,
    createdBy: row.created_by,
    createdAt: row.created_at,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    version: row.version,
    attempts: row.attempts,
    traceparent: row.traceparent,
  };
}
