/** Values of one subject that its atoms can't tell apart. */
export interface ValueClass {
  /** One of them, where one is known; others in {@link others}. */
  readonly value: unknown;
  readonly others?: readonly unknown[];
  /** Whether the class is of more values than those, which hash to any bucket. */
  readonly isRegion: boolean;
  /** By the place of the subject's atoms: the outcomes that may be; one where it is known. */
  readonly outcomes: Uint8Array;
}

/** Stands for the value of a class of which none is known. */
export const NO_VALUE: unique symbol = Symbol("no value");
