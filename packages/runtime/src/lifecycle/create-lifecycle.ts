import { bounded } from "../clock/bounded.ts";
import type { Logger } from "../log/create-logger.ts";

/** How a process ends: in order, within bounds, and by itself. */
export interface Lifecycle {
  /**
   * Adds a step. Steps run one after the other, the last added first: what was opened last leans on what
   * was opened before it.
   */
  onStop(name: string, stop: () => Promise<void> | void, options?: { readonly boundMs?: number }): void;
  /** Runs the steps and ends the process: with `exitCode`, or 1 where a step failed or took too long. */
  stop(reason: string, exitCode?: number): Promise<void>;
  /** Aborted when stopping begins: turn readiness off, end loops. */
  readonly stopping: AbortSignal;
}

export interface LifecycleOptions {
  readonly log: Logger;
  /** For all steps together; 25 s unless told otherwise, under the 30 s after which most platforms kill. */
  readonly boundMs?: number;
}

interface Step {
  readonly name: string;
  readonly stop: () => Promise<void> | void;
  readonly boundMs: number;
}

const BOUND_MS = 25_000;
const SIGNAL_NUMBERS = { SIGINT: 2, SIGTERM: 15 } as const;

/**
 * Takes charge of how this process ends.
 *
 * SIGTERM and SIGINT stop it in order, a second one at once. So does the end of a parent that started it with an
 * IPC channel and BURGEE_PARENT=1. An error that nobody caught is logged and ends it with 1: what it
 * left half done is unknown.
 */
export function createLifecycle({ log, boundMs = BOUND_MS }: LifecycleOptions): Lifecycle {
  const steps: Step[] = [];
  const stopping = new AbortController();

  async function stop(reason: string, exitCode = 0): Promise<void> {
    if (stopping.signal.aborted) return;
    log.info({ reason }, "Stopping.");
    stopping.abort();
    const allEnded = await runSteps(steps.toReversed(), boundMs, log);
    log.info("Stopped.");
    process.exit(allEnded ? exitCode : Math.max(exitCode, 1));
  }

  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.on(signal, () => {
      if (stopping.signal.aborted) process.exit(128 + SIGNAL_NUMBERS[signal]);
      void stop(signal);
    });
  }
  if (process.send && process.env.BURGEE_PARENT === "1") {
    process.on("disconnect", () => void stop("the parent is gone"));
  }
  process.on("unhandledRejection", (error) => endAtOnce(log, error, "A rejection was not handled."));
  process.on("uncaughtException", (error) => endAtOnce(log, error, "An error was not caught."));

  return {
    onStop: (name, stopStep, options = {}) => {
      steps.push({ name, stop: stopStep, boundMs: options.boundMs ?? boundMs });
    },
    stop,
    stopping: stopping.signal,
  };
}

function endAtOnce(log: Logger, error: unknown, message: string): void {
  log.fatal({ err: error }, message);
  process.exit(1);
}

async function runSteps(steps: readonly Step[], totalMs: number, log: Logger): Promise<boolean> {
  const deadline = performance.now() + totalMs;
  let allEnded = true;
  for (const { name, stop, boundMs } of steps) {
    const startedAt = performance.now();
    const elapsedMs = () => Math.round(performance.now() - startedAt);
    try {
      const remainingMs = Math.max(0, Math.ceil(deadline - startedAt));
      await bounded(callStep(stop), Math.min(boundMs, remainingMs), name);
      log.info({ step: name, elapsedMs: elapsedMs() }, "Stopped a part.");
    } catch (error) {
      allEnded = false;
      log.error({ err: error, step: name, elapsedMs: elapsedMs() }, "A part did not stop in order.");
    }
  }
  return allEnded;
}

/** A step that throws before its first await fails like any other. */
async function callStep(stop: Step["stop"]): Promise<void> {
  await stop();
}
