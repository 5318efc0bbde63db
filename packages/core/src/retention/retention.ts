/** What is kept how long. Configuration, its versions and the audit trail are not here: they stay as long as their tenant. */
import type { AgingTable, MonthlyTable } from "@burgee/db";

/** Of how long something is kept: in what, what is usual, and what an installation may choose. */
export interface Keeping {
  readonly unit: "days" | "months";
  readonly usual: number;
  readonly least: number;
  readonly most: number;
}

export const KEEPING = {
  /**
   * The ids by which a batch of an SDK's is known again. SDKs send one again within a minute; one that was stored and comes back only after its
   * id was forgotten, since nobody was reached in between, counts twice.
   */
  usageBatches: { unit: "days", usual: 2, least: 1, most: 30 },
  trackedEvents: { unit: "days", usual: 30, least: 1, most: 400 },
  /** Evaluations by the hour, and what SDKs had no room for. */
  toggleUsage: { unit: "months", usual: 13, least: 1, most: 120 },
  unknownToggleUsage: { unit: "months", usual: 1, least: 1, most: 24 },
  /** Changes that were published: nobody but an operator reads them again. */
  outbox: { unit: "months", usual: 1, least: 1, most: 24 },
  /** What webhooks and people are told of, with its deliveries and mails, whatever became of these. */
  notices: { unit: "days", usual: 30, least: 7, most: 400 },
  /** Long jobs that have ended: how long people may look up what they did. */
  jobs: { unit: "days", usual: 30, least: 1, most: 400 },
  deadLetters: { unit: "days", usual: 90, least: 7, most: 3650 },
} as const satisfies Record<string, Keeping>;

/** In the unit of each. */
export type Retention = Readonly<Record<keyof typeof KEEPING, number>>;

/** An event that nobody gave a pseudonym for so long is given up. */
export const INTAKE_MS = 24 * 60 * 60 * 1000;

/** The tables that go by their rows' age. */
export function agingOf({
  usageBatches,
  trackedEvents,
  notices,
  jobs,
  deadLetters,
}: Retention): readonly (readonly [AgingTable, days: number])[] {
  return [
    ["usage_batches", usageBatches],
    ["tracked_events", trackedEvents],
    ["notices", notices],
    ["jobs", jobs],
    ["dead_letters", deadLetters],
  ];
}

/** The tables that go by whole months. */
export function monthlyOf({
  toggleUsage,
  unknownToggleUsage,
  trackedEvents,
  outbox,
}: Retention): readonly (readonly [MonthlyTable, months: number])[] {
  return [
    ["toggle_usage", toggleUsage],
    ["usage_drops", toggleUsage],
    ["unknown_toggle_usage", unknownToggleUsage],
    ["outbox", outbox],
    // Their rows have gone by then.
    ["tracked_events", Math.ceil(trackedEvents / 28) + 1],
  ];
}
