import type { PrepareOptions } from "@burgee/engine";

/** What the SDK takes from its surroundings besides `fetch`; tests put their own clock and chance in its place. */
export interface Ports {
  /** Milliseconds on a clock that never runs backwards; only differences mean something. */
  now(): number;
  /** Evenly spread in [0, 1). */
  random(): number;
  /** Runs `work` once after `ms`. With `keepAlive` the process waits for it; without, it may end first. */
  after(ms: number, work: () => void, options?: { readonly keepAlive: boolean }): Cancel;
  /** The meaning of `matches` in conditions: a chunk of its own, for rulesets that call it. */
  loadMatches(): Promise<Matches>;
  /** What reads lists that travel beside a ruleset: a chunk of its own, for rulesets that name some. */
  loadLists(): Promise<Lists>;
  /** Lets others have a turn. */
  turn(): Promise<void>;
}

export type Lists = Pick<typeof import("@burgee/engine/lists"), "readIdListInTurns">;

export type Matches = NonNullable<PrepareOptions["matches"]>;

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
  loadMatches: async () => (await import("@burgee/engine/matches")).matches,
  loadLists: () => import("@burgee/engine/lists"),
  turn: () => new Promise((resolve) => setTimeout(resolve)),
};
