import { own } from "../evaluation/context.ts";
import type { Expression, ExpressionNode } from "../language/expression.ts";
import { EVALUATION_LIMITS } from "../limits.ts";
import type { ListReference, RulesetSegment } from "../ruleset/ruleset.ts";
import type { AtomTable } from "./atom-table.ts";
import { ANALYSIS_BOUNDS } from "./bounds.ts";
import { allOf, anyOf, type Formula } from "./formula.ts";
import { ANY, ERROR, FALSE, negated, outcomeOf, TRUE } from "./outcome.ts";

/** Turns conditions into formulas, segments written out. */
export class ConditionFormulas {
  readonly atoms: AtomTable;
  readonly #segments: Readonly<Record<string, RulesetSegment>>;
  #parts = 0;
  #depth = 0;

  constructor(atoms: AtomTable, segments: Readonly<Record<string, RulesetSegment>>) {
    this.atoms = atoms;
    this.#segments = segments;
  }

  /** Whether so much was written out that the rest is taken to hold, which proves nothing that is not so. */
  get isFull(): boolean {
    return this.#parts > ANALYSIS_BOUNDS.formulaParts;
  }

  /** That an expression's outcome is one of these. @param depth how many segments are around it */
  that(expression: Expression, outcomes: number, depth = 0): Formula {
    if (this.#depth >= ANALYSIS_BOUNDS.depth) this.#parts = Number.POSITIVE_INFINITY;
    this.#parts++;
    this.#depth++;
    const formula = this.#that(expression, outcomes, depth);
    this.#depth--;
    return formula;
  }

  #that(expression: Expression, outcomes: number, depth: number): Formula {
    if (outcomes === 0) return false;
    if (outcomes === ANY || this.isFull) return true;
    if (expression === null || typeof expression !== "object")
      return (outcomeOf(expression) & outcomes) !== 0;
    switch (expression.kind) {
      case "and":
        return this.#thatAll(expression.of, outcomes, depth);
      case "or":
        // As && of the negations has it.
        return this.#thatAll(expression.of, negated(outcomes), depth, true);
      case "unary":
        if (expression.op === "!") return this.that(expression.of, negated(outcomes), depth);
        return this.#literal(expression, outcomes);
      case "conditional":
        return this.#thatConditional(expression, outcomes, depth);
      case "segment":
        return this.segment(expression.key, outcomes, depth);
      default:
        return this.#literal(expression, outcomes);
    }
  }

  /** That the context's belonging to a segment is one of these. */
  segment(key: string, outcomes: number, depth = 0): Formula {
    const segment = own(this.#segments, key);
    if (depth === EVALUATION_LIMITS.segmentDepth || !segment) return (outcomes & ERROR) !== 0;
    if (this.isFull) return this.#free(`segment ${depth} ${key}`, outcomes);

    const { include, exclude, includeList, excludeList, condition, stickiness = "userId" } = segment;
    const isInline = (ids: readonly string[], wanted: number): Formula =>
      ids.length === 0 ? (wanted & FALSE) !== 0 : this.#listed(stickiness, ids, wanted);
    const isIn = (ids: readonly string[], list: ListReference | undefined, wanted: number): Formula =>
      list
        ? byAnd(negated(wanted), [
            (each) => isInline(ids, negated(each)),
            // Who is in it, and whether it is there, is not known here.
            (each) => this.#free(`list ${stickiness} ${list.hash}`, negated(each)),
          ])
        : isInline(ids, wanted);
    const isMember = (wanted: number): Formula =>
      byAnd(wanted, [
        (each) => isIn(exclude, excludeList, negated(each)),
        (each) =>
          byAnd(negated(each), [
            (inner) => isIn(include, includeList, negated(inner)),
            (inner) => this.that(condition ?? false, negated(inner), depth + 1),
          ]),
      ]);
    return isMember(outcomes);
  }

  #listed(stickiness: string, ids: readonly string[], outcomes: number): Formula {
    this.#parts++;
    return { kind: "literal", atom: this.atoms.listed(stickiness, ids), outcomes };
  }

  #free(name: string, outcomes: number): Formula {
    return { kind: "literal", atom: this.atoms.free(name), outcomes };
  }

  #literal(expression: ExpressionNode, outcomes: number): Formula {
    const atom = this.atoms.test(expression);
    return atom.constant === undefined
      ? { kind: "literal", atom, outcomes }
      : (atom.constant & outcomes) !== 0;
  }

  #thatAll(of: readonly Expression[], outcomes: number, depth: number, isNegated = false): Formula {
    return byAnd(
      outcomes,
      of.map((each) => (wanted: number) => this.that(each, isNegated ? negated(wanted) : wanted, depth)),
    );
  }

  #thatConditional(
    { test, whenTrue, whenFalse }: Extract<Expression, { kind: "conditional" }>,
    outcomes: number,
    depth: number,
  ): Formula {
    return anyOf([
      allOf([this.that(test, TRUE, depth), this.that(whenTrue, outcomes, depth)]),
      allOf([this.that(test, FALSE, depth), this.that(whenFalse, outcomes, depth)]),
      outcomes & ERROR ? this.that(test, ERROR, depth) : false,
    ]);
  }
}

/** That `&&` of some operands gives one of these, by what each must give. */
function byAnd(outcomes: number, operands: readonly ((wanted: number) => Formula)[]): Formula {
  const every = (wanted: number) => allOf(operands.map((that) => that(wanted)));
  const some = (wanted: number) => anyOf(operands.map((that) => that(wanted)));
  switch (outcomes) {
    case 0:
      return false;
    case ANY:
      return true;
    case TRUE:
      return every(TRUE);
    case FALSE:
      return some(FALSE);
    case ERROR:
      return allOf([every(TRUE | ERROR), some(ERROR)]);
    case FALSE | ERROR:
      return some(FALSE | ERROR);
    case TRUE | ERROR:
      return every(TRUE | ERROR);
    default:
      return anyOf([every(TRUE), some(FALSE)]);
  }
}
