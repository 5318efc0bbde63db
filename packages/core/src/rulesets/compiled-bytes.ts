/** What a setting adds to its environment's ruleset, so that a ruleset too large to publish is refused when it is written. */
import type { Environment, SettingState, Toggle } from "@burgee/db";
import { AppError } from "../errors/app-error.ts";
import { LIMITS } from "../limits.ts";
import { compileToggle } from "./compile-toggle.ts";

export interface CompiledSetting {
  readonly toggle: Pick<Toggle, "key" | "kind" | "variants">;
  readonly state: SettingState;
  readonly salt: string;
  readonly version: number;
}

/** Of the ruleset around its toggles. */
const FRAME_BYTES = 1024;
/** Known only once the change is made; no revision has more digits than this one. */
const ANY_REVISION = Number.MAX_SAFE_INTEGER;

/** In bytes of JSON, with the key and the comma; nothing for an archived toggle, which leaves the ruleset. */
export function compiledBytes({ toggle, state, salt, version }: CompiledSetting): number {
  if (state.archived) return 0;
  const { key: toggleKey, kind, variants } = toggle;
  const compiled = compileToggle({ toggleKey, kind, variants, state, salt, version, revision: ANY_REVISION });
  return Buffer.byteLength(JSON.stringify({ [toggleKey]: compiled }));
}

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
