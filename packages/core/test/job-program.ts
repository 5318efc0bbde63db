/** Takes a job on in a process of its own, keeps a checkpoint, and goes on until it is killed. Told what in argv. */
import { openDatabase } from "@burgee/db";
import { createLogger, openPools } from "@burgee/runtime";
import { z } from "zod";
import { jobId, tenantId } from "../src/ids.ts";
import { createJobRunner } from "../src/jobs/job-runner.ts";
import { defineLongJob } from "../src/jobs/long-job.ts";

const told = z.object({ databaseUrl: z.string(), tenantId, jobId, kind: z.string(), leaseMs: z.int() });
const { databaseUrl, leaseMs, ...target } = told.parse(JSON.parse(process.argv[2] ?? ""));

const log = createLogger({ level: "silent", name: "test" });
const db = openDatabase(openPools({ databaseUrl }, { applicationName: "job-program", log }).app);
const count = defineLongJob({
  kind: target.kind,
  seenWith: "audit.read",
  payload: z.looseObject({}),
  checkpoint: z.strictObject({ counted: z.int() }),
  mayRunTwice: "It only counts.",
  run: async (_deps: object, _payload, { keep }) => {
    await keep({ counted: 7 });
    process.send?.("kept");
    return new Promise<object>(() => undefined);
  },
});
const run = createJobRunner({ db, jobs: [count], deps: {}, log, times: { leaseMs, renewMs: leaseMs / 4 } });
await run(target, new AbortController().signal);
