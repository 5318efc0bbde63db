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

/** After what still ran was ended or given up, in which what was opened for it is closed. Most platforms kill after 30 s. */
const CLOSE_BOUND_MS = 2_500;

try {
  const configuration = readConfiguration(workerConfiguration, process.env);
  const log = createLogger({ level: configuration.logLevel, name: "burgee-worker" });
  const boundMs = configuration.stopSeconds * 1000 + CLOSE_BOUND_MS;
  const lifecycle = createLifecycle({ log, boundMs });
  const metrics = createMetrics({ service: "worker", version: "0.1.0" });
  await runWorker({ configuration, log, lifecycle, metrics });
} catch (error) {
  if (!(error instanceof ConfigurationError || error instanceof KeyFileError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(2);
}
