import { READ_LIMITS } from "../limits.ts";
import { checkExpression } from "./check-expression.ts";
import { checkSharedToggle } from "./check-toggle.ts";
import { checkFields, checkList, expected, isObject, optional, type Problem } from "./problem.ts";
import type { SharedParts } from "./shared-parts.ts";

/**
 * Checks what a ruleset writes once, and keeps it in `shared`: the work of checking is that of reading it once, however often it is
 * named.
 */
export function checkShared(json: unknown, shared: SharedParts): Problem | undefined {
  if (!isObject(json)) return expected("an object", json);
  return checkFields(json, {
    conditions: optional((parts) =>
      checkList(parts, READ_LIMITS.sharedParts, (part) => keepPart(part, shared)),
    ),
    toggles: optional((all) =>
      checkList(all, READ_LIMITS.toggles, (toggle) => checkSharedToggle(toggle, shared)),
    ),
  });
}

/** A part of a condition may have others before it as parts of its own. */
function keepPart(part: unknown, shared: SharedParts): Problem | undefined {
  const length = shared.measure(part);
  const found = checkExpression(part, shared);
  if (!found) shared.keep(part, length());
  return found;
}
