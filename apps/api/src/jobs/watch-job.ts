import { getJobInput, type JobView } from "@burgee/core";
import { type TrackedEnvelope, tracked } from "@trpc/server";
import { z } from "zod";
import type { Context } from "../trpc/context.ts";

export const watchJobInput = getJobInput.extend({
  /** The version that was seen last: clients that come back send it by themselves. */
  lastEventId: z
    .string()
    .regex(/^\d{1,9}$/, "Send the id of the last event.")
    .nullish(),
});

/** How a job stands, and each time that it stands otherwise, until it has ended. */
export async function watchJob(
  { jobWatches, demandCaller, recheck }: Pick<Context, "jobWatches" | "demandCaller" | "recheck">,
  { id, lastEventId }: z.output<typeof watchJobInput>,
  signal: AbortSignal = new AbortController().signal,
): Promise<AsyncGenerator<TrackedEnvelope<JobView>, void>> {
  const after = lastEventId == null ? undefined : Number(lastEventId);
  const { views } = await jobWatches.open(demandCaller(), { id, after, signal, recheck });
  return named(views());
}

async function* named(views: AsyncIterable<JobView>): AsyncGenerator<TrackedEnvelope<JobView>, void> {
  for await (const view of views) yield tracked(String(view.version), view);
}
