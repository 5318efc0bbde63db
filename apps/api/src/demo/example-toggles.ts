/** The toggles of the demo: a handful that show what a toggle can do, and read well. A segment that one of them asks comes first. */
import type { createSegmentInput, createToggleInput } from "@burgee/core";
import type { z } from "zod";

export const EXAMPLE_SEGMENTS: readonly z.input<typeof createSegmentInput>[] = [
  {
    key: "testers",
    description: "Who sees what is new first: the beta plan, and Asha.",
    include: ["asha"],
    condition: "has(plan) && plan == 'beta'",
  },
];

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
    description:
      "How search results are ordered. Testers see the semantic order; two others are tried on a fifth of everybody each.",
    variants: { classic: "classic", semantic: "semantic", popular: "popular" },
    default: "classic",
    rules: [{ condition: "segment('testers')", value: "semantic" }],
    rollout: { type: "split", weights: { classic: 60, semantic: 20, popular: 20 } },
  },
  {
    key: "delivery_slots",
    description: "Lets people choose the hour. Only where there is express delivery.",
    default: true,
    prerequisites: [{ toggle: "express_delivery", variants: ["on"] }],
  },
  {
    key: "cart_limits",
    description: "What fits into a cart, as JSON.",
    variants: {
      usual: { items: 20, giftWrap: false },
      large: { items: 100, giftWrap: true },
    },
    default: "usual",
    rules: [{ condition: "has(plan) && plan == 'business'", variant: "large" }],
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
