import { EVALUATION_LIMITS } from "../limits.ts";
import { Failure } from "./failure.ts";

/**
 * What one evaluation of one toggle may still spend, so that neither a condition nor a context can hold up whoever
 * evaluates it. Every node has a fixed price that nobody counts; work that grows with values is charged before it is done:
 *
 * - `==`, `!=`, `in`: 1 for each part of a list or map that is compared, and for each key of a map that is listed.
 * - Texts longer than 64 UTF-16 units: their length. Equality charges where lengths are equal; `<` the shorter; `startsWith`
 *   and `endsWith` the part; `contains` both; `+` and `size` the whole; a list of constants or a hash the text looked up.
 * - `semver(x)`: the text's length, but for plain versions beside a constant.
 * - Lists and maps: 1 an item for those that are made anew (with an attribute inside, or by `+`), 1 a key for `size(map)`.
 *
 * Once more is asked for than is left, that and everything after it that is charged fails.
 */
export class Budget {
  #left: number = EVALUATION_LIMITS.units;

  /** Negative once something was refused. */
  get left(): number {
    return this.#left;
  }

  get isExceeded(): boolean {
    return this.#left < 0;
  }

  /** Begins another evaluation. */
  refill(): void {
    this.#left = EVALUATION_LIMITS.units;
  }

  /** Whether the units were there to take. */
  spend(units: number): boolean {
    this.#left -= units;
    return this.#left >= 0;
  }

  /** As {@link spend} for work on a text of this length; a short one is free. */
  spendText(length: number): boolean {
    return length <= EVALUATION_LIMITS.freeTextLength || this.spend(length);
  }
}

export const BUDGET_EXCEEDED = new Failure(
  `the evaluation asked for more than ${EVALUATION_LIMITS.units} units of work`,
);
