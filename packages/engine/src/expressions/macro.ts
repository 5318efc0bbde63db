import type { Macro } from "../language/expression.ts";
import { Failure, unknown } from "../values/failure.ts";
import { itemAt } from "../values/list-value.ts";
import { mapKeys } from "../values/map-value.ts";
import type { Compile, Scope } from "../values/run.ts";
import { BUDGET_EXCEEDED, type Compiled, type Run } from "../values/run.ts";
import { isMap } from "../values/value-type.ts";
import { constant } from "./apply.ts";
import { asFailure } from "./logic.ts";
import { weigh } from "./weigh.ts";

/**
 * The macros. `all` and `exists` are `&&` and `||` over the items: an item that settles the answer wins over failures before
 * and after it. The others end with the first failure.
 */
export function compileMacro(node: Macro, scope: Scope, compile: Compile): Compiled {
  const { name } = node;
  if (!["all", "exists", "exists_one", "map", "filter"].includes(name)) return constant(unknown(name));

  const inner = [...scope, node.variable];
  const over = compile(node.over, scope);
  const body = compile(node.body, inner);
  const test = name !== "map" ? body : node.test === undefined ? constant(true) : compile(node.test, inner);
  const settles = name === "exists";
  const absorbs = settles || name === "all";
  const units = 1 + weigh(node.test) + weigh(node.body);

  return (context, run) => {
    const range = over(context, run);
    const items = Array.isArray(range) ? range : isMap(range) ? mapKeys(range, run) : undefined;
    if (!items) return run.isExceeded ? BUDGET_EXCEEDED : asFailure(name, range);

    const slot = slotOf(run, scope.length);
    const taken: unknown[] = [];
    let failure: Failure | undefined;
    for (let at = 0; at < items.length; at++) {
      if (!run.spend(units)) return BUDGET_EXCEEDED;
      run.slots[slot] = itemAt(items, at);
      const verdict = test(context, run);
      if (typeof verdict !== "boolean") {
        failure ??= asFailure(name, verdict);
        if (!absorbs) return failure;
      } else if (absorbs) {
        if (verdict === settles) return settles;
      } else if (verdict) {
        const value = name === "map" ? body(context, run) : run.slots[slot];
        if (value instanceof Failure) return value;
        taken.push(value);
      }
    }
    if (absorbs) return failure ?? !settles;
    return name === "exists_one" ? taken.length === 1 : taken;
  };
}

export function compileVariable(name: string, scope: Scope): Compiled {
  const at = scope.lastIndexOf(name);
  const missing = unknown(name);
  return (_context, run) => {
    const value = at < 0 ? undefined : run.slots[slotOf(run, at)];
    return value === undefined ? missing : value;
  };
}

/** More than macros can be nested, as READ_LIMITS.conditionDepth has it. */
const SLOTS = 1_000;

/** A segment asked in a macro may have macros of its own: each depth of segments has slots apart. */
function slotOf(run: Run, at: number): number {
  return run.segmentDepth * SLOTS + at;
}
