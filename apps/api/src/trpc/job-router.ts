import {
  cancelJob,
  getJob,
  getJobInput,
  listDeadLetters,
  listDeadLettersInput,
  listJobs,
  listJobsInput,
  replayDeadLetter,
  replayDeadLetterInput,
} from "@burgee/core";
import { watchJob, watchJobInput } from "../jobs/watch-job.ts";
import { procedure, router } from "./trpc.ts";

const managerProcedure = procedure({ permission: "job.manage", in: "tenant" });

export const jobRouter = router({
  list: procedure("job")
    .input(listJobsInput.prefault({}))
    .query(({ ctx: { caller }, input }) => listJobs(caller, input)),
  get: procedure("job")
    .input(getJobInput)
    .query(({ ctx: { caller }, input }) => getJob(caller, input)),
  cancel: procedure("job")
    .input(getJobInput)
    .mutation(({ ctx: { caller }, input }) => cancelJob(caller, input)),
  /** Each time that it stands otherwise, until it has ended. */
  watch: procedure("job")
    .input(watchJobInput)
    .subscription(({ ctx, input, signal }) => watchJob(ctx, input, signal)),
  /** What failed for good. */
  deadLetters: managerProcedure
    .input(listDeadLettersInput.prefault({}))
    .query(({ ctx: { caller }, input }) => listDeadLetters(caller, input)),
  /** Has a dead letter's work done again; a second time does nothing more. */
  replay: managerProcedure
    .input(replayDeadLetterInput)
    .mutation(({ ctx: { caller }, input }) => replayDeadLetter(caller, input)),
});
