/** What is wrong, or hardly meant, at an offset of a text. */
export interface Fault {
  readonly offset: number;
  readonly message: string;
  readonly found: string | undefined;
  readonly expected: string | undefined;
}

/** How the lexer and the parser stop at the first fault; `parseExpression` makes a value of it and lets no other out. */
export class Refusal extends Error implements Fault {
  override readonly name = "Refusal";
  readonly offset: number;
  readonly found: string | undefined;
  readonly expected: string | undefined;

  constructor(offset: number, message: string, found?: string, expected?: string) {
    super(message);
    this.offset = offset;
    this.found = found;
    this.expected = expected;
  }
}

/** The usual refusal: what stands here, and what would have been right. */
export function unexpected(offset: number, found: string, expected: string, hint = ""): Refusal {
  return new Refusal(offset, `Found ${found}; expected ${expected}.${hint && ` ${hint}`}`, found, expected);
}
