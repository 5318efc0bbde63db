/** What an expression gives where a boolean is asked, as sets of bits: true, false, and an error or any other value. */
export const TRUE = 1;
export const FALSE = 2;
export const ERROR = 4;
export const ANY = TRUE | FALSE | ERROR;
export const NOT_TRUE = FALSE | ERROR;

export function outcomeOf(value: unknown): number {
  if (value === true) return TRUE;
  return value === false ? FALSE : ERROR;
}

/** The outcomes whose negation is one of these. */
export function negated(outcomes: number): number {
  return (outcomes & ERROR) | (outcomes & TRUE ? FALSE : 0) | (outcomes & FALSE ? TRUE : 0);
}
