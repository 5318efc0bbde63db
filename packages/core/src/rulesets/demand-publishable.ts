/** A ruleset too large to publish is refused when it is written. */
import type { Environment } from "@burgee/db";
import { AppError } from "../errors/app-error.ts";
import { LIMITS } from "../limits.ts";

/** Of the ruleset around its toggles and segments. */
const FRAME_BYTES = 1024;

/** @throws {AppError} "limit_reached" for a ruleset that grew past what can be published */
export function demandPublishable(
  environment: Pick<Environment, "key">,
  rulesetBytes: number,
  grownBytes: number,
): void {
  const most = LIMITS.rulesetBytes - FRAME_BYTES;
  // What shrinks is let through, also where it is still too large: it is the way out.
  if (grownBytes <= 0 || rulesetBytes <= most) return;
  throw new AppError(
    "limit_reached",
    `The ruleset of ${environment.key} would have ${rulesetBytes} bytes, ${grownBytes} of them by this change; at most ${most} can be published.`,
    { details: { rulesetBytes, grownBytes, mostBytes: most } },
  );
}
