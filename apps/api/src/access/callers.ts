/** Makes what a use case is called with. */
import type { IncomingMessage } from "node:http";
import {
  type AnnounceKey,
  applyRolloutStepJob,
  applyScheduledChangesJob,
  type Caller,
  type Nudge,
  publishRuleset,
  runLongJob,
} from "@burgee/core";
import type { Database, SystemDatabase } from "@burgee/db";
import type { Logger, Queues } from "@burgee/runtime";
import { originOf } from "../http/origin-of.ts";
import { traceparentOf } from "../http/request-id.ts";
import type { PersonCredential } from "./credential.ts";

export interface CallerDeps {
  readonly db: Database;
  readonly system: SystemDatabase;
  readonly queues: Pick<Queues, "enqueue">;
  readonly announceKey: AnnounceKey;
  readonly log: Logger;
}

export type MakeCaller = (exchange: {
  readonly credential: Pick<PersonCredential, "person">;
  readonly requestId: string;
  readonly request: IncomingMessage;
  readonly address: string | undefined;
}) => Caller;

export function nudger(
  { queues, log }: Pick<CallerDeps, "queues" | "log">,
  traceparent: string | null = null,
): Nudge {
  return (environment) => {
    queues
      .enqueue(publishRuleset, environment, { traceparent })
      .catch((err) =>
        log.warn({ err }, "The queue did not take a nudge; the publisher's poll makes up for it."),
      );
  };
}

export function callerMaker({ db, system, queues, announceKey, log }: CallerDeps): MakeCaller {
  return ({ credential: { person }, requestId, request, address }) => {
    const traceparent = traceparentOf(request);
    return {
      system,
      announceKey,
      db: db.withOrigin(originOf({ ip: address, headers: request.headers })),
      nudge: nudger({ queues, log }, traceparent),
      scheduleStep: (step, delayMs) => {
        queues
          .enqueue(applyRolloutStepJob, step, { delayMs, traceparent })
          .catch((err) =>
            log.warn({ err }, "The queue did not take a rollout step; the sweep will find it."),
          );
      },
      scheduleChange: (change, delayMs) => {
        queues
          .enqueue(applyScheduledChangesJob, change, { delayMs, traceparent })
          .catch((err) =>
            log.warn({ err }, "The queue did not take a scheduled change; the sweep will find it."),
          );
      },
      nudgeJob: (job) => {
        queues
          .enqueue(runLongJob, job, { traceparent })
          .catch((err) => log.warn({ err }, "The queue did not take a long job; the sweep will find it."));
      },
      person,
      requestId,
      traceparent,
    };
  };
}
