/** The worker process: publishes rulesets and applies rollout steps until it is told to stop. */
import {
  ConfigurationError,
  createLifecycle,
  createLogger,
  createMetrics,
  KeyFileError,
  readConfiguration,
} from "@burgee/runtime";
import { workerConfiguration } from "./configuration.ts";
import { runWorker } from "./run-worker.ts";

/** What still runs has 25 s of it; what was opened for it is closed in the rest. Most platforms kill after 30 s. */
const STOP_BOUND_MS = 27_500;

try {
  const configuration = readConfiguration(workerConfiguration, process.env);
  const log = createLogger({ level: configuration.logLevel, name: "burgee-worker" });
  const lifecycle = createLifecycle({ log, boundMs: STOP_BOUND_MS });
  const metrics = createMetrics({ service: "worker", version: "0.1.0" });
  await runWorker({ configuration, log, lifecycle, metrics });
} catch (error) {
  if (!(error instanceof ConfigurationError || error instanceof KeyFileError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(2);
}
