import type { JsonValue } from "../ruleset/ruleset.ts";
import { Run } from "../values/run.ts";
import type { ConditionTrace, StepTrace, ToggleTrace } from "./explanation.ts";
import { type Room, shown } from "./shown.ts";

/** Entries of one trace: what a person can look through, and what a page can show at once. */
const MAX_ENTRIES = 2_000;
/** Parts of values that one trace shows, some of each entry: a list of lists of lists alone has 1,000. */
const MAX_PARTS = 10_000;

/** A trace while it is written. */
export type Writing<Trace> = { -readonly [Field in keyof Trace]: Trace[Field] };

/** Where the parts of an explanation note what they see. One for each explanation. */
export class Recorder {
  #left = MAX_ENTRIES;
  #isPaused = false;
  readonly #room: Room = { left: MAX_PARTS };
  readonly #aside = new Run();

  isCut = false;
  /** The toggle that was asked. */
  root: ToggleTrace | undefined;
  /** The steps of the toggle that is being asked, by what they are of. */
  steps: ReadonlyMap<object, Writing<StepTrace>> = new Map();
  /** The prerequisite, and the part of a condition, that is being asked. */
  prerequisite: Writing<StepTrace> | undefined;
  condition: Writing<ConditionTrace> | undefined;

  /** Whether there is room for one entry more. */
  take(): boolean {
    if (this.#isPaused) return false;
    const isFull = this.#left === 0;
    this.isCut ||= isFull;
    if (!isFull) this.#left--;
    return !isFull;
  }

  /** A value as people are shown it, while there is room. */
  show(value: unknown): JsonValue | undefined {
    const part = shown(value, this.#room);
    this.isCut ||= this.#room.left < 0;
    return part;
  }

  /**
   * Looks at something once more, for showing it alone: in a run of its own, which takes nothing of the evaluation's budget and has
   * one for all that is shown, and without a note. `undefined` where a context that answered before now throws.
   */
  aside<Value>(run: Run, look: (aside: Run) => Value): Value | undefined {
    const aside = this.#aside;
    if (aside.surroundings !== run.surroundings) aside.begin(run.surroundings);
    aside.segmentDepth = run.segmentDepth;
    Object.assign(aside.slots, run.slots);
    this.#isPaused = true;
    try {
      return look(aside);
    } catch {
      return undefined;
    } finally {
      this.#isPaused = false;
      this.isCut ||= aside.isExceeded;
    }
  }
}
