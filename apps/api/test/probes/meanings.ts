/** What the fields of an input name of a tenant's. */
import type { Needed } from "./found-tenants.ts";
import type { Kind } from "./kinds.ts";

/** For who holds it, whichever tenant it is of: what it opens is looked at elsewhere, and no probe sends another tenant's. */
export interface Bearer {
  readonly bearer: string;
}

/** By a pointer into the input, where a name alone does not say it. */
export type Named = Readonly<Record<string, Kind | Bearer>>;

export interface DeclaredInput {
  /** Of a procedure its input; of a route `{ path, query, header, body }`, where a text as body is sent as it is. */
  readonly input: (ours: Needed) => object;
  readonly names?: Named;
}

/** What a field of such a name means wherever it stands. */
export const NAMED_ALIKE: Readonly<Record<string, Kind>> = {
  project: "project",
  environment: "environment",
  toggle: "toggle",
  toggles: "toggle",
  condition: "condition",
  userId: "user",
  tenantId: "tenant",
  connectionId: "connection",
  domain: "domain",
  list: "list",
  hash: "list",
  role: "role",
  actor: "actor",
  objectKey: "object",
  requestId: "request",
  confirm: "tenantName",
};

/** Fields of such a name are a person's own words, numbers, or choices: they find nothing. */
export const FINDS_NOTHING: ReadonlySet<string> = new Set(
  [
    "name description count limit before expectedVersion version enabled enforced kind type action objectKind",
    "format expires permission permissions from to expiresAt oldUntil origins returnTo percentage afterMs stickiness context",
    "url types state overlapHours contextHash explain default off value variant variants valueSchema",
    "weights targets rollout include exclude at traceparent applied evaluations events patches overlapDays",
    "isRecorded status source isReplayed lastEventId settingVersion toStep share hold ramp least ms overMs",
    "everyMs timeZone days startAt attribute regions local zone stage stale expectedEnd settledAfterDays",
    "unseenAfterDays critical words tags archived order changed changedWithinHours unchangedForHours onlyDifferent",
    "comment title search",
    "event exposure quantile hits of atMostPercent atMostValue atMostTimesControl atLeastTimesControl leastSample",
    "falseAlarmRate noTrafficAfterMs onBreach onMismatch onNoTraffic authorization",
    "issuer clientId clientSecret scopes roleClaim roles defaultRole password currentPassword newPassword code",
  ].flatMap((line) => line.split(" ")),
);
