import { library, prepare, readRuleset } from "./packed-engine.ts";
import type { BenchAttributes, Side } from "./side.ts";

export const side: Side<BenchAttributes> = {
  name: "burgee",
  // Loaded by who writes only: a program that reads a ruleset has no parser.
  write: async (toggles) => (await import("./burgee-ruleset.ts")).writeRuleset(toggles),
  contextOf: (attributes) => ({ ...attributes }),

  async ready(text) {
    const read = readRuleset(JSON.parse(text));
    if (!read.ok) throw new Error(read.error.message);
    if (read.needs.matches) throw new Error("The bench's toggles match no patterns.");
    // Loaded beforehand, as are the peers' parts: the SDK loads it for rulesets that need it.
    const evaluator = prepare(read.ruleset, { library: read.needs.library ? library : undefined });
    return {
      isOn: (key, context) => evaluator.evaluate(key, context).enabled,
      close: () => {},
    };
  },
};
