/** What a worker is given to do, and how it is done by one of those that are compared. */
import type { QueueConnection } from "@burgee/runtime";
import type pg from "pg";

export interface Bench {
  readonly queue: QueueConnection;
  readonly databaseUrl: string;
  /** For what a side does in the database. */
  readonly pool: pg.Pool;
}

export interface Side {
  readonly name: string;
  /** What it does of: `jobs`, `steps`. */
  readonly unit: string;
  /** Puts the work of a round into the queue. Answers how much it is. */
  readonly fill: () => Promise<number>;
  /** Begins to work on it. */
  readonly begin: () => Working;
}

export interface Working {
  /** All of the round is done. */
  readonly done: Promise<void>;
  readonly close: () => Promise<void>;
}

/** As many as the worker that ships runs of one queue. */
export const CONCURRENCY = 8;
export const JOBS = 1_000;
/** A row for each job, so that none waits for another. */
export const UPDATE = "update bench.rows set times = times + 1 where id = $1";

export async function makeRows(pool: pg.Pool): Promise<void> {
  await pool.query("create schema bench");
  await pool.query("create table bench.rows (id int primary key, times int not null default 0)");
  await pool.query("insert into bench.rows (id) select generate_series(1, $1)", [JOBS]);
}

/** Settles when it was called so many times. */
export function countdown(times: number): { readonly done: Promise<void>; readonly once: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  let left = times;
  return {
    done: promise,
    once: () => {
      left -= 1;
      if (left === 0) resolve();
    },
  };
}
