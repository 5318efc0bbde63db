import { READ_LIMITS } from "../limits.ts";
import { checkExpression } from "./check-expression.ts";
import { checkRules } from "./check-rules.ts";
import { checkFields, checkList, expected, isObject, optional, type Problem, problem } from "./problem.ts";
import type { RulesetRule, Serve } from "./ruleset.ts";
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
    variants: optional((all) =>
      checkList(all, READ_LIMITS.sharedParts, (value) => {
        shared.variants.push({ value, kinds: new Set() });
        return undefined;
      }),
    ),
    rules: optional((all) => checkList(all, READ_LIMITS.sharedParts, (rules) => keepRules(rules, shared))),
  });
}

/** A part of a condition may have others before it as parts of its own. */
function keepPart(part: unknown, shared: SharedParts): Problem | undefined {
  const found = checkExpression(part, shared);
  if (!found) shared.keep(part);
  return found;
}

function keepRules(value: unknown, shared: SharedParts): Problem | undefined {
  const found = checkRules(value, undefined, shared);
  if (found) return found;
  const served = new Set((value as readonly RulesetRule[]).flatMap(({ serve }) => variantsOf(serve)));
  if (served.size > READ_LIMITS.variants)
    return problem(`serve ${served.size} variants; at most ${READ_LIMITS.variants} are read`);
  shared.rules.push({ value, served });
  return undefined;
}

function variantsOf(serve: Serve): readonly string[] {
  switch (serve.type) {
    case "variant":
    case "percentage":
      return [serve.variant];
    case "split":
      return serve.slices.map(([variant]) => variant);
    case "target":
      return Object.keys(serve.targets);
    default:
      return [];
  }
}
