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
  listSegmentUses,
  listSegmentUsesInput,
  updateSegment,
  updateSegmentInput,
} from "@burgee/core";
import { procedure, router } from "./trpc.ts";

export const segmentRouter = router({
  get: procedure({ permission: "segment.read", in: "project" })
    .input(getSegmentInput)
    .query(({ ctx, input }) => getSegment(ctx.caller, input)),
  list: procedure({ permission: "segment.read", in: "project" })
    .input(listSegmentsInput.prefault({}))
    .query(({ ctx, input }) => listSegments(ctx.caller, input)),
  create: procedure({ permission: "segment.write", in: "project" })
    .input(createSegmentInput)
    .mutation(({ ctx, input }) => createSegment(ctx.caller, input)),
  update: procedure({ permission: "segment.write", in: "whole project" })
    .input(updateSegmentInput)
    .mutation(({ ctx, input }) => updateSegment(ctx.caller, input)),
  archive: procedure({ permission: "segment.write", in: "whole project" })
    .input(archiveSegmentInput)
    .mutation(({ ctx, input }) => archiveSegment(ctx.caller, input)),
  history: procedure({ permission: "segment.read", in: "project" })
    .input(listSegmentHistoryInput)
    .query(({ ctx, input }) => listSegmentHistory(ctx.caller, input)),
  /** Which toggles' rules and which other segments ask it. */
  uses: procedure({ permission: "segment.read", in: "project" })
    .input(listSegmentUsesInput)
    .query(({ ctx, input }) => listSegmentUses(ctx.caller, input)),
});
