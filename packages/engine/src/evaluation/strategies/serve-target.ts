import type { ServeTarget } from "../../ruleset/ruleset.ts";
import type { Decision } from "../decision.ts";
import { EXCEEDED, textReader } from "../text-reader.ts";
import type { Strategy } from "./strategy.ts";

/** Serves those it names, each their variant, and passes on everyone else. One look-up, however many they are. */
export const serveTarget: Strategy<ServeTarget> = {
  reason: "TARGETING_MATCH",
  compile: ({ targets }, served) => {
    const read = textReader("userId");
    const byId = new Map<unknown, Decision>();
    for (const variant of Object.keys(targets).sort().reverse()) {
      const decision = served(variant);
      for (const id of targets[variant] ?? []) byId.set(id, decision);
    }

    return (context, run) => {
      const id = read(context, run);
      return typeof id === "object" ? EXCEEDED : byId.get(id);
    };
  },
};
