import {
  type Configuration,
  databaseConfiguration,
  egressConfiguration,
  fileStoreConfiguration,
  fromVariable,
  keyringConfiguration,
  logConfiguration,
  mailConfiguration,
  redisConfiguration,
} from "@burgee/runtime";
import { z } from "zod";
import { retentionConfiguration } from "./upkeep/retention-configuration.ts";

export const workerConfiguration = {
  ...databaseConfiguration,
  ...redisConfiguration,
  ...logConfiguration,
  ...keyringConfiguration,
  ...egressConfiguration,
  ...mailConfiguration,
  ...retentionConfiguration,
  /** Ahead of their first reader. */
  warmRulesetsPerSecond: fromVariable(
    z
      .string()
      .regex(/^\d{1,5}$/)
      .transform(Number)
      .pipe(z.int().min(1).max(10_000))
      .default(200),
    { name: "BURGEE_WARM_RULESETS_PER_SECOND", expects: "a whole number from 1 to 10000" },
  ),
  ...fileStoreConfiguration,
  exportDays: fromVariable(
    z
      .string()
      .regex(/^\d{1,3}$/)
      .transform(Number)
      .pipe(z.int().min(1))
      .default(7),
    {
      name: "BURGEE_EXPORT_DAYS",
      expects: "a whole number from 1: for how many days a finished export is kept",
    },
  ),
  /** Of what runs when it is told to stop; then that is given up. */
  stopSeconds: fromVariable(
    z
      .string()
      .regex(/^\d{1,4}$/)
      .transform(Number)
      .pipe(z.int().min(1).max(3_600))
      .default(25),
    {
      name: "BURGEE_STOP_SECONDS",
      expects: "a whole number from 1 to 3600: for how long a worker that stops waits for what runs",
    },
  ),
  /** Health and metrics; left out, the worker listens on nothing. */
  workerPort: fromVariable(
    z
      .string()
      .regex(/^\d{1,5}$/)
      .transform(Number)
      .pipe(z.int().max(65_535))
      .optional(),
    { name: "BURGEE_WORKER_PORT", expects: "a whole number from 0 to 65535" },
  ),
};

export type WorkerConfiguration = Configuration<typeof workerConfiguration>;
