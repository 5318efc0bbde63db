/** What one life of a worker's process holds: told to it by its environment, and what it tells of itself. */

export interface Life {
  /** The first of its steps that its fate may meet, from 1. */
  readonly fatefulStep?: number;
  /** At which point of a step it ends or freezes itself, by number from 1; it does neither without. */
  readonly failpoint?: Failpoint;
  /** How its clock goes: an hour off, or one that jumps between both. */
  readonly clock?: "ahead" | "behind" | "jumping";
  /** Mistakes in how it applies steps. */
  readonly mistakes?: readonly string[];
  /** How long a job stays taken by a worker that shows no life, in place of what ships. */
  readonly lockMs?: number;
  /** How long a plan stays taken by a sweep, in place of what ships. */
  readonly claimMs?: number;
}

export interface Failpoint {
  readonly point: number;
  readonly signal: "SIGKILL" | "SIGSTOP";
}

/** A line of JSON each, on standard output. */
export type Told =
  | { readonly life: "working" }
  | { readonly life: "fateful" }
  /** The points that a step went through, the most so far. */
  | { readonly life: "step"; readonly points: readonly string[] }
  | { readonly life: "fell"; readonly point: number; readonly name: string };

export const LIFE_VARIABLE = "BURGEE_TEST_LIFE";
