/** The last look at a ruleset before anybody gets it: written out, read back and evaluated, as an SDK would. */
import { type EvaluationContext, prepare, type Ruleset, readRuleset, shareParts } from "@burgee/engine";
import { matches } from "@burgee/engine/matches";
import { LIMITS } from "../limits.ts";

class GateError extends Error {
  override readonly name = "GateError";
}

const PROBES: readonly EvaluationContext[] = [{}, { userId: "probe" }];

/** The ruleset's JSON. @throws {GateError} when it is too large or a reader would refuse it */
export function passGate(ruleset: Ruleset): string {
  // Counted in full, as settings are when they are saved: who holds a ruleset may write it out like that.
  const bytes = Buffer.byteLength(JSON.stringify(ruleset));
  if (bytes > LIMITS.rulesetBytes) {
    throw new GateError(`The ruleset has ${bytes} bytes; at most ${LIMITS.rulesetBytes} are published.`);
  }
  const body = JSON.stringify(shareParts(ruleset));
  const read = readRuleset(JSON.parse(body));
  if (!read.ok) throw new GateError(`A reader would refuse the ruleset: ${read.error.message}`);

  const evaluator = prepare(read.ruleset, { matches });
  for (const context of PROBES) {
    for (const { key, errorCode, errorMessage } of evaluator.evaluateAll(context)) {
      if (errorCode)
        throw new GateError(`The toggle ${key} can't be evaluated: ${errorMessage ?? errorCode}`);
    }
  }
  return body;
}
