/** What `bounded` throws when time is up. */
export class TimeoutError extends Error {
  override readonly name = "TimeoutError";
}

/**
 * Waits for `work`, but no longer than `boundMs`.
 *
 * The work itself is not stopped: a late result is dropped, and a late failure is not left unhandled.
 *
 * @throws {TimeoutError} when time is up.
 */
export async function bounded<T>(work: Promise<T>, boundMs: number, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeUp = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TimeoutError(`${what} took longer than ${boundMs} ms.`)), boundMs);
  });
  try {
    return await Promise.race([work, timeUp]);
  } finally {
    clearTimeout(timer);
  }
}
