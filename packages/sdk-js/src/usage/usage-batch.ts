import type { EventQueue } from "./event-queue.ts";
import type { UsageCounts } from "./usage-counts.ts";

/** What the service takes at once. */
const MOST_COUNTS = 1_000;
const MOST_UNKNOWN = 100;
const MOST_EVENTS = 500;
/** Of the events: with all else, and in UTF-8, less than the service's 1 MiB. */
const MOST_CHARACTERS = 256 * 1024;

/** Since when the client evaluates by which ruleset. */
export interface AppliedRuleset {
  readonly version: string;
  readonly at: string;
  /** Of the change that brought it, as the ruleset has it. */
  readonly traceparent: string | undefined;
}

/** What is sent as it is until the service took it: by its id, a batch that comes twice counts once. */
export interface UsageBatch {
  readonly body: string;
  readonly evaluations: number;
  readonly events: number;
  /** There was more than one batch holds. */
  readonly isFull: boolean;
}

/** Takes what was counted and tracked, as much as one batch holds. Undefined where there is nothing. */
export function sealBatch(
  counts: UsageCounts,
  queue: EventQueue,
  applied: AppliedRuleset | undefined,
): UsageBatch | undefined {
  if (counts.isEmpty && queue.isEmpty) return undefined;
  const counted = counts.take(MOST_COUNTS, MOST_UNKNOWN);
  const { events, dropped } = queue.take(MOST_EVENTS, MOST_CHARACTERS);
  const { unknownKeys } = counted;
  const rest = JSON.stringify({
    batchId: crypto.randomUUID(),
    sdk: SDK,
    applied: applied ? { ...applied, traceparent: wellFormed(applied.traceparent) } : null,
    counts: counted.counts,
    unknownKeys,
    dropped: { evaluations: counted.dropped, events: dropped },
  });
  return {
    body: `${rest.slice(0, -1)},"events":[${events.join()}]}`,
    evaluations: [...counted.counts, ...unknownKeys].reduce((sum, { count }) => sum + count, 0),
    events: events.length,
    isFull: !counts.isEmpty || !queue.isEmpty,
  };
}

/** The service refuses a batch for one that is not: what was counted counts for more. */
function wellFormed(traceparent: string | undefined): string | undefined {
  return traceparent !== undefined && TRACEPARENT.test(traceparent) ? traceparent : undefined;
}

/** https://www.w3.org/TR/trace-context/#traceparent-header */
const TRACEPARENT = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

const SDK = { name: "burgee-js-server", version: "0.1.0" };
