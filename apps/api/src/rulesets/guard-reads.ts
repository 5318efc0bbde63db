import { AppError } from "@burgee/core";
import { BusyError } from "@burgee/db";
import {
  type BreakerState,
  createBreaker,
  createRetries,
  isRefusedByBreaker,
  TimeoutError,
} from "@burgee/runtime";

/** Asks the database for what is served. */
export type GuardRead = <T>(read: () => Promise<T>) => Promise<T>;

/** As long as the database itself takes a statement of these for. */
const READ_WITHIN_MS = 2_000;

/**
 * Behind a breaker, so that a database that hangs is left alone for a while, and with few retries, since what reads may be done twice. A
 * database that did not answer in time is not asked at once again.
 */
export function guardReads(onState: (state: BreakerState) => void): GuardRead {
  const breaker = createBreaker({
    name: "Asking the database for rulesets",
    timeoutMs: READ_WITHIN_MS,
    isFailure: (error) => !isOurs(error),
    onState,
  });
  const retries = createRetries({
    isTransient: (error) => !isOurs(error) && !isRefusedByBreaker(error) && !(error instanceof TimeoutError),
  });
  return (read) => retries.run(() => breaker.run(read));
}

/** What we say of ourselves says nothing of the database. */
function isOurs(error: unknown): boolean {
  return error instanceof BusyError || error instanceof AppError;
}
