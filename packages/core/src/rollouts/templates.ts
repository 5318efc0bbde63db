/** Plans to begin with. What they answer is what a plan is made of: take it, change it, and make it. */
import { z } from "zod";
import type { Caller } from "../access/caller.ts";
import { enterEnvironment, environmentScope } from "../access/scope.ts";
import { attributeName, segmentKey } from "../names.ts";
import { windowInput } from "./opening-hours.ts";
import { rollout } from "./plan-builder.ts";
import type { PlanInput } from "./plan-input.ts";

const region = z
  .string()
  .regex(/^[A-Za-z0-9 _.-]{1,64}$/, "Name a region by letters, digits, blanks, ., - or _.");

export const rolloutTemplatesInput = z.strictObject({
  ...environmentScope,
  variant: z.string().max(64).default("on"),
  /** Who goes first. */
  segment: segmentKey.default("beta"),
  /** The attribute that tells the region, and the regions in their order. */
  attribute: attributeName.default("region"),
  regions: z.array(region).min(1).max(20).default(["EU", "US", "APAC"]),
  timeZone: windowInput.shape.timeZone.default("UTC"),
});
type Terms = z.output<typeof rolloutTemplatesInput>;

export interface RolloutTemplate {
  readonly key: "1-10-50-100" | "canary-by-segment" | "by-region" | "business-hours";
  readonly name: string;
  readonly plan: PlanInput;
}

export async function rolloutTemplates(
  { db, person }: Caller,
  input: Terms,
): Promise<readonly RolloutTemplate[]> {
  await db.read(person.tenantId, (readers) => enterEnvironment(readers, person, "toggle.read", input));
  return templatesOf(input);
}

/** A week's working days, nine to five. */
const BUSINESS_HOURS = { days: ["mon", "tue", "wed", "thu", "fri"], from: "09:00", to: "17:00" } as const;

function templatesOf({ variant, segment, attribute, regions, timeZone }: Terms): readonly RolloutTemplate[] {
  const begin = rollout(variant);
  const gradual = begin.at(1).forHours(1).at(10).forDays(1).at(50).forDays(1).at(100);
  const canary = begin.at(100, { audience: `segment('${segment}')` }).untilApproved();
  const [first = "", ...others] = regions.map((each) => `${attribute} == '${each}'`);
  const byRegion = others.reduce(
    (plan, audience) => plan.at(100, { audience }).forDays(1),
    begin.at(10, { audience: first }).forHours(4).at(100, { audience: first }).forDays(1),
  );
  const window = { ...BUSINESS_HOURS, days: [...BUSINESS_HOURS.days], timeZone };
  const atWork = rollout(variant, { window });
  return [
    { key: "1-10-50-100", name: "1, 10, 50, then 100 percent", plan: gradual.build() },
    {
      key: "canary-by-segment",
      name: "A segment first, and the rest once somebody approves",
      plan: canary.at(10).forHours(4).at(50).forDays(1).at(100).build(),
    },
    { key: "by-region", name: "Region by region, then everybody", plan: byRegion.at(100).build() },
    {
      key: "business-hours",
      name: "While people are at work",
      plan: atWork.at(5).forHours(4).at(25).forHours(4).at(50).forHours(4).at(100).build(),
    },
  ];
}
