/** Why an expression has no answer. explain/failure-text.ts has the words. */
export type FailureCode =
  | "bad_pattern"
  | "budget_exceeded"
  | "division_by_zero"
  | "key_twice"
  | "malformed"
  | "no_attribute"
  | "no_field"
  | "no_id"
  | "no_key"
  | "no_list"
  | "no_meaning"
  | "no_segment"
  | "out_of_range"
  | "text_too_long"
  | "too_deep"
  | "unknown";

/**
 * A CEL error as a value: what an expression gives when it has no answer. Never thrown, so that a condition on an
 * attribute that most contexts lack costs no more than one that holds.
 */
export class Failure {
  readonly code: FailureCode;
  readonly operands: readonly unknown[];

  constructor(code: FailureCode, ...operands: readonly unknown[]) {
    this.code = code;
    this.operands = operands;
  }
}

export const OUT_OF_RANGE = new Failure("out_of_range");
export const MALFORMED = new Failure("malformed");

/** A newer server may send what this build lacks. */
export function unknown(what: string): Failure {
  return new Failure("unknown", what);
}
