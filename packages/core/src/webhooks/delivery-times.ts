/** When what failed is tried again, and how long an endpoint that fails is left alone. */
import type { BlockMs } from "@burgee/db";

export interface DeliveryTimes {
  /** The wait after each failure of one delivery; after the last of them it is given up. Half as long at least, half as long again at most. */
  readonly retriesMs: readonly number[];
  /** From so many failures in a row on, an endpoint is tried by one delivery at a time, and after a pause. */
  readonly blockedFrom: number;
  readonly blockMs: { readonly first: number; readonly most: number };
  /** How long an endpoint may have failed, without an answer that would do, before it is disabled. */
  readonly disableAfterMs: number;
  /** Within which a try ends; one that did not is somebody's who died. */
  readonly leaseMs: number;
}

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

export const DELIVERY_TIMES: DeliveryTimes = {
  retriesMs: [5 * SECOND_MS, 30 * SECOND_MS, 2 * MINUTE_MS, 15 * MINUTE_MS, HOUR_MS, 6 * HOUR_MS, DAY_MS],
  blockedFrom: 10,
  blockMs: { first: 30 * SECOND_MS, most: 15 * MINUTE_MS },
  disableAfterMs: 5 * DAY_MS,
  leaseMs: 30 * SECOND_MS,
};

/** What an endpoint asks for is honoured, up to this. */
const LONGEST_RETRY_AFTER_MS = DAY_MS;

/**
 * How long to wait after failure number `failures` (from 0) of a delivery; undefined for ever.
 * @param retryAfter the endpoint's word, in seconds or as a date by its clock and ours
 */
export function retryMs(
  { retriesMs }: DeliveryTimes,
  failures: number,
  {
    retryAfter,
    now,
    random = Math.random,
  }: {
    readonly retryAfter: string | null;
    readonly now: Date;
    readonly random?: () => number;
  },
): number | undefined {
  const scheduled = retriesMs[failures];
  if (scheduled === undefined) return undefined;
  return Math.max(jittered(scheduled, random), Math.min(askedMs(retryAfter, now), LONGEST_RETRY_AFTER_MS));
}

export function blockMsOf(
  { blockedFrom, blockMs: { first, most } }: DeliveryTimes,
  random = Math.random,
): BlockMs {
  return (failures) => {
    if (failures < blockedFrom) return 0;
    return jittered(Math.min(most, first * 2 ** Math.min(failures - blockedFrom, 30)), random);
  };
}

function askedMs(retryAfter: string | null, now: Date): number {
  if (retryAfter === null) return 0;
  if (/^\d{1,9}$/.test(retryAfter)) return Number(retryAfter) * SECOND_MS;
  const atMs = Date.parse(retryAfter);
  return Number.isNaN(atMs) ? 0 : Math.max(0, atMs - now.getTime());
}

function jittered(ms: number, random: () => number): number {
  return ms * (0.5 + random());
}
