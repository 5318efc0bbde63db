import type { ScheduledChange } from "@burgee/db";

export interface ScheduledChangeView {
  readonly id: string;
  readonly environment: string;
  readonly toggle: string;
  readonly status: ScheduledChange["status"];
  /** The instant, in UTC; `zone` is the one in which it was named, if it was. */
  readonly at: string;
  readonly zone: string | null;
  /** Null where it is for whatever stands by then. */
  readonly expectedVersion: number | null;
  /** What is to be done, as it was written. */
  readonly change: object;
  readonly plannedBy: string;
  readonly plannedAt: string;
  readonly endedAt: string | null;
  /** The environment's revision that it brought. */
  readonly revision: number | null;
  /** Why it was not applied. */
  readonly error: { readonly code: string; readonly message: string } | null;
}

export function scheduledChangeView(
  change: ScheduledChange,
  { environment, toggle }: { readonly environment: string; readonly toggle: string },
): ScheduledChangeView {
  return {
    id: change.scheduledChangeId,
    environment,
    toggle,
    status: change.status,
    at: change.dueAt.toISOString(),
    zone: change.zone,
    expectedVersion: change.expectedVersion,
    change: change.edit,
    plannedBy: `user:${change.plannedBy}`,
    plannedAt: change.plannedAt.toISOString(),
    endedAt: change.endedAt?.toISOString() ?? null,
    revision: change.revision,
    error: change.error,
  };
}
