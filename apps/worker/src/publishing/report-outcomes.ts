import { FAILURES_FOR_GOOD, type PublisherPorts, reportFailure } from "@burgee/core";
import { type Logger, type Metrics, onceWhileItLasts, type Queues } from "@burgee/runtime";

/** Counts how publishing went, logs what failed, and tells of what was given up. */
export function reportOutcomes({
  log,
  metrics,
  queues,
}: {
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly queues: Queues;
}): PublisherPorts["onOutcome"] {
  const publications = metrics.counter({
    name: "burgee_publications_total",
    help: "Attempts to publish an environment's ruleset, by how they ended.",
    labels: ["outcome"],
  });
  const givenUp = metrics.counter({
    name: "burgee_publications_given_up_total",
    help: "Environments whose changes could not be published and lie in the dead letters.",
  });

  const unannounced = onceWhileItLasts((err) =>
    log.warn({ err }, "The bus takes no announcements; nodes find rulesets by asking."),
  );

  return ({ tenantId, environmentId }, outcome) => {
    publications.inc({ outcome: outcome.outcome });
    if (outcome.outcome === "unannounced") unannounced(outcome.error);
    if (outcome.outcome === "published" && outcome.mended !== undefined) {
      const context = { environmentId, reason: outcome.mended };
      log.warn(context, "The published ruleset could not be read; all of it was compiled anew.");
    }
    if (outcome.outcome === "published" && outcome.untried !== undefined) {
      const context = { environmentId, untried: outcome.untried };
      log.warn(
        context,
        "A ruleset was published before all of its toggles could be tried: they are slow to evaluate.",
      );
    }
    if (outcome.outcome !== "failed") return;

    const { failures, error } = outcome;
    log.error(
      { err: error, environmentId, failures },
      "A ruleset was not published; the one before it stays.",
    );
    if (failures !== FAILURES_FOR_GOOD) return;

    givenUp.inc();
    const report = { tenantId, source: "publish-ruleset", id: environmentId, error: textOf(error) };
    queues
      .enqueue(reportFailure, report)
      .catch((err) => log.error({ err }, "A failure could not be reported."));
  };
}

function textOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, 4000);
}
