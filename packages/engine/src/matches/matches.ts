import type { Call } from "../language/expression.ts";
import { EVALUATION_LIMITS } from "../limits.ts";
import { Failure } from "../values/failure.ts";
import { BUDGET_EXCEEDED, type Compile, type Compiled, type Run, type Scope } from "../values/run.ts";
import { noOverload } from "../values/value-type.ts";
import { type Pattern, TOO_LARGE } from "./pattern.ts";
import { patternOf } from "./patterns.ts";

/**
 * Compiles a call of `matches`, as CEL has it: whether a pattern of RE2 is found in a text. What `prepare` takes as its `matches`.
 * What an evaluation is charged never depends on which patterns are kept: a constant one is compiled for it once, any other one
 * each time.
 */
export function matches({ target, args }: Call, scope: Scope, compile: Compile): Compiled | undefined {
  const [pattern] = args;
  if (target === undefined || pattern === undefined || args.length > 1) return undefined;
  const text = compile(target, scope);
  return typeof pattern === "string" ? matchConstant(text, pattern) : matchAny(text, compile(pattern, scope));
}

function matchConstant(text: Compiled, source: string): Compiled {
  let pattern: Pattern | undefined;
  let paidIn: number | undefined;
  return (context, run) => {
    const value = text(context, run);
    if (typeof value !== "string")
      return value instanceof Failure ? value : noOverload("matches", value, source);
    pattern ??= patternOf(source);
    if (paidIn !== run.serial) {
      if (!run.spend(pattern.units)) return BUDGET_EXCEEDED;
      paidIn = run.serial;
    }
    return found(run, value, pattern);
  };
}

function matchAny(text: Compiled, source: Compiled): Compiled {
  return (context, run) => {
    const value = text(context, run);
    if (value instanceof Failure) return value;
    const asked = source(context, run);
    if (asked instanceof Failure) return asked;
    if (typeof value !== "string" || typeof asked !== "string") return noOverload("matches", value, asked);
    if (asked.length > EVALUATION_LIMITS.patternLength) return TOO_LARGE;
    // Looking at it is paid before it is done, and is part of what compiling it costs.
    if (!run.spend(asked.length)) return BUDGET_EXCEEDED;
    const pattern = patternOf(asked);
    return run.spend(Math.max(pattern.units - asked.length, 0))
      ? found(run, value, pattern)
      : BUDGET_EXCEEDED;
  };
}

function found(run: Run, text: string, pattern: Pattern): boolean | Failure {
  return run.spend(pattern.unitsFor(text)) ? pattern.isFoundIn(text) : BUDGET_EXCEEDED;
}
