/** Brings a change to every environment of a project: in each the next revision and its row in the outbox. */
import type { Environment, OutboxChange, Writers } from "@burgee/db";
import type { Caller } from "../access/caller.ts";
import { demandPublishable } from "../rulesets/demand-publishable.ts";

export interface ChangedEnvironment extends Pick<Environment, "environmentId" | "key"> {
  readonly revision: number;
}

interface ProjectChange extends Omit<OutboxChange, "environmentId" | "epoch" | "revision"> {
  /** By how much the change makes each ruleset larger, or smaller. */
  readonly grownBytes: number;
}

/**
 * @param environments all of the project's, locked by this transaction
 * @throws {AppError} "limit_reached" where the ruleset of an environment would be too large
 */
export async function raiseAll(
  writers: Writers,
  environments: readonly Environment[],
  { grownBytes, ...change }: ProjectChange,
): Promise<readonly ChangedEnvironment[]> {
  const changed: ChangedEnvironment[] = [];
  for (const environment of environments) {
    const { environmentId, key } = environment;
    const raised = await writers.environments.raiseRevision(environmentId, grownBytes);
    demandPublishable(environment, raised.rulesetBytes, grownBytes);
    const { epoch, revision } = raised;
    await writers.outbox.append({ environmentId, epoch, revision, ...change });
    changed.push({ environmentId, key, revision });
  }
  return changed;
}

/** What answers and the audit trail say of it: the revision that each environment got, by its key. */
export function revisionsOf(changed: readonly ChangedEnvironment[]): Readonly<Record<string, number>> {
  return Object.fromEntries(changed.map(({ key, revision }) => [key, revision]));
}

export function nudgeAll({ person, nudge }: Caller, changed: readonly ChangedEnvironment[]): void {
  for (const { environmentId, revision } of changed) {
    nudge({ tenantId: person.tenantId, environmentId, revision });
  }
}
