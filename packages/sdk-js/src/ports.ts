/** What the SDK takes from its surroundings besides `fetch`; tests put their own clock and chance in its place. */
export interface Ports {
  /** Milliseconds on a clock that never runs backwards; only differences mean something. */
  now(): number;
  /** Evenly spread in [0, 1). */
  random(): number;
  /** Runs `work` once after `ms`. With `keepAlive` the process waits for it; without, it may end first. */
  after(ms: number, work: () => void, options?: { readonly keepAlive: boolean }): Cancel;
  /** Lets others have a turn. */
  turn(): Promise<void>;
}

export type Cancel = () => void;

/** The longest wait that `setTimeout` takes; a longer one would end at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export const systemPorts: Ports = {
  now: () => performance.now(),
  random: () => Math.random(),
  after(ms, work, options) {
    const timer = setTimeout(work, Math.min(ms, LONGEST_TIMER_MS));
    if (!options?.keepAlive) timer.unref?.();
    return () => clearTimeout(timer);
  },
  turn: () => new Promise((resolve) => setTimeout(resolve)),
};
