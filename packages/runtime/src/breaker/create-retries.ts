/** Asks once more where that may help, and never so often that it makes the trouble worse. */
import { handleWhen, type IBackoff, type IBackoffFactory, type IRetryBackoffContext, retry } from "cockatiel";
import { fullJitterMs } from "../clock/full-jitter.ts";

export interface RetriesOptions {
  /** Whether asking once more may help. */
  readonly isTransient: (error: unknown) => boolean;
  /** Evenly spread in [0, 1). */
  readonly random?: () => number;
}

export interface Retries {
  /** For work that may be done twice. @throws what the last try throws */
  run<T>(work: () => Promise<T>): Promise<T>;
}

const MOST_RETRIES = 2;
const PAUSE = { baseMs: 50, capMs: 1_000 };
/** Of all calls, over time; and how many may come at once after a quiet while. */
const SHARE = 0.1;
const MOST_SAVED = 10;

/** Two retries at most, each after a random pause, and together a tenth of all calls. */
export function createRetries({ isTransient, random = Math.random }: RetriesOptions): Retries {
  let saved = 1;
  const mayRetry = (error: unknown) => {
    if (saved < 1 || !isTransient(error)) return false;
    saved -= 1;
    return true;
  };
  const policy = retry(handleWhen(mayRetry), { maxAttempts: MOST_RETRIES, backoff: new FullJitter(random) });
  return {
    run: (work) => {
      saved = Math.min(MOST_SAVED, saved + SHARE);
      return policy.execute(() => work());
    },
  };
}

class FullJitter implements IBackoffFactory<IRetryBackoffContext<unknown>> {
  readonly #random: () => number;

  constructor(random: () => number) {
    this.#random = random;
  }

  next({ attempt }: IRetryBackoffContext<unknown>): IBackoff<IRetryBackoffContext<unknown>> {
    return {
      duration: fullJitterMs(attempt - 1, PAUSE, this.#random),
      next: (context) => this.next(context),
    };
  }
}
