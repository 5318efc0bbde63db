import { READ_LIMITS } from "../limits.ts";
import { checkExpression } from "./check-expression.ts";
import { checkSharedToggle } from "./check-toggle.ts";
import { at, checkList, expected, isObject, type Problem } from "./problem.ts";
import type { SharedParts } from "./shared-parts.ts";

/**
 * Checks what a ruleset writes once, and keeps it in `shared`: the work of checking is that of reading it once, however often it is
 * named.
 */
export function checkShared(json: unknown, shared: SharedParts): Problem | undefined {
  if (json === undefined) return undefined;
  if (!isObject(json)) return expected("an object", json);
  const { conditions, toggles } = json;
  return at("conditions", checkConditions(conditions, shared)) ?? at("toggles", checkBodies(toggles, shared));
}

function checkConditions(parts: unknown, shared: SharedParts): Problem | undefined {
  if (parts === undefined) return undefined;
  return checkList(parts, READ_LIMITS.sharedParts, (part) => keepPart(part, shared));
}

function checkBodies(toggles: unknown, shared: SharedParts): Problem | undefined {
  if (toggles === undefined) return undefined;
  return checkList(toggles, READ_LIMITS.toggles, (toggle) => checkSharedToggle(toggle, shared));
}

/** A part of a condition may have others before it as parts of its own. */
function keepPart(part: unknown, shared: SharedParts): Problem | undefined {
  const length = shared.measure(part);
  const found = checkExpression(part, shared);
  if (!found) shared.keep(part, length());
  return found;
}
