import {
  archiveSegment,
  archiveSegmentInput,
  createSegment,
  createSegmentInput,
  getSegment,
  getSegmentInput,
  listSegmentHistory,
  listSegmentHistoryInput,
  listSegments,
  listSegmentsInput,
  updateSegment,
  updateSegmentInput,
} from "@burgee/core";
import { procedure, router } from "./trpc.ts";

export const segmentRouter = router({
  get: procedure.input(getSegmentInput).query(({ ctx, input }) => getSegment(ctx.caller, input)),
  list: procedure
    .input(listSegmentsInput.prefault({}))
    .query(({ ctx, input }) => listSegments(ctx.caller, input)),
  create: procedure.input(createSegmentInput).mutation(({ ctx, input }) => createSegment(ctx.caller, input)),
  update: procedure.input(updateSegmentInput).mutation(({ ctx, input }) => updateSegment(ctx.caller, input)),
  archive: procedure
    .input(archiveSegmentInput)
    .mutation(({ ctx, input }) => archiveSegment(ctx.caller, input)),
  history: procedure
    .input(listSegmentHistoryInput)
    .query(({ ctx, input }) => listSegmentHistory(ctx.caller, input)),
});
