/** Who calls a use case, and with what. Made by a delivery from a credential, never from input. */
import type {
  Actor,
  Database,
  EnvironmentId,
  JobId,
  ProjectId,
  RolloutPlanId,
  ScheduledChangeId,
  SdkKeyId,
  SystemDatabase,
  TenantId,
  UserId,
} from "@burgee/db";
import type { GatherEvidence } from "../rollouts/guard-port.ts";
import type { Access } from "./access.ts";

/** A person acting in one tenant, by a session or a personal key. */
export interface Person {
  readonly tenantId: TenantId;
  readonly userId: UserId;
  readonly access: Access;
  /** Where a request goes that names no project or environment of its own: a personal key's scope. */
  readonly home: { readonly projectId: ProjectId; readonly environmentId: EnvironmentId } | undefined;
}

/** Tells the publisher that there is something to do. A hint: when it is lost, the publisher's poll finds the change. */
export type Nudge = (environment: {
  readonly tenantId: TenantId;
  readonly environmentId: EnvironmentId;
  readonly revision: number;
}) => void;

/** Asks a worker to apply a rollout plan's step after a while. A hint as well: a sweep finds what was due. */
export type ScheduleStep = (
  step: {
    readonly tenantId: TenantId;
    readonly rolloutPlanId: RolloutPlanId;
    readonly step: number;
    /** Of the plan. */
    readonly version: number;
  },
  delayMs: number,
) => void;

/** Wakes a worker for a long job whose row is committed. A hint too: a sweep finds jobs that nobody took on. */
export type NudgeJob = (job: {
  readonly tenantId: TenantId;
  readonly jobId: JobId;
  readonly kind: string;
}) => void;

/** Asks a worker to apply a scheduled change at its moment. A hint as well: a sweep finds what was due. */
export type ScheduleChange = (
  change: {
    readonly tenantId: TenantId;
    readonly environmentId: EnvironmentId;
    readonly scheduledChangeId: ScheduledChangeId;
  },
  delayMs: number,
) => void;

/** Tells every process that a key ends, or will. A hint too: keys are asked about again in any case. */
export type AnnounceKey = (key: { readonly tenantId: TenantId; readonly sdkKeyId: SdkKeyId }) => void;

export interface Ports {
  readonly db: Database;
  readonly system: SystemDatabase;
  readonly nudge: Nudge;
  readonly scheduleStep: ScheduleStep;
  readonly nudgeJob: NudgeJob;
  /** What watches over rollout plans, in the processes that apply their steps. */
  readonly gatherEvidence?: GatherEvidence;
}

export interface Caller extends Ports {
  readonly person: Person;
  readonly announceKey: AnnounceKey;
  readonly scheduleChange: ScheduleChange;
  /** Names this request in the audit trail and in logs. */
  readonly requestId: string;
  /** W3C trace context, carried along with the change. */
  readonly traceparent: string | null;
}

/** Who changes what within a transaction, and by which request. */
export interface Change extends Pick<Caller, "requestId" | "traceparent"> {
  readonly person: Pick<Person, "tenantId" | "userId">;
}

export function actorOf(person: Pick<Person, "userId">): Actor {
  return `user:${person.userId}`;
}
