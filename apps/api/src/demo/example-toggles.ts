/** The toggles of the demo: a handful that show what a toggle can do, and read well. */
import type { createToggleInput } from "@burgee/core";
import type { z } from "zod";

export const EXAMPLE_TOGGLES: readonly z.input<typeof createToggleInput>[] = [
  {
    key: "dark_mode",
    description: "A dark colour scheme, given to a quarter of everybody.",
    default: false,
    rollout: { type: "percentage", value: 25 },
  },
  {
    key: "express_delivery",
    description: "Delivery on the next day, where we have a warehouse nearby.",
    default: false,
    rules: [{ condition: "region in ['NL', 'BE', 'DE']", value: true }],
  },
  {
    key: "search_ranking",
    description: "How search results are ordered. Testers see the new order, and so does one in five.",
    variants: { classic: "classic", semantic: "semantic" },
    default: "classic",
    rules: [{ condition: "has(plan) && plan == 'beta'", value: "semantic" }],
    rollout: { type: "percentage", value: 20, variant: "semantic" },
  },
  {
    key: "update_notice",
    description: "Asks users of an old app to update it.",
    default: false,
    rules: [{ condition: "semver(appVersion) < semver('2.0.0')", value: true }],
  },
  {
    key: "maintenance_banner",
    description:
      "Announces maintenance. Off until it is needed: turn it on, and every page shows it at once.",
    enabled: false,
    default: true,
  },
];
