/** The worker as it ships, in a process that is told how to fail. What it is told is put around it, and never into it. */
import { flushCompileCache } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { applyRolloutStepJob } from "@burgee/core";
import { createCarelessStep } from "./careless-step.ts";
import { inStep, setUpFailpoints } from "./failpoints.ts";
import { LIFE_VARIABLE, type Life } from "./life.ts";
import { shiftClock } from "./shift-clock.ts";
import { shortenClaims, shortenLocks } from "./shorten-locks.ts";
import { tell } from "./tell.ts";

const life: Life = JSON.parse(process.env[LIFE_VARIABLE] ?? "{}");
const { clock, mistakes = [], lockMs, claimMs } = life;

if (clock !== undefined) shiftClock(clock);
if (lockMs !== undefined) shortenLocks(lockMs);
if (claimMs !== undefined) shortenClaims(claimMs);
setUpFailpoints(life);
const step = mistakes.length > 0 ? createCarelessStep(new Set(mistakes)) : applyRolloutStepJob.run;
applyRolloutStepJob.run = (ports, payload) => inStep(() => step(ports, payload));

await import(pathToFileURL(join(process.cwd(), "apps", "worker", "dist", "main.js")).href);
tell({ life: "working" });
// By itself it is written at the end of a process, which this one may not live to see.
flushCompileCache();
