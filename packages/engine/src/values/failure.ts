/**
 * A CEL error as a value: what an expression gives when it has no answer. Never thrown, so that a condition on an
 * attribute that most contexts lack costs no more than one that holds.
 */
export class Failure {
  readonly message: string;

  constructor(message: string) {
    this.message = message;
  }
}

export const OUT_OF_RANGE = new Failure("a value lies out of range");
export const MALFORMED = new Failure("a text is malformed");

/** A newer server may send what this build lacks. */
export function unknown(what: string): Failure {
  return new Failure(`this release does not know '${what}'`);
}
