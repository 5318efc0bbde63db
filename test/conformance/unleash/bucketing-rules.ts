import type { RulesetRule, Serve } from "../../../packages/engine/src/index.ts";
import { parseCondition } from "../../../packages/engine/src/language/index.ts";
import { evenSlices } from "./even-slices.ts";
import type { UnleashStrategy, UnleashVariant } from "./specification.ts";

type NewRule = Pick<RulesetRule, "condition" | "serve">;

interface Sharing {
  readonly stickiness: string;
  readonly serve: (stickiness: string) => Serve;
  /** For those who have no value to hash. What Unleash serves by chance is served to nobody, or to all where all are. */
  readonly otherwise: Serve | undefined;
}

/** Rules that serve "on" to those whom a rollout includes. */
export function rolloutRules({ name, parameters = {} }: UnleashStrategy): readonly NewRule[] {
  if (name === "default") return [{ condition: true, serve: { type: "variant", variant: "on" } }];
  const percent = Number(parameters.rollout ?? parameters.percentage);
  const groupId = parameters.groupId ?? "";
  return shared({
    stickiness: stickinessOf(name, parameters),
    serve: (stickiness) => ({
      type: "percentage",
      variant: "on",
      buckets: percent * 1_000,
      salt: groupId,
      stickiness,
      hash: "unleash",
    }),
    otherwise: percent === 100 ? { type: "variant", variant: "on" } : undefined,
  });
}

function stickinessOf(name: string, parameters: Readonly<Record<string, string>>): string {
  if (name === "gradualRolloutUserId") return "userId";
  return name === "gradualRolloutSessionId" ? "sessionId" : (parameters.stickiness ?? "default");
}

/** Rules that serve each context its variant. */
export function variantRules(
  groupId: string,
  variants: readonly UnleashVariant[],
  stickiness: string,
): readonly NewRule[] {
  const overridden = variants.flatMap(({ name, overrides = [] }) =>
    overrides.map(({ contextName, values }) => ({
      condition: conditionOf(`${contextName} in ${JSON.stringify(values)}`),
      serve: { type: "variant", variant: name } as const,
    })),
  );
  const [only] = variants;
  return [
    ...overridden,
    ...shared({
      stickiness: variants[0]?.stickiness ?? stickiness,
      serve: (attribute) => ({
        type: "split",
        slices: evenSlices(variants),
        salt: groupId,
        stickiness: attribute,
        hash: "unleash",
      }),
      otherwise: variants.length === 1 && only ? { type: "variant", variant: only.name } : undefined,
    }),
  ];
}

/** Unleash's stickiness "default" is the user's id, else the session's, else chance. */
function shared({ stickiness, serve, otherwise }: Sharing): readonly NewRule[] {
  const byChance = otherwise ? [{ condition: true, serve: otherwise }] : [];
  if (stickiness === "random") return byChance;
  if (stickiness !== "default") return [{ condition: true, serve: serve(stickiness) }];
  return [
    { condition: true, serve: serve("userId") },
    { condition: conditionOf("!has(userId)"), serve: serve("sessionId") },
    ...byChance.map((rule) => ({ ...rule, condition: conditionOf("!has(userId) && !has(sessionId)") })),
  ];
}

function conditionOf(text: string) {
  const parsed = parseCondition(text);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.expression;
}
