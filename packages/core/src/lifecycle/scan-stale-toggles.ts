import type { Database, Readers } from "@burgee/db";
import { z } from "zod";
import { defineLongJob } from "../jobs/long-job.ts";
import { lookAtToggles } from "./look-at-toggles.ts";

export interface ScanStaleTogglesDeps {
  readonly db: Database;
}

/** Looks now how far each of the tenant's toggles is in its life, which is done each night anyway. Answers how many became stale. */
export const scanStaleToggles = defineLongJob({
  kind: "scan-stale-toggles",
  seenWith: "toggle.read",
  payload: z.strictObject({}),
  mayRunTwice: "Both find the same, and of what became stale is told once.",
  run: async ({ db }: ScanStaleTogglesDeps, _payload, { tenantId, report, signal }) => {
    const total = await db.read(tenantId, countToggles);
    const show = (done: number) => report({ done, total: Math.max(done, total), unit: "toggles" });
    const looked = await lookAtToggles({ db }, tenantId, async ({ toggles }) => {
      show(toggles);
      return !signal.aborted;
    });
    show(looked.toggles);
    return looked;
  },
});

async function countToggles({ projects, toggles }: Readers): Promise<number> {
  let count = 0;
  for (const { projectId } of await projects.list()) count += await toggles.count(projectId);
  return count;
}
