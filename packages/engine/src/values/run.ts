import type { Attributes } from "../evaluation/context.ts";
import type { Binary, Call, Expression, ExpressionNode } from "../language/expression.ts";
import { EVALUATION_LIMITS } from "../limits.ts";
import { Failure } from "./failure.ts";
import { type Timestamp, timestampOfMs } from "./scalar.ts";

/** An expression as a closure: a context to a value, or to a `Failure`, within a run. Throws nothing of its own. */
export type Compiled = (context: Attributes, run: Run) => unknown;

/** The macro variables around an expression, outermost first: the place of each is its slot in a run. */
export type Scope = readonly string[];

export type Compile = (expression: Expression, scope: Scope) => Compiled;

/**
 * What an operator, a function or a method does with values. `undefined` says that it has no meaning for them, or that the
 * budget is exceeded. It takes as many operands as it names, at most; those left out are `undefined`.
 */
export type Meaning = (run: Run, first: unknown, second: unknown, third: unknown, fourth: unknown) => unknown;

/** Operators by their sign (`-x` is the unary minus), functions by name, methods by name behind a dot. */
export type Meanings = Readonly<Record<string, Meaning>>;

/** What conditions may be made of beyond what every evaluation has. */
export interface Library {
  /** Meanings of operators, functions and methods, and of those that every evaluation has for values that they lack. */
  readonly meanings: Meanings;
  /** Compiles a node of a kind that every evaluation lacks, its parts by `compile`. */
  readonly compile: (node: ExpressionNode, scope: Scope, compile: Compile) => Compiled | undefined;
  /** A closure of its own for a node of usual shape; what it leaves is left to `plainly`. */
  readonly shortcut: (node: Binary, plainly: Compiled) => Compiled | undefined;
}

/** Compiles a call of `matches`; `undefined` for one that this release does not know. */
export type CompileMatches = (node: Call, scope: Scope, compile: Compile) => Compiled | undefined;

/** What an evaluation may ask of what surrounds it: the ruleset that is asked, and the runtime. */
export interface Surroundings {
  /** The segment's test, which answers a boolean or a `Failure`; undefined where the ruleset has none of that key. */
  readonly segment: (key: string) => Compiled | undefined;
  readonly matches: CompileMatches | undefined;
  readonly library?: Library | undefined;
  readonly list?: FindList | undefined;
  readonly nowMs: () => number;
}

/** The ids of a list. */
export interface IdList {
  readonly has: (id: string) => boolean;
  readonly count: number;
}

/** Finds a list that travels beside a ruleset by its hash; `undefined` where it is not there. */
export type FindList = (hash: string) => IdList | undefined;

/**
 * One evaluation: what it may still spend, its macro variables, its moment. Reused from one evaluation to the next.
 *
 * The budget is there so that neither a condition nor a context can hold up whoever evaluates it. Every node has a fixed
 * price that nobody counts; work that grows with values is charged before it is done:
 *
 * - `==`, `!=`, `in`: 1 for each part of a list or map that is compared, and for each key of a map that is listed.
 * - Texts and bytes longer than 64 units: their length. Equality charges where lengths are equal; `<` the shorter; `startsWith`
 *   and `endsWith` the part; what searches, the text times one more than a sixteenth of the part; the rest the whole.
 * - Functions and methods of the library: a price each, by what they take for a short text (library/prices.ts).
 * - `semver(x)`: the text's length, but for plain versions beside a constant.
 * - Lists and maps: 1 an item for those that are made anew (with an attribute inside, or by `+`), 1 a key for `size(map)`.
 * - Macros: for each item 1, and the weight of what is asked of it (expressions/weigh.ts). Segments and prerequisites: 20, and theirs.
 * - `matches`: 8, and the items of the pattern, its repetitions written out, times one more than a quarter of the text; compiling the
 *   pattern besides, whether it is kept or not: a constant one once in an evaluation.
 * - A time zone by name: 250.
 *
 * Once more is asked for than is left, that and everything after it that is charged fails.
 */
export class Run {
  #left: number = EVALUATION_LIMITS.units;
  #now: Timestamp | Failure | undefined;
  #nowMs: number | undefined;
  /** Tells the evaluation that was begun last from every other one. */
  serial = 0;
  /** Of the evaluation that was begun last. */
  surroundings: Surroundings = NOTHING_AROUND;
  /** Macro variables by nesting depth. */
  readonly slots: unknown[] = [];
  /** How many segments, one inside another, are being asked. Counted by whoever enters one. */
  segmentDepth = 0;
  /** As {@link segmentDepth}, for toggles asked as prerequisites. */
  toggleDepth = 0;
  /** The hash of the first list that was asked and is not there. */
  missingList: string | undefined;

  /** As `isPlain` (evaluation/context.ts) has it of the context; `false` is always right. */
  isPlain = false;

  /** Begins another evaluation: refills the budget, forgets the moment, or takes the one that is given. */
  begin(surroundings: Surroundings, nowMs?: number, isPlain = false): void {
    this.serial = ++begun;
    this.isPlain = isPlain;
    this.surroundings = surroundings;
    this.#nowMs = nowMs;
    this.#left = EVALUATION_LIMITS.units;
    this.#now = undefined;
    this.segmentDepth = 0;
    this.toggleDepth = 0;
    this.missingList = undefined;
  }

  /** Negative once something was refused. */
  get left(): number {
    return this.#left;
  }

  get isExceeded(): boolean {
    return this.#left < 0;
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

  /** The moment of the evaluation, the same for all of it. */
  now(): Timestamp | Failure {
    this.#now ??= timestampOfMs(this.#nowMs ?? this.surroundings.nowMs());
    return this.#now;
  }
}

let begun = 0;

const NOTHING_AROUND: Surroundings = {
  segment: () => undefined,
  matches: undefined,
  nowMs: () => Date.now(),
};

export const BUDGET_EXCEEDED = new Failure("budget_exceeded");
