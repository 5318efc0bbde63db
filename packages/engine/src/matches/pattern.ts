import { RE2JS, RE2JSException } from "re2js";
import { EVALUATION_LIMITS } from "../limits.ts";
import { Failure } from "../values/failure.ts";
import { compileUnits, patternSize } from "./pattern-size.ts";

/** A pattern of RE2, compiled when it is first looked for. One that is none fails whatever it is looked for in. */
export class Pattern {
  readonly #source: string;
  readonly #size: number;
  #compiled: RE2JS | Failure | undefined;
  /** Units of compiling it; none where it is refused unseen. */
  readonly units: number;

  constructor(source: string) {
    this.#source = source;
    const measures = measured(source);
    if (!measures) this.#compiled = TOO_LARGE;
    this.#size = measures?.size ?? 0;
    this.units = measures?.units ?? 0;
  }

  /** Units of looking for it in a text: each of its items may be tried at each place, and what is learnt of them is kept. */
  unitsFor(text: string): number {
    return 8 + this.#size * (1 + (text.length >> 2));
  }

  /** What is wrong with it. */
  get failure(): Failure | undefined {
    this.#compiled ??= compile(this.#source);
    return this.#compiled instanceof Failure ? this.#compiled : undefined;
  }

  /** Whether it is found anywhere in the text, in time linear in it. */
  isFoundIn(text: string): boolean | Failure {
    this.#compiled ??= compile(this.#source);
    return this.#compiled instanceof Failure ? this.#compiled : this.#compiled.test(text);
  }
}

/** Its size, and the units of compiling it; `undefined` for one that is beyond a bound. */
function measured(source: string): { readonly size: number; readonly units: number } | undefined {
  if (source.length > EVALUATION_LIMITS.patternLength) return undefined;
  const size = patternSize(source);
  if (size > EVALUATION_LIMITS.patternSize) return undefined;
  const units = compileUnits(source);
  return units > EVALUATION_LIMITS.patternUnits ? undefined : { size, units };
}

export const TOO_LARGE = new Failure("bad_pattern", "the pattern is too long, or repeats too much");

function compile(source: string): RE2JS | Failure {
  try {
    return RE2JS.compile(source);
  } catch (error) {
    if (error instanceof RE2JSException) return new Failure("bad_pattern", error.message);
    throw error;
  }
}
