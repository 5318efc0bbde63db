/** A server key reads one environment. To answer from it when another is named would be a wrong answer. */
import { AppError, type LiveRuleset, refuse } from "@burgee/core";
import { z } from "zod";

/** What a server key's request may say of where it goes. */
export const ownEnvironmentQuery = z.strictObject({
  project: z.string().optional(),
  environment: z.string().optional(),
});

interface Named {
  readonly project?: unknown;
  readonly environment?: unknown;
}

/**
 * @throws {AppError} "forbidden" where another project or environment is named than the key's own, "invalid_input" where
 *   one is named twice
 */
export function demandOwn({ evaluator: { ruleset } }: LiveRuleset, named: Named): void {
  for (const name of ["project", "environment"] as const) {
    if (Array.isArray(named[name])) throw namedTwice(name);
    if (named[name] === undefined || named[name] === ruleset[name]) continue;
    throw new AppError(
      "forbidden",
      `This key reads ${ruleset.project}/${ruleset.environment}; another environment has keys of its own.`,
      { details: { project: ruleset.project, environment: ruleset.environment } },
    );
  }
}

function namedTwice(name: string): AppError {
  return refuse([{ pointer: `/${name}`, code: "repeated_parameter", message: `Name the ${name} once.` }]);
}
