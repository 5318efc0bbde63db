import { z } from "zod";
import type { Caller } from "../access/caller.ts";
import { enterEnvironment, environmentScope } from "../access/scope.ts";
import { scheduledChangeId } from "../ids.ts";
import { LIMITS } from "../limits.ts";
import { toggleKey } from "../names.ts";
import { findToggle } from "../toggles/find-live-toggle.ts";
import { type ScheduledChangeView, scheduledChangeView } from "./scheduled-change-view.ts";

export const listScheduledChangesInput = z.strictObject({
  ...environmentScope,
  toggle: toggleKey.optional(),
  status: z.enum(["waiting", "applied", "conflict", "failed", "cancelled"]).optional(),
  /** The `nextCursor` of the page before. */
  cursor: scheduledChangeId.optional(),
  limit: z.int().min(1).max(LIMITS.pageSize).default(50),
});

export interface ScheduledChangePage {
  readonly items: readonly ScheduledChangeView[];
  readonly nextCursor: string | null;
}

/** What is planned in one environment, and what became of it; those that are due last first. */
export async function listScheduledChanges(
  { db, person }: Caller,
  input: z.output<typeof listScheduledChangesInput>,
): Promise<ScheduledChangePage> {
  return db.read(person.tenantId, async (readers) => {
    const { project, environment } = await enterEnvironment(readers, person, "toggle.read", input);
    const toggle =
      input.toggle === undefined ? undefined : await findToggle(readers, project.projectId, input.toggle);
    const found = await readers.scheduledChanges.list({
      environmentId: environment.environmentId,
      toggleId: toggle?.toggleId,
      status: input.status,
      after: input.cursor,
      limit: input.limit + 1,
    });
    const page = found.slice(0, input.limit);
    const keys = await readers.toggles.listKeys(page.map(({ toggleId }) => toggleId));
    return {
      items: page.map((change) =>
        scheduledChangeView(change, {
          environment: environment.key,
          toggle: keys.get(change.toggleId) ?? change.toggleId,
        }),
      ),
      nextCursor: found.length > page.length ? (page.at(-1)?.scheduledChangeId ?? null) : null,
    };
  });
}
