import { z } from "zod";
import type { Caller } from "../access/caller.ts";
import { enterEnvironment, environmentScope } from "../access/scope.ts";

export const getDeliveryInput = z.strictObject({ ...environmentScope });

export interface DeliveryView {
  readonly environment: string;
  /** What is published; null before the first ruleset. */
  readonly published: { readonly epoch: string; readonly revision: number } | null;
  /** SDKs that told of themselves within the last hour, by their key, kind and ruleset; newest first, 1,000 at most. */
  readonly sdks: readonly SdkDeliveryView[];
  /** What SDKs told in the last day and is not kept, or had no room for. */
  readonly dropped: {
    readonly evaluations: number;
    readonly events: number;
    readonly attributes: number;
    readonly lateEvents: number;
  };
}

export interface SdkDeliveryView {
  readonly sdkKeyId: string;
  readonly sdk: { readonly name: string; readonly version: string };
  /** `<epoch>.<revision>` of the ruleset by which they evaluate; null before the first. */
  readonly applied: string | null;
  /** Whether that is what is published now. */
  readonly isCurrent: boolean;
  /** How often this was told. */
  readonly batches: number;
  readonly lastToldAt: string;
}

const HOUR_MS = 60 * 60 * 1000;
const MOST_SDKS = 1_000;

/**
 * Which revision the SDKs of an environment have, as far as they told of it: with their usage, once a minute while there is any.
 */
export async function getDelivery(
  { db, person }: Caller,
  input: z.infer<typeof getDeliveryInput>,
): Promise<DeliveryView> {
  return db.read(person.tenantId, async (readers) => {
    const { environment } = await enterEnvironment(readers, person, "toggle.read", input);
    const { environmentId } = environment;
    const head = await readers.rulesets.findHead(environmentId);
    const published = head ? { epoch: head.epoch, revision: head.revision } : null;
    const current = published && `${published.epoch}.${published.revision}`;
    const reports = await readers.usage.listApplied(environmentId, { withinMs: HOUR_MS, limit: MOST_SDKS });
    const to = new Date();
    const from = new Date(to.getTime() - 24 * HOUR_MS);
    const drops = await readers.usage.listDrops(environmentId, { from, to });
    return {
      environment: environment.key,
      published,
      sdks: reports.map(({ lastAt, ...report }) => ({
        ...report,
        isCurrent: report.applied !== null && report.applied === current,
        lastToldAt: lastAt.toISOString(),
      })),
      dropped: {
        evaluations: drops.get("evaluations") ?? 0,
        events: drops.get("events") ?? 0,
        attributes: drops.get("attributes") ?? 0,
        lateEvents: drops.get("late_events") ?? 0,
      },
    };
  });
}
