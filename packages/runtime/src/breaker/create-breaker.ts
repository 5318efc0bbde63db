/** Keeps those who wait for an answer from waiting, time and again, for a server that gives none. */
import {
  CircuitState,
  circuitBreaker,
  handleWhen,
  type IBackoff,
  type IBackoffFactory,
  type IBreaker,
  isBrokenCircuitError,
  SamplingBreaker,
} from "cockatiel";
import { bounded, TimeoutError } from "../clock/bounded.ts";

/** `half_open`: one call tries whether the server answers again; the others wait for how that ends. */
export type BreakerState = "closed" | "half_open" | "open";

export interface BreakerOptions {
  /** What is asked, as the beginning of a sentence. */
  readonly name: string;
  /** How long an answer is waited for. */
  readonly timeoutMs: number;
  /** Whether an error says something of the server's health; all do, left out. */
  readonly isFailure?: (error: unknown) => boolean;
  readonly onState?: (state: BreakerState) => void;
  /** Evenly spread in [0, 1). */
  readonly random?: () => number;
}

export interface Breaker {
  readonly state: BreakerState;
  /** @throws what `work` throws, {@link TimeoutError}, or at once while the breaker is open */
  run<T>(work: () => Promise<T>): Promise<T>;
}

const SAMPLE_MS = 10_000;
const LEAST_CALLS = 20;
/** Half of them and more; the library opens above its threshold. */
const FAILED_SHARE = 0.5 - 1e-9;
const TIMEOUTS_IN_A_ROW = 5;
const OPEN_MS = 1_000;
const OPEN_JITTER_MS = 1_000;

const STATES: Readonly<Record<CircuitState, BreakerState>> = {
  [CircuitState.Closed]: "closed",
  [CircuitState.HalfOpen]: "half_open",
  [CircuitState.Open]: "open",
  [CircuitState.Isolated]: "open",
};

/**
 * Opens when half of 20 or more calls in 10 s failed, or five in a row were not answered in time. Tries one call after 1 to 2 s, and
 * closes when that is answered.
 */
export function createBreaker({
  name,
  timeoutMs,
  isFailure = () => true,
  onState = () => undefined,
  random = Math.random,
}: BreakerOptions): Breaker {
  const health = new Health();
  const policy = circuitBreaker(
    handleWhen((error) => isFailure(error)),
    { halfOpenAfter: new JitteredPause(random), breaker: health },
  );
  policy.onStateChange((state) => onState(STATES[state]));
  onState("closed");

  const ask = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await bounded(work(), timeoutMs, name);
    } catch (error) {
      health.timeouts = isTimeout(error) ? health.timeouts + 1 : 0;
      throw error;
    }
  };
  return {
    get state() {
      return STATES[policy.state];
    },
    run: (work) => policy.execute(() => ask(work)),
  };
}

/** Whether nothing was asked, since the breaker was open. */
export function isRefusedByBreaker(error: unknown): boolean {
  return isBrokenCircuitError(error);
}

/** ioredis has no class for it. */
function isTimeout(error: unknown): boolean {
  return error instanceof TimeoutError || (error instanceof Error && error.message === "Command timed out");
}

class Health implements IBreaker {
  /** Not answered in time, in a row. */
  timeouts = 0;
  readonly #sample = new SamplingBreaker({
    threshold: FAILED_SHARE,
    duration: SAMPLE_MS,
    minimumRps: (LEAST_CALLS * 1_000) / SAMPLE_MS,
  });

  get state(): unknown {
    return this.#sample.state;
  }

  set state(state: unknown) {
    this.#sample.state = state;
  }

  success(state: CircuitState): void {
    this.timeouts = 0;
    this.#sample.success(state);
  }

  failure(state: CircuitState): boolean {
    const hasFailed = this.#sample.failure(state);
    return hasFailed || this.timeouts >= TIMEOUTS_IN_A_ROW;
  }
}

/** A node that lost its server tries at another moment than the next node. */
class JitteredPause implements IBackoffFactory<unknown> {
  readonly #random: () => number;

  constructor(random: () => number) {
    this.#random = random;
  }

  next(): IBackoff<unknown> {
    return { duration: OPEN_MS + OPEN_JITTER_MS * this.#random(), next: () => this.next() };
  }
}
