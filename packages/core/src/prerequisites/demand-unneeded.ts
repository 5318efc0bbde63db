import type { Readers, Toggle } from "@burgee/db";
import { AppError } from "../errors/app-error.ts";
import { LIMITS } from "../limits.ts";

/** @throws {AppError} "toggle_in_use" where another toggle has this one as a prerequisite, in any environment */
export async function demandUnneeded(readers: Readers, toggle: Toggle): Promise<void> {
  const dependents = await readers.settings.listDependents(toggle.projectId, toggle.key);
  if (dependents.length === 0) return;
  const usedBy = dependents
    .slice(0, LIMITS.usersNamed)
    .map(({ environment, toggle: key }) => ({ environment, toggle: key }));
  const named = usedBy.map((each) => `${each.toggle} (${each.environment})`);
  throw new AppError(
    "toggle_in_use",
    `The toggle ${toggle.key} is a prerequisite of ${named.join(", ")}; take it out there first.`,
    { details: { usedBy } },
  );
}
