import { Failure, unknown } from "../values/failure.ts";
import { BUDGET_EXCEEDED, type Compiled, type Library, type Meanings } from "../values/run.ts";
import { noOverload } from "../values/value-type.ts";
import { meanings } from "./functions.ts";

/**
 * Applies what `key` means to operands; the first failure among them is the answer. The library is asked for what has no
 * meaning without it.
 */
export function apply(key: string, shown: string, operands: readonly Compiled[]): Compiled {
  const count = operands.length;
  const [first = NONE, second = NONE, third = NONE, fourth = NONE] = operands;
  /** A meaning names its run, and then its operands. */
  const meaningIn = (table: Meanings) => {
    const meaning = Object.hasOwn(table, key) ? table[key] : undefined;
    return meaning && count > 0 && count < meaning.length ? meaning : undefined;
  };
  const usual = meaningIn(meanings);
  let library: Library | undefined;
  let further: ReturnType<typeof meaningIn>;

  return (context, run) => {
    const a = first(context, run);
    if (a instanceof Failure) return a;
    const b = second(context, run);
    if (b instanceof Failure) return b;
    const c = third(context, run);
    if (c instanceof Failure) return c;
    const d = fourth(context, run);
    if (d instanceof Failure) return d;

    const answer = usual?.(run, a, b, c, d);
    if (answer !== undefined) return answer;
    if (library !== run.surroundings.library) {
      library = run.surroundings.library;
      further = library && meaningIn(library.meanings);
    }
    const result = further?.(run, a, b, c, d);
    if (result !== undefined) return result;
    if (run.isExceeded) return BUDGET_EXCEEDED;
    return usual || further ? noOverload(shown, ...[a, b, c, d].slice(0, count)) : unknown(shown);
  };
}

/** Conditions may have thousands of one boolean. */
export function constant(value: unknown): Compiled {
  return typeof value === "boolean" ? (value ? TRUE : FALSE) : () => value;
}

const TRUE = () => true;
const FALSE = () => false;

const NONE = constant(undefined);
