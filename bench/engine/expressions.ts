import { parseCondition } from "@burgee/engine/language";
import { rulesetToggle, rulesetWith } from "./burgee-ruleset.ts";
import { nanosecondsInTurns } from "./in-turns.ts";
import { type Loop, loopOf } from "./loop.ts";
import { prepare } from "./packed-engine.ts";
import type { ExpressionSide } from "./side.ts";
import { attributes, CONTEXTS, ids } from "./toggles.ts";

/** What every implementation of CEL has: a list of 100, `&&`, `||`, `==`, a method. */
const text = `userId in ${JSON.stringify(ids)} || region == 'IN' && plan == 'pro' || appVersion.startsWith('1.39.')`;

/** A whole evaluation of a toggle with one rule: the engine offers no expression alone. */
const burgee: ExpressionSide = {
  name: "burgee",
  compile(condition) {
    const parsed = parseCondition(condition);
    if (!parsed.ok) throw new Error(parsed.error.message);
    const toggle = rulesetToggle({ key: "expression", rule: { kind: "plain" } });
    const rules = [
      { id: "r1", condition: parsed.expression, serve: { type: "variant", variant: "on" } },
    ] as const;
    const evaluator = prepare(rulesetWith([{ ...toggle, rules, defaultVariant: "off" }]));
    return (context) => evaluator.evaluate("expression", context).enabled;
  },
};

/** Nanoseconds of CPU time that each side takes for the expression, compiled and warm. */
export async function measureExpressions(
  peers: readonly ExpressionSide[],
): Promise<ReadonlyMap<string, number>> {
  const loops = new Map<string, Loop>();
  const counts = new Map<string, number>();
  for (const side of [burgee, ...peers]) {
    const loop = loopOf(side.name, side.compile(text), attributes);
    loops.set(side.name, loop);
    counts.set(side.name, await loop(CONTEXTS));
  }
  if (new Set(counts.values()).size > 1)
    throw new Error(`the sides disagree: ${JSON.stringify([...counts])}`);
  return nanosecondsInTurns(loops);
}
