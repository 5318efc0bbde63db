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
