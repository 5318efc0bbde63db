/** Evaluations in process, against a bare property look-up: what an SDK user pays for asking. */
import { prepare, RULESET_SCHEMA, type Ruleset, type RulesetToggle, type Serve } from "@burgee/engine";
import { parseCondition } from "@burgee/engine/language";
import { perSecond, quantile, type Row } from "./measure.ts";

const ROUNDS = 15;
const CALLS = 200_000;
const CONTEXTS = Array.from({ length: 1024 }, (_, index) => ({
  userId: `user-${index}`,
  region: index % 3 === 0 ? "IN" : "NO",
  appVersion: `1.${index % 40}.0`,
}));

const ON: Serve = { type: "variant", variant: "on" };
const TOGGLES = {
  plain: toggle("plain", [], null),
  "three rules": toggle(
    "three rules",
    [
      "userId in ['abc123', 'def456', 'ghi789']",
      "region == 'IN' && appVersion.startsWith('1.2')",
      "semver(appVersion) >= semver('1.35')",
    ],
    null,
  ),
  "10 % rollout": toggle("10 % rollout", [], {
    type: "percentage",
    variant: "on",
    buckets: 10_000,
    salt: "bench0001",
    stickiness: "userId",
  }),
} as const;

export function benchInProcess(): readonly Row[] {
  const evaluator = prepare(rulesetOf(Object.values(TOGGLES)));
  const values: Readonly<Record<string, { readonly value: boolean }>> = {
    plain: { value: true },
    other: { value: false },
  };

  return Object.keys(TOGGLES).map((key) => {
    const ours: number[] = [];
    const bare: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      ours.push(timed((index) => evaluator.evaluate(key, contextAt(index)).enabled));
      bare.push(timed((index) => values[contextAt(index) ? "plain" : "other"]?.value === true));
    }
    const rate = CALLS / quantile(ours, 0.5);
    const ratio = quantile(ours, 0.5) / quantile(bare, 0.5);
    return {
      name: `evaluate, ${key}`,
      value: `${ratio.toFixed(1)} x`,
      note: `a bare property look-up's time; ${perSecond(rate)}, median of ${ROUNDS} rounds of ${CALLS.toLocaleString("en")}`,
    };
  });
}

/** Seconds for CALLS calls. What they answer is used, so that no call is optimised away. */
function timed(call: (index: number) => boolean): number {
  let trues = 0;
  const from = process.hrtime.bigint();
  for (let index = 0; index < CALLS; index++) if (call(index)) trues++;
  const seconds = Number(process.hrtime.bigint() - from) / 1e9;
  if (trues < 0) throw new Error("unreachable");
  return seconds;
}

function contextAt(index: number) {
  return CONTEXTS[index & 1023];
}

function rulesetOf(toggles: readonly RulesetToggle[]): Ruleset {
  return {
    schema: RULESET_SCHEMA,
    project: "bench",
    environment: "bench",
    epoch: "00000000-0000-4000-8000-000000000000",
    revision: 1,
    toggles: Object.fromEntries(toggles.map((each) => [each.key, each])),
  };
}

function toggle(key: string, conditions: readonly string[], rollout: Serve | null): RulesetToggle {
  return {
    key,
    kind: "boolean",
    version: 1,
    revision: 1,
    enabled: true,
    variants: { on: true, off: false },
    offVariant: "off",
    rules: conditions.map((text, index) => ({ id: `r${index}`, condition: parsed(text), serve: ON })),
    rollout,
    defaultVariant: "off",
  };
}

function parsed(text: string) {
  const result = parseCondition(text);
  if (!result.ok) throw new Error(result.error.message);
  return result.expression;
}
