import { z } from "zod";
import type { Caller } from "../access/caller.ts";
import { enterEnvironment, environmentScope } from "../access/scope.ts";
import { refuse } from "../errors/invalid-input.ts";
import { toggleKey } from "../names.ts";
import { findToggle } from "../toggles/find-live-toggle.ts";

export const getToggleUsageInput = z.strictObject({
  ...environmentScope,
  key: toggleKey,
  /** A day before `to`, left out; 31 days at most. */
  from: z.iso.datetime().optional(),
  /** Now, left out. */
  to: z.iso.datetime().optional(),
});

export interface ToggleUsageView {
  readonly key: string;
  readonly environment: string;
  readonly from: string;
  readonly to: string;
  /** The beginning of the last hour in which an SDK told of an evaluation, of the last 13 months; null for none. */
  readonly lastEvaluatedHour: string | null;
  /** All evaluations by variant; null is the caller's fallback. */
  readonly variants: readonly { readonly variant: string | null; readonly count: number }[];
  /** Newest first, by the hour in which SDKs told of them, in UTC; hours without any are left out. */
  readonly hours: readonly {
    readonly hour: string;
    readonly variant: string | null;
    readonly count: number;
  }[];
  /** Whether there were more hours than are told. */
  readonly isCut: boolean;
}

const DAY_MS = 24 * 60 * 60 * 1000;
const LONGEST_DAYS = 31;
const MOST_ROWS = 10_000;

/**
 * How often SDKs evaluated a toggle in one environment. They tell of it once a minute, and an hour counts what came in it.
 * @throws {AppError} "toggle_not_found", "invalid_input"
 */
export async function getToggleUsage(
  { db, person }: Caller,
  input: z.infer<typeof getToggleUsageInput>,
): Promise<ToggleUsageView> {
  const to = input.to === undefined ? new Date() : new Date(input.to);
  const from = input.from === undefined ? new Date(to.getTime() - DAY_MS) : new Date(input.from);
  const spanMs = to.getTime() - from.getTime();
  if (spanMs <= 0 || spanMs > LONGEST_DAYS * DAY_MS) {
    const message = `Ask for at most ${LONGEST_DAYS} days, from before to.`;
    throw refuse([{ pointer: "/from", code: "custom", message }]);
  }
  return db.read(person.tenantId, async (readers) => {
    const { project, environment } = await enterEnvironment(readers, person, "toggle.read", input);
    const { toggleId, key } = await findToggle(readers, project.projectId, input.key);
    const { environmentId } = environment;
    const found = await readers.usage.listHours(environmentId, toggleId, { from, to, limit: MOST_ROWS + 1 });
    const last = await readers.usage.lastHour(environmentId, toggleId);
    const hours = found.slice(0, MOST_ROWS);
    return {
      key,
      environment: environment.key,
      from: from.toISOString(),
      to: to.toISOString(),
      lastEvaluatedHour: last?.toISOString() ?? null,
      variants: totalsOf(hours),
      hours: hours.map(({ hour, ...rest }) => ({ hour: hour.toISOString(), ...rest })),
      isCut: found.length > MOST_ROWS,
    };
  });
}

function totalsOf(hours: readonly { readonly variant: string | null; readonly count: number }[]) {
  const totals = new Map<string | null, number>();
  for (const { variant, count } of hours) totals.set(variant, (totals.get(variant) ?? 0) + count);
  return [...totals].map(([variant, count]) => ({ variant, count })).sort((a, b) => b.count - a.count);
}
