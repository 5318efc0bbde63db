/**
 * The last look at a ruleset before anybody gets it: written out, read back and evaluated, as an SDK would. Evaluating is bounded in time, and
 * lets others have their turn: one tenant's heavy ruleset keeps nobody else's waiting.
 */
import {
  type EvaluationContext,
  type Evaluator,
  prepare,
  type Ruleset,
  readRuleset,
  shareInSteps,
} from "@burgee/engine";
import { matches } from "@burgee/engine/matches";
import { LIMITS } from "../limits.ts";
import { type PauseOptions, Pauses } from "../turns/pauses.ts";

class GateError extends Error {
  override readonly name = "GateError";
}

export interface GateOptions extends PauseOptions {
  /** Toggles that are tried before the others, which passed when they were published. */
  readonly changed?: readonly string[];
}

export interface Passed {
  /** The ruleset's JSON. */
  readonly body: string;
  /** How many toggles there was no time to try. */
  readonly untried: number;
}

const PROBES: readonly EvaluationContext[] = [{}, { userId: "probe" }];
/** Of evaluating a ruleset's toggles. What could not be tried by then is published: it was read back, and none that was tried failed. */
const WHOLE_MS = 5_000;
/** Of one evaluation; the engine's own bounds keep it within some milliseconds, and an SDK in the field can't afford more. */
const EVALUATION_MS = 500;
/** A slow evaluation is tried again: it may have been the machine, or the first look at a pattern. */
const TRIES = 3;

/** @throws {GateError} when it is too large, a reader would refuse it, or a toggle can't be evaluated, in time or at all */
export async function passGate(
  ruleset: Ruleset,
  { changed = [], nowMs = () => performance.now(), ...pauseOptions }: GateOptions = {},
): Promise<Passed> {
  const pauses = new Pauses({ stretchMs: 5, ...pauseOptions, nowMs });
  // Counted in full, as settings are when they are saved: who holds a ruleset may write it out like that.
  const bytes = Buffer.byteLength(JSON.stringify(ruleset));
  if (bytes > LIMITS.rulesetBytes) {
    throw new GateError(`The ruleset has ${bytes} bytes; at most ${LIMITS.rulesetBytes} are published.`);
  }
  await pauses.take();
  const steps = shareInSteps(ruleset);
  let step = steps.next();
  for (; !step.done; step = steps.next()) await pauses.take();
  const body = JSON.stringify(step.value);
  await pauses.take();
  const json: unknown = JSON.parse(body);
  await pauses.take();
  const read = readRuleset(json);
  if (!read.ok) throw new GateError(`A reader would refuse the ruleset: ${read.error.message}`);

  await pauses.take();
  const evaluator = prepare(read.ruleset, { matches });
  const keys = new Set([
    ...changed.filter((key) => Object.hasOwn(read.ruleset.toggles, key)),
    ...Object.keys(read.ruleset.toggles),
  ]);
  const begunMs = nowMs();
  let tried = 0;
  for (const key of keys) {
    await pauses.take();
    if (nowMs() - begunMs > WHOLE_MS) break;
    await tryToggle(evaluator, key, { pauses, nowMs });
    tried++;
  }
  return { body, untried: keys.size - tried };
}

interface Timing {
  readonly pauses: Pauses;
  readonly nowMs: () => number;
}

async function tryToggle(evaluator: Evaluator, key: string, { pauses, nowMs }: Timing): Promise<void> {
  for (const context of PROBES) {
    for (let tries = 1; ; tries++) {
      const begunMs = nowMs();
      const { errorCode, errorMessage } = evaluator.evaluate(key, context);
      const tookMs = nowMs() - begunMs;
      if (errorCode)
        throw new GateError(`The toggle ${key} can't be evaluated: ${errorMessage ?? errorCode}`);
      if (tookMs <= EVALUATION_MS) break;
      if (tries === TRIES) {
        throw new GateError(
          `The toggle ${key} takes too long to evaluate: ${Math.round(tookMs)} ms at its ${TRIES}rd try, where ${EVALUATION_MS} are allowed. Make its conditions simpler.`,
        );
      }
      await pauses.take();
    }
  }
}
