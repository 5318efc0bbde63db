import type { LiveRulesets } from "@burgee/core";
import type { Metrics } from "@burgee/runtime";

/** Shows in the metrics how much a node serves, and how old it is. */
export function exposeRulesets(metrics: Metrics, rulesets: LiveRulesets): void {
  metrics.gauge({
    name: "burgee_rulesets",
    help: "Environments whose ruleset this process serves.",
    read: () => rulesets.survey().served,
  });
  metrics.gauge({
    name: "burgee_rulesets_not_live",
    help: "Of these, those whose ruleset the database did not call the newest within a minute, or to an earlier process only.",
    read: () => {
      const { served, from } = rulesets.survey();
      return served - from.live;
    },
  });
  metrics.gauge({
    name: "burgee_ruleset_age_seconds",
    help: "How long ago the database called a ruleset the newest; that of the environment that waits longest.",
    read: () => rulesets.survey().oldestMs / 1_000,
  });
}
