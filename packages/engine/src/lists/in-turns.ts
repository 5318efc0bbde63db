/** Work that stops now and then, so that whoever does it can do something else between. */
export type InTurns<Result> = Generator<undefined, Result, undefined>;

/** Does it all at once. */
export function whole<Result>(work: InTurns<Result>): Result {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}

/** Does it in turns of some milliseconds, with `pause` between them. */
export async function inTurns<Result>(work: InTurns<Result>, pause: () => Promise<unknown>): Promise<Result> {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
    await pause();
  }
}
