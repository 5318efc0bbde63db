import { stickinessText } from "../../bucketing/stickiness.ts";
import type { ServeTarget } from "../../ruleset/ruleset.ts";
import { BUDGET_EXCEEDED } from "../../values/run.ts";
import { attributeReader } from "../context.ts";
import type { Decision } from "../decision.ts";
import type { Strategy } from "./strategy.ts";

/** Serves those it names, each their variant, and passes on everyone else. One look-up, however many they are. */
export const serveTarget: Strategy<ServeTarget> = {
  reason: "TARGETING_MATCH",
  compile: ({ targets }, served) => {
    const read = attributeReader("userId");
    const byId = new Map<string, Decision>();
    for (const variant of Object.keys(targets).sort().reverse()) {
      const decision = served(variant);
      for (const id of targets[variant] ?? []) byId.set(id, decision);
    }

    return (context, run) => {
      const id = stickinessText(read(context));
      if (id === undefined) return undefined;
      return run.spendText(id.length) ? byId.get(id) : BUDGET_EXCEEDED.message;
    };
  },
};
