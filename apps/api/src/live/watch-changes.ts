import { watchChangesInput as ofProject } from "@burgee/core";
import { type TrackedEnvelope, tracked } from "@trpc/server";
import { z } from "zod";
import type { Context } from "../trpc/context.ts";
import type { LiveNews } from "./change-watches.ts";

export const watchChangesInput = ofProject.extend({
  /** What was heard last: clients that come back send it by themselves. */
  lastEventId: z
    .string()
    .regex(/^\d{1,15}$/, "Send the id of the last event.")
    .nullish(),
});

/** What others do in a project, from now on or from what was heard last. Says first from where on it tells. */
export async function watchChanges(
  { changeWatches, demandCaller, recheck }: Pick<Context, "changeWatches" | "demandCaller" | "recheck">,
  { project, lastEventId }: z.output<typeof watchChangesInput>,
  signal: AbortSignal = new AbortController().signal,
): Promise<AsyncGenerator<TrackedEnvelope<LiveNews>, void>> {
  const after = lastEventId == null ? undefined : Number(lastEventId);
  return named(await changeWatches.open(demandCaller(), { project, after, signal, recheck }));
}

async function* named(all: AsyncIterable<LiveNews>): AsyncGenerator<TrackedEnvelope<LiveNews>, void> {
  for await (const news of all) yield tracked(String(news.seq), news);
}
