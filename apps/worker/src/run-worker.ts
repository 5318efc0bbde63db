/** Puts the worker together: what it opens, what it repeats, and in which order all of it ends. */
import {
  applyRolloutStepJob,
  applyScheduledChangesJob,
  createKeyring,
  DATA_KEY_AGE_MS,
  evidenceGatherer,
  type FailureReport,
  LONG_JOBS,
  type LongJobDeps,
  type LongJobPorts,
  moveEvents,
  type Ports,
  type PublisherPorts,
  PublishTurns,
  publishEnvironment,
  publishRuleset,
  reportFailure,
  rulesetChannel,
  runLongJob,
  sweepAuditExports,
} from "@burgee/core";
import { openDatabase, openSystemDatabase } from "@burgee/db";
import {
  bounded,
  createEgress,
  createQueues,
  defineJob,
  type Lifecycle,
  type Logger,
  type Mailer,
  type Metrics,
  onceWhileItLasts,
  openBus,
  openFileStore,
  openLocalKeyEncryption,
  openMailer,
  openPools,
  queueConnectionOf,
  RedisSnapshots,
  repeat,
  startWorker,
  systemClock,
} from "@burgee/runtime";
import type { WorkerConfiguration } from "./configuration.ts";
import { keepFailures } from "./dead-letter.ts";
import { eraseDueTenants } from "./erasure/erase-due-tenants.ts";
import { serveHealth } from "./health.ts";
import { openLongJobs } from "./jobs/open-long-jobs.ts";
import { rotateKeys } from "./keyring/rotate-keys.ts";
import { lookAtAllToggles } from "./lifecycle/look-at-all-toggles.ts";
import { noticeMailing } from "./mail/mail-due-notices.ts";
import { createPoll } from "./publishing/poll.ts";
import { reportOutcomes } from "./publishing/report-outcomes.ts";
import { applyDueSteps } from "./rollouts/apply-due-steps.ts";
import { applyAllDueChanges } from "./scheduled-changes/apply-all-due-changes.ts";
import { inTurn, type Turn } from "./upkeep/in-turn.ts";
import { createSweep } from "./upkeep/sweep-installation.ts";
import { createWarming } from "./warming/keep-warm.ts";
import { createDeliverer } from "./webhooks/deliverer.ts";
import { webhookPoster } from "./webhooks/post-webhook.ts";

export interface WorkerDeps {
  readonly configuration: WorkerConfiguration;
  readonly log: Logger;
  readonly lifecycle: Lifecycle;
  readonly metrics: Metrics;
}

const APPLICATION = "burgee-worker";
const PUBLISH_POLL_MS = 100;
const ROLLOUT_SWEEP_MS = 5_000;
const CHANGE_SWEEP_MS = 1_000;
const ERASURE_SWEEP_MS = 1_000;
const EVENTS_SWEEP_MS = 1_000;
const WEBHOOKS_POLL_MS = 500;
const MAIL_POLL_MS = 5_000;
const JOBS_SWEEP_MS = 5_000;
const UPKEEP_MS = 60 * 60 * 1000;
const DAY_MS = 24 * 60 * 60 * 1000;
const WARM_POLL_MS = 5_000;
/** How often a worker asks for the turns of what one of all does. */
const TURN_POLL_MS = 60_000;
const MONTHS_AHEAD = 3;
const EXPORTS_SWEPT = 1_000;
const JOBS_AT_A_TIME = 8;

type JobDeps = Ports &
  PublisherPorts &
  LongJobPorts & { readonly onFailure: (report: FailureReport) => void };

export async function runWorker({ configuration, log, lifecycle, metrics }: WorkerDeps): Promise<void> {
  const process = { applicationName: APPLICATION, log };
  const pools = openPools(configuration, process);
  const db = openDatabase(pools.app);
  const system = openSystemDatabase(pools.system);
  lifecycle.onStop("database", () => Promise.all([db.close(), system.close()]).then(() => undefined));

  const isFirstStart = async () => !(await system.dataKeys.isAny());
  const keyEncryption = await openLocalKeyEncryption(configuration.keyFile, isFirstStart);
  const bus = await openBus(configuration, pools, process);
  lifecycle.onStop("bus", () => bus.close());
  const connection = queueConnectionOf(configuration);
  const queues = createQueues(connection, process);
  lifecycle.onStop("queues", () => queues.close());

  const { redisUrl } = configuration;
  const copies = redisUrl ? new RedisSnapshots({ url: redisUrl, ...process }) : undefined;
  lifecycle.onStop("copies", async () => copies?.close());

  const keyring = createKeyring({ dataKeys: system.dataKeys, keyEncryption });
  const publisher: PublisherPorts = {
    db,
    system,
    keyring,
    copies,
    onUncopied: onceWhileItLasts((err) =>
      log.warn({ err }, "Redis took no copy of a ruleset; nodes read it from the database."),
    ),
    announce: (message, tenantId) => bus.publish(rulesetChannel(tenantId), message),
    onOutcome: reportOutcomes({ log, metrics, queues }),
    turns: new PublishTurns(),
  };
  const poll = createPoll(
    publisher,
    onceWhileItLasts((err) => log.warn({ err }, "A publication did not end; the next poll finds it.")),
  );
  const files = openFileStore(configuration);
  const stopMs = configuration.stopSeconds * 1000;
  const exportKeptMs = configuration.exportDays * DAY_MS;
  const longJobs = openLongJobs<LongJobDeps>({
    ...{ db, system, queues, log, metrics },
    jobs: LONG_JOBS,
    deps: {
      ...publisher,
      ...{ copies, keyEncryption, files, exportKeptMs },
      warmedPerSecond: configuration.warmRulesetsPerSecond,
    },
  });
  const egress = createEgress({ allow: configuration.egressAllow });
  const deps: JobDeps = {
    ...publisher,
    gatherEvidence: evidenceGatherer({ db, keyring, fetchOutside: egress.fetch }),
    runLongJob: longJobs.runLongJob,
    nudge: (environment) => {
      publishEnvironment(publisher, environment).catch((err) => log.warn({ err }, "Left to the next poll."));
    },
    scheduleStep: (step, delayMs) => {
      queues
        .enqueue(applyRolloutStepJob, step, { delayMs })
        .catch((err) => log.warn({ err }, "The queue did not take a rollout step; the sweep will find it."));
    },
    nudgeJob: (job) => {
      queues
        .enqueue(runLongJob, job)
        .catch((err) => log.warn({ err }, "The queue did not take a long job; the sweep will find it."));
    },
    onFailure: (report) => log.error(report, "Something was given up; see the dead letters."),
  };

  const worker = startWorker<JobDeps>({
    connection,
    jobs: [
      defineJob(publishRuleset),
      defineJob(applyRolloutStepJob),
      defineJob(applyScheduledChangesJob),
      defineJob(reportFailure),
      defineJob(runLongJob),
    ],
    deps,
    concurrency: JOBS_AT_A_TIME,
    onFailedForGood: keepFailures(system, log),
    closeBoundMs: stopMs,
    ...process,
  });
  const reportStuck = onceWhileItLasts((err) =>
    log.warn({ err }, "A tenant's events wait for their pseudonyms; the next turn goes on."),
  );
  const onStuck = (_: unknown, err: unknown) => reportStuck(err);

  const warming = createWarming({
    publisher: { ...publisher, copies },
    copies,
    perSecond: configuration.warmRulesetsPerSecond,
    ...{ metrics, log, signal: lifecycle.stopping },
  });

  const deliveries = metrics.counter({
    name: "burgee_webhook_deliveries_total",
    help: "Tries to deliver a notice to a webhook, by how they ended.",
    labels: ["outcome"],
  });
  const deliverer = createDeliverer(
    { db, system, keyring, post: webhookPoster({ allow: configuration.egressAllow }) },
    {
      signal: lifecycle.stopping,
      onOutcome: (outcome) => deliveries.inc({ outcome }),
      onError: onceWhileItLasts((err) =>
        log.warn({ err }, "A delivery to a webhook was not noted; it is made again."),
      ),
    },
  );

  const mailer = openNoticeMailer(configuration, log);
  const loops = [
    loop("publishing", PUBLISH_POLL_MS, () => poll.begin()),
    loop("rollouts", ROLLOUT_SWEEP_MS, () => applyDueSteps(deps, log)),
    loop("jobs", JOBS_SWEEP_MS, () => longJobs.sweep()),
    loop("scheduled changes", CHANGE_SWEEP_MS, () => applyAllDueChanges(deps, log)),
    loop("erasures", ERASURE_SWEEP_MS, () =>
      eraseDueTenants({ system, files, log, clock: systemClock, signal: lifecycle.stopping }),
    ),
    loop("events", EVENTS_SWEEP_MS, async () => {
      await moveEvents({ db, system, keyring, onStuck });
    }),
    loop("webhooks", WEBHOOKS_POLL_MS, () => deliverer.begin()),
    ...(mailer ? [loop("mail", MAIL_POLL_MS, noticeMailing({ system, mailer, metrics, log }))] : []),
    // By every worker, also at its start: without its month, what comes in falls into the default partition.
    loop("months", UPKEEP_MS, async () => {
      await system.makeMonthPartitions(MONTHS_AHEAD);
    }),
    loop("warming", WARM_POLL_MS, warming),
    inTurns("sweep", createSweep({ system, retention: configuration, metrics, log })),
    inTurns("sweep-exports", () => sweepAuditExports({ system, files }, EXPORTS_SWEPT)),
    inTurns("look-at-toggles", (turn) => lookAtAllToggles({ db, system, log }, turn), DAY_MS),
    inTurns("rotate-keys", async () => {
      await rotateKeys({ system, keyring, keyEncryption }, { atLeastMs: DATA_KEY_AGE_MS, log });
    }),
  ];
  // All at once: what a loop waits for holds up neither the end of jobs nor that no further ones are taken.
  lifecycle.onStop("work", async () => {
    const looped = Promise.all(loops).then(() => Promise.all([poll.settled(), deliverer.settled()]));
    await Promise.all([
      worker.close(),
      longJobs.close(stopMs),
      bounded(looped, stopMs, "Ending what is done again and again").catch((err) =>
        log.warn({ err }, "What did not end is done again by another worker."),
      ),
    ]);
  });

  await serveHealth({ port: configuration.workerPort, system, metrics, lifecycle, log });
  log.info({ queue: connection.kind }, "Working.");

  /** What costs, by one worker of all at a time. */
  function inTurns(name: string, work: (turn: Turn) => Promise<void>, everyMs = UPKEEP_MS): Promise<void> {
    return loop(name, TURN_POLL_MS, async () => {
      await inTurn({ system }, { name, everyMs, signal: lifecycle.stopping }, work);
    });
  }

  function loop(name: string, everyMs: number, work: () => Promise<void>): Promise<void> {
    return repeat(work, {
      everyMs,
      jitter: 0.1,
      signal: lifecycle.stopping,
      onError: onceWhileItLasts((err) =>
        log.warn({ err, loop: name }, "A turn failed; the next one follows."),
      ),
    });
  }
}

/** Undefined where no mail server is set up: notices wait, and are forgotten with the rest. */
function openNoticeMailer(
  { smtpUrl, mailFrom }: Pick<WorkerConfiguration, "smtpUrl" | "mailFrom">,
  log: Logger,
): Mailer | undefined {
  if (smtpUrl !== undefined) return openMailer({ smtpUrl, from: mailFrom });
  log.info("Nobody is mailed of notices: BURGEE_SMTP_URL is not set.");
  return undefined;
}
