/** Makes what a use case is called with. */
import type { IncomingMessage } from "node:http";
import {
  type AnnounceKey,
  applyRolloutStepJob,
  type Caller,
  type Nudge,
  publishRuleset,
  type ScheduleStep,
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

export function nudger({ queues, log }: Pick<CallerDeps, "queues" | "log">): Nudge {
  return (environment) => {
    queues
      .enqueue(publishRuleset, environment)
      .catch((err) =>
        log.warn({ err }, "The queue did not take a nudge; the publisher's poll makes up for it."),
      );
  };
}

export function callerMaker({ db, system, queues, announceKey, log }: CallerDeps): MakeCaller {
  const nudge = nudger({ queues, log });
  const scheduleStep: ScheduleStep = (step, delayMs) => {
    queues
      .enqueue(applyRolloutStepJob, step, { delayMs })
      .catch((err) => log.warn({ err }, "The queue did not take a rollout step; the sweep will find it."));
  };
  const ports = { db, system, nudge, scheduleStep, announceKey };
  return ({ credential: { person }, requestId, request, address }) => ({
    ...ports,
    db: db.withOrigin(originOf({ ip: address, headers: request.headers })),
    person,
    requestId,
    traceparent: traceparentOf(request),
  });
}
