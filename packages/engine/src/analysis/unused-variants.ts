import type { RulesetToggle, Serve } from "../ruleset/ruleset.ts";
import type { Finding } from "./finding.ts";
import type { Step } from "./toggle-formula.ts";

/** Variants that no context gets: nothing serves them, or only what is `dead`. The off variant has its use while a toggle is off. */
export function unusedVariants(
  toggle: RulesetToggle,
  dead: ReadonlySet<Step["source"] | "default">,
): readonly Finding[] {
  const { key, variants, offVariant, defaultVariant, targets, rules, rollout } = toggle;
  const named = new Set<string>([defaultVariant, ...Object.keys(targets ?? {})]);
  const served = new Set<string>([offVariant]);
  if (!dead.has("default")) served.add(defaultVariant);
  for (const [variant, ids] of Object.entries(targets ?? {})) if (ids.length > 0) served.add(variant);
  const note = (serve: Serve, source: Step["source"]) => {
    for (const variant of variantsOf(serve, Object.keys(variants))) {
      named.add(variant);
      if (!dead.has(source)) served.add(variant);
    }
  };
  for (const [at, { serve }] of rules.entries()) note(serve, at);
  if (rollout) note(rollout, "rollout");

  return Object.keys(variants)
    .filter((variant) => !served.has(variant))
    .map((variant) => {
      const why = named.has(variant)
        ? "what would serve it never serves anyone"
        : "no rule, rollout or default names it";
      const message = `Nobody is served '${variant}': ${why}.`;
      return { code: "unused_variant", verdict: "proved", place: { toggle: key, variant }, message };
    });
}

/** A way to serve from a newer server may serve any. */
function variantsOf(serve: Serve, all: readonly string[]): readonly string[] {
  switch (serve.type) {
    case "variant":
      return [serve.variant];
    case "percentage":
      return [serve.variant];
    case "split":
      return serve.slices.filter(([, from, to]) => from < to).map(([variant]) => variant);
    case "target":
      return Object.keys(serve.targets);
    default:
      return all;
  }
}
