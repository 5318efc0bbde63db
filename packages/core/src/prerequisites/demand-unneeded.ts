import type { Readers, Toggle } from "@burgee/db";
import { AppError } from "../errors/app-error.ts";

/** Of those who need something, as many as an answer names. */
export const MOST_NAMED = 20;

/** @throws {AppError} "toggle_in_use" where another toggle has this one as a prerequisite, in any environment */
export async function demandUnneeded(readers: Readers, toggle: Toggle): Promise<void> {
  const usedBy = await readers.settings.listDependents(toggle.projectId, toggle.key, MOST_NAMED);
  if (usedBy.length === 0) return;
  const named = usedBy.map((each) => `${each.toggle} (${each.environment})`);
  throw new AppError(
    "toggle_in_use",
    `The toggle ${toggle.key} is a prerequisite of ${named.join(", ")}; take it out there first.`,
    { details: { usedBy } },
  );
}
