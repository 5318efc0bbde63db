import { READ_LIMITS } from "../limits.ts";
import { checkCondition } from "./check-expression.ts";
import { checkKey } from "./check-keys.ts";
import { checkServe } from "./check-serve.ts";
import { at, checkList, expected, type Fields, isObject, type Problem } from "./problem.ts";
import type { SharedParts } from "./shared-parts.ts";

/** Checks the rules of a toggle of these variants, or rules that toggles share, whose variants are then unknown. */
export function checkRules(
  rules: unknown,
  variants: Fields | undefined,
  shared: SharedParts,
): Problem | undefined {
  if (Array.isArray(rules) && rules.length === 0) return undefined;
  return checkList(rules, READ_LIMITS.rules, (rule) => {
    if (!isObject(rule)) return expected("a rule", rule);
    return (
      at("id", checkKey(rule.id)) ??
      checkCondition(rule, shared) ??
      at("serve", checkServe(rule.serve, variants))
    );
  });
}
