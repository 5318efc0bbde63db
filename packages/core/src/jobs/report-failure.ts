import { z } from "zod";
import { tenantId } from "../ids.ts";

const payload = z.object({ tenantId, source: z.string(), id: z.string(), error: z.string().max(4000) });
export type FailureReport = z.output<typeof payload>;

/**
 * Tells of what was given up, on the queue `toggle.failed.events`. The dead-letter table holds the same for good.
 * May run twice: whoever hears of a failure a second time knows it already.
 */
export const reportFailure = {
  name: "report-failure",
  queue: "toggle.failed.events",
  payload,
  jobId: ({ source, id }: FailureReport) => `${source}-${id}`,
  attempts: 8,
  backoffMs: 1000,
  mayRunTwice: "Whoever hears of a failure a second time knows it already.",
  run: async (
    { onFailure }: { readonly onFailure: (report: FailureReport) => void },
    report: FailureReport,
  ) => {
    onFailure(report);
  },
};
