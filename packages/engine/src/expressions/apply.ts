import { Failure, unknown } from "../values/failure.ts";
import { BUDGET_EXCEEDED, type Compiled } from "../values/run.ts";
import { noOverload } from "../values/value-type.ts";
import { meanings } from "./functions.ts";

/** Applies what `key` means to operands; the first failure among them is the answer. */
export function apply(key: string, shown: string, operands: readonly Compiled[]): Compiled {
  const meaning = Object.hasOwn(meanings, key) ? meanings[key] : undefined;
  // A meaning names its run, and then its operands.
  if (!meaning || operands.length === 0 || operands.length >= meaning.length) return constant(unknown(shown));

  const [first = NONE, second = NONE, third = NONE, fourth = NONE] = operands;
  return (context, run) => {
    const a = first(context, run);
    if (a instanceof Failure) return a;
    const b = second(context, run);
    if (b instanceof Failure) return b;
    const c = third(context, run);
    if (c instanceof Failure) return c;
    const d = fourth(context, run);
    if (d instanceof Failure) return d;
    const result = meaning(run, a, b, c, d);
    if (result !== undefined) return result;
    return run.isExceeded ? BUDGET_EXCEEDED : noOverload(shown, ...[a, b, c, d].slice(0, operands.length));
  };
}

export function constant(value: unknown): Compiled {
  return () => value;
}

const NONE = constant(undefined);
