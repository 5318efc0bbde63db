/** What repositories hand out and take: the stored things of a tenant, readonly and free of column names. */
import type {
  AttributeType,
  ListReference,
  Prerequisite,
  ServePercentage,
  ServeSplit,
  ServeVariant,
  Targets,
  ToggleKind,
  VariantValue,
} from "@burgee/engine";

declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

export type TenantId = Branded<"tenant">;
export type UserId = Branded<"user">;
export type ProjectId = Branded<"project">;
export type EnvironmentId = Branded<"environment">;
export type ToggleId = Branded<"toggle">;
export type SegmentId = Branded<"segment">;
export type SdkKeyId = Branded<"sdk key">;
export type RolloutPlanId = Branded<"rollout plan">;
export type JobId = Branded<"job">;
export type DeadLetterId = Branded<"dead letter">;
export type ScheduledChangeId = Branded<"scheduled change">;
export type InvitationId = Branded<"invitation">;
export type AuditExportId = Branded<"audit export">;
export type SessionId = Branded<"session">;
export type DataKeyId = Branded<"data key">;
export type GrantId = Branded<"grant">;
export type ConnectionId = Branded<"connection">;
export type SigningKeyId = Branded<"signing_key">;
export type ScimTokenId = Branded<"SCIM token">;
export type ScimUserId = Branded<"SCIM user">;
export type ScimGroupId = Branded<"SCIM group">;
export type NoticeId = Branded<"notice">;
export type WebhookId = Branded<"webhook">;
export type WebhookSecretId = Branded<"webhook secret">;
export type GuardCredentialId = Branded<"guard credential">;

/** What a tenant has a bounded amount of, counted from its rows. */
export type CountedQuota =
  | "projects"
  | "environments"
  | "toggles"
  | "segments"
  | "segment_list_bytes"
  | "members"
  | "sdk_keys";

/** The same, counted by each process for itself: streams that are open, and requests in ten seconds. */
export type LiveQuota = "streams" | "requests";

export type Quota = CountedQuota | LiveQuota;

/** What the operator lets a tenant have of these; left out, what every tenant may have. */
export type LiveQuotas = Readonly<Partial<Record<LiveQuota, number>>>;

/** That a tenant goes, and when. It is closed from the request on. */
export interface TenantDeletion {
  readonly requestedAt: Date;
  /** From then on it is erased, and can't be kept any more. */
  readonly dueAt: Date;
  readonly begunAt: Date | null;
}

/** Rows of one table. */
export interface DeletionPart {
  readonly total: number;
  readonly done: number;
}

/**
 * Who did something: a person, a rollout plan, a scheduled change, a directory by its token, Burgee itself, or who did not say so credibly. Kept
 * as text, `user:<id>`.
 */
export type Actor =
  | `user:${string}`
  | `rollout:${string}`
  | `schedule:${string}`
  | `scim:${string}`
  | "system"
  | "anonymous";

export type BuiltInRole = "owner" | "admin" | "editor" | "viewer";
/** A built-in role's name, or the key of one of the tenant's own. */
export type Role = string;

/** A role that a tenant made for itself. */
export interface CustomRole {
  readonly key: Role;
  readonly name: string;
  /** As they were written; a later version may know more, or fewer. */
  readonly permissions: readonly string[];
  readonly version: number;
}

/** A person's role in a project, or in one environment of it, in place of their role in the tenant. */
export interface Grant {
  readonly projectId: ProjectId;
  /** Null for the whole project. */
  readonly environmentId: EnvironmentId | null;
  readonly role: Role;
}

export interface GrantOfPerson extends Grant {
  readonly userId: UserId;
}

/** Every role that a person has in a tenant. `permissions` are a custom role's; null for a built-in one. */
export interface Bindings {
  readonly permissions: readonly string[] | null;
  readonly grants: readonly (Grant & { readonly permissions: readonly string[] | null })[];
}

export interface Member {
  readonly userId: UserId;
  readonly role: Role;
  readonly bindings: Bindings;
}
export type Variants = Readonly<Record<string, VariantValue>>;

export interface Tenant {
  readonly tenantId: TenantId;
  readonly name: string;
}

export interface Invitation {
  readonly invitationId: InvitationId;
  readonly email: string;
  readonly role: Role;
  readonly invitedBy: UserId;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

export interface Project {
  readonly projectId: ProjectId;
  readonly key: string;
  readonly name: string;
}

export interface Environment {
  readonly environmentId: EnvironmentId;
  readonly projectId: ProjectId;
  readonly key: string;
  readonly name: string;
  /** Whether a mistake there hurts customers, so that who changes it is asked first. */
  readonly critical: boolean;
  readonly epoch: string;
  readonly revision: number;
}

export interface Toggle {
  readonly toggleId: ToggleId;
  readonly projectId: ProjectId;
  readonly key: string;
  /** What people call it; empty where its key says enough. */
  readonly name: string;
  /** In alphabetical order. */
  readonly tags: readonly string[];
  readonly kind: ToggleKind;
  readonly description: string;
  readonly variants: Variants;
  /** A JSON Schema that every variant meets. */
  readonly valueSchema: Readonly<Record<string, unknown>> | null;
  /** What a setting starts with. */
  readonly defaultVariant: string;
  readonly offVariant: string;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly archivedAt: Date | null;
}

/** All of a setting that a version records: what people edit. */
export interface SettingState {
  readonly enabled: boolean;
  readonly archived: boolean;
  readonly offVariant: string;
  readonly defaultVariant: string;
  /** Toggles by their keys, which never change. */
  readonly prerequisites?: readonly Prerequisite[];
  readonly targets?: Targets;
  readonly rules: readonly SettingRule[];
  readonly rollout: SettingServe | null;
}

export interface SettingRule {
  readonly id: string;
  /** What people call it; programs have no use for it. */
  readonly title?: string;
  /** As it was written; it parsed when it was saved. */
  readonly condition: string;
  readonly serve: SettingServe;
  /**
   * What its share is hashed with: made with the rule and never changed, so that two rules of one size reach different users. A share
   * stored without one is hashed with the setting's.
   */
  readonly salt?: string;
}

/** What a ruleset's serve is, but for the salt, which belongs to the rule, or to the setting as a whole. */
export type SettingServe = ServeVariant | Omit<ServePercentage, "salt"> | Omit<ServeSplit, "salt">;

export interface Setting {
  readonly environmentId: EnvironmentId;
  readonly toggleId: ToggleId;
  readonly version: number;
  readonly state: SettingState;
  /** Made with the setting and never changed, so that a rollout that is edited, ended or begun again keeps its users. */
  readonly salt: string;
  /** What it adds to its environment's ruleset. */
  readonly compiledBytes: number;
  /** The segments that its rules ask. */
  readonly segmentKeys: readonly string[];
  readonly updatedBy: string;
  readonly updatedAt: Date;
}

export interface SettingVersion {
  readonly environmentId: EnvironmentId;
  readonly toggleId: ToggleId;
  readonly version: number;
  /** The revision of the environment that this version brought. */
  readonly revision: number;
  readonly state: SettingState;
  readonly salt: string;
  readonly kind: ToggleKind;
  readonly variants: Variants;
  readonly actor: string;
  /** Why, in their own words. */
  readonly comment: string | null;
  readonly createdAt: Date;
}

/** All of a segment that a version records: what people edit. */
export interface SegmentState {
  readonly description: string;
  readonly archived: boolean;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  /** An uploaded list, in whose place `include` or `exclude` is empty. */
  readonly includeList?: ListReference;
  readonly excludeList?: ListReference;
  /** As it was written; it parsed when it was saved. Null is nobody but those of `include`. */
  readonly condition: string | null;
  /** The attribute whose values the lists hold. */
  readonly stickiness: string;
}

export interface Segment {
  readonly segmentId: SegmentId;
  readonly projectId: ProjectId;
  readonly key: string;
  readonly version: number;
  readonly state: SegmentState;
  /** The segments that its condition asks. */
  readonly segmentKeys: readonly string[];
  /** What it adds to the ruleset of each environment. */
  readonly compiledBytes: number;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly updatedBy: string;
  readonly updatedAt: Date;
  readonly archivedAt: Date | null;
}

/** A segment with its lists counted, not listed. */
export interface SegmentSummary
  extends Pick<Segment, "key" | "version" | "updatedBy" | "updatedAt">,
    Pick<SegmentState, "description" | "condition" | "stickiness"> {
  readonly included: number;
  readonly excluded: number;
}

export interface SegmentVersion {
  readonly version: number;
  readonly state: SegmentState;
  readonly actor: string;
  readonly createdAt: Date;
}

/** What a project says of an attribute of its contexts. */
export interface ContextAttribute {
  readonly name: string;
  readonly type: AttributeType;
  readonly description: string;
  /** Whether tracked events keep its value; without that, it is taken out of what programs send. */
  readonly isRecorded: boolean;
  readonly updatedBy: string;
  readonly updatedAt: Date;
}

/** Where a request came from. */
export interface Origin {
  /** An IP address. */
  readonly address: string | null;
  readonly userAgent: string | null;
}

export interface AuditEntry extends Origin {
  readonly seq: number;
  readonly createdAt: Date;
  readonly actor: string;
  readonly action: string;
  readonly object: string;
  readonly environmentId: EnvironmentId | null;
  readonly revision: number | null;
  readonly requestId: string | null;
  readonly before: object | null;
  readonly after: object | null;
  /** Of what its hash is made. */
  readonly hashVersion: number;
  readonly previousHash: Buffer;
  readonly hash: Buffer;
}

/** An entry as it lies in its table. */
export interface StoredAuditEntry extends AuditEntry {
  /** The first day of the month under which it lies. */
  readonly month: string;
  /**
   * Whether what lies beside its content follows from it (month, object's parts), and nothing was lost in reading it: parts
   * of a millisecond, or a JSON null where nothing is.
   */
  readonly isExact: boolean;
}

/** Which entries of a trail are meant; what is left out is not asked for. */
export interface AuditFilter {
  readonly actor?: string | undefined;
  readonly action?: string | undefined;
  readonly objectKind?: string | undefined;
  readonly objectKey?: string | undefined;
  readonly project?: string | undefined;
  /** By its key. */
  readonly environment?: string | undefined;
  readonly from?: Date | undefined;
  /** The first moment after it. */
  readonly to?: Date | undefined;
  readonly requestId?: string | undefined;
}

/** An entry as it leaves: as it lies in its table, with the keys that people read. */
export interface ExportedAuditEntry extends StoredAuditEntry, ListedAuditEntry {}

export type AuditExportFormat = "jsonl" | "csv";

/** The entries of a trail that meet a filter, up to the one that was the last when the export was asked for. */
export interface AuditExport {
  readonly auditExportId: AuditExportId;
  readonly format: AuditExportFormat;
  readonly filter: AuditFilter;
  readonly last: { readonly seq: number; readonly hash: Buffer };
  /** How often somebody took it on. */
  readonly run: number;
  /** Null before the first, and once it is finished. */
  readonly checkpoint: AuditExportCheckpoint | null;
  readonly createdBy: Actor;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly finished: FinishedAuditExport | null;
}

/** Where an export goes on: all up to here is in the file store, and will not be asked for again. */
export interface AuditExportCheckpoint {
  /** Up to which entry it has looked. */
  readonly seq: number;
  readonly entries: number;
  /** The state of the hash over the bytes so far, in base64. */
  readonly sha256: string;
  readonly upload: AuditExportUpload;
}

/** What the file store keeps by. */
export interface AuditExportUpload {
  readonly id: string;
  readonly bytes: number;
  readonly parts: readonly string[];
}

export interface FinishedAuditExport {
  readonly at: Date;
  readonly entries: number;
  readonly bytes: number;
  readonly sha256: Buffer;
}

/** An entry as people read it: projects and environments by their keys. */
export interface ListedAuditEntry extends AuditEntry {
  readonly project: string | null;
  readonly environment: string | null;
}

export type AuditFacet = "actor" | "action" | "objectKind" | "object" | "project" | "environment" | "day";

export interface FacetValue {
  readonly value: string;
  readonly count: number;
}

export interface AuditFacets {
  /** How many entries were counted, the newest ones. */
  readonly counted: number;
  /** Whether there are more than were counted. */
  readonly isSample: boolean;
  /** The most frequent values of each facet. */
  readonly values: Readonly<Record<AuditFacet, readonly FacetValue[]>>;
}

export type OutboxType =
  | "environment.created"
  | "environment.recompiled"
  | "toggle.changed"
  | "toggle.archived"
  | "segment.changed"
  | "segment.archived"
  | "context_attributes.changed";

/** What people and other systems are told of. */
export type NoticeType =
  | "toggle.changed"
  | "toggle.archived"
  | "toggle.stale"
  | "segment.changed"
  | "rollout.started"
  | "rollout.step_applied"
  | "rollout.paused"
  | "rollout.conflict"
  | "rollout.completed"
  | "rollout.rolled_back"
  | "rollout.approval_needed"
  | "rollout.guard_breached"
  | "rollout.guard_warned"
  | "change.scheduled"
  | "change.failed"
  | "export.ready"
  | "export.failed"
  | "webhook.disabled"
  | "webhook.test";

export interface NewNotice {
  readonly type: NoticeType;
  /** Where it happened; neither where it concerns the tenant as a whole. */
  readonly projectId?: ProjectId | undefined;
  readonly environmentId?: EnvironmentId | undefined;
  /** The environment's, from which on SDKs see what happened. */
  readonly revision?: number | undefined;
  /** As receivers read it: keys, never ids of rows; people by reference only. */
  readonly data: Readonly<Record<string, unknown>>;
  /** Who is told of it by mail, in the audit trail's way of naming them: those who are people, and members. */
  readonly concerns?: readonly string[] | undefined;
}

/** Paused: what is to be delivered waits. Disabled: we stopped, and nothing new waits. */
export type WebhookState = "active" | "paused" | "disabled";

export interface WebhookSettings {
  readonly name: string;
  readonly url: string;
  /** Empty for all. */
  readonly types: readonly NoticeType[];
  /** By their keys; empty for all. What concerns a project as a whole comes in any case. */
  readonly environments: readonly string[];
  readonly state: WebhookState;
}

/** An endpoint that is told of notices. */
export interface Webhook extends WebhookSettings {
  readonly webhookId: WebhookId;
  /** Null for those of every project, and of none. */
  readonly projectId: ProjectId | null;
  readonly version: number;
  readonly disabledFor: "gone" | "failing" | null;
  /** Tries without an answer that would do, one after the other. */
  readonly failures: number;
  readonly failingSince: Date | null;
  /** Until when nothing is tried, since too much failed. */
  readonly blockedUntil: Date | null;
  readonly createdBy: string;
  readonly createdAt: Date;
}

/** What signs what an endpoint is told. */
export interface WebhookSecret {
  readonly webhookSecretId: WebhookSecretId;
  readonly sealedSecret: string;
}

export type DeliveryState = "waiting" | "delivered" | "given_up";

/** One notice on its way to one endpoint. */
export interface WebhookDelivery {
  readonly noticeId: NoticeId;
  readonly type: NoticeType;
  readonly happenedAt: Date;
  readonly state: DeliveryState;
  readonly attempts: number;
  /** When it is tried next; null where it is not. */
  readonly dueAt: Date | null;
  /** The last tries, the newest first. */
  readonly tries: readonly WebhookTry[];
}

export interface WebhookTry {
  readonly attempt: number;
  readonly endedAt: Date;
  readonly durationMs: number;
  /** Null where nobody answered. */
  readonly status: number | null;
  readonly error: string | null;
  /** The beginning of the answer. */
  readonly answer: string;
}

export interface SdkKey {
  readonly sdkKeyId: SdkKeyId;
  readonly kind: SdkKeyKind;
  readonly display: string;
  readonly name: string;
  readonly projectId: ProjectId;
  readonly environmentId: EnvironmentId;
  readonly userId: UserId | null;
  /** Whose pages may use a client key; of other kinds, none. */
  readonly origins: readonly string[];
  readonly reach: KeyReach;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
  /** To within some minutes. */
  readonly lastUsedAt: Date | null;
  /** The key in whose place this one came, and the one that came in its place. */
  readonly replaces: SdkKeyId | null;
  readonly replacedBy: SdkKeyId | null;
}

/** For a server, for pages and apps in people's hands, for a person's own programs. */
export type SdkKeyKind = "srv" | "cli" | "pat";

/** What a personal key is for, of all that its person may do; null for all of it. */
export interface KeyReach {
  /** As they were written; a later version may know more, or fewer. */
  readonly permissions: readonly string[] | null;
  readonly environments: readonly KeyEnvironment[] | null;
}

export interface KeyEnvironment {
  readonly projectId: ProjectId;
  readonly environmentId: EnvironmentId;
}

/** Whose data a key seals: a tenant's, or what belongs to none, such as the second factors of people. */
export type KeyOwner = TenantId | "installation";

/** A key that seals, wrapped by one that is kept elsewhere. */
export interface DataKey {
  readonly owner: KeyOwner;
  readonly dataKeyId: DataKeyId;
  readonly wrapped: string;
}

/** Where a sealed text stands: it opens nowhere else. */
export interface SealedPlace {
  readonly owner: KeyOwner;
  readonly table: string;
  readonly row: string;
  readonly field: string;
  /** Of the row, so that an earlier text of the same row does not open either. */
  readonly version: number;
}

/** A tenant's key by which its rulesets are signed. */
export interface SigningKey {
  readonly signingKeyId: SigningKeyId;
  /** Ed25519, 32 bytes. */
  readonly publicKey: Buffer;
  readonly sealedPrivate: string;
  readonly createdAt: Date;
  /** Null for the current one. */
  readonly retiresAt: Date | null;
}

export interface SealedText {
  readonly place: SealedPlace;
  readonly sealed: string;
}

/** What a provider may make of somebody; owners are made here alone. */
export type MappedRole = Exclude<BuiltInRole, "owner">;

/** A tenant's OpenID provider, and what it may say of people. */
export interface Connection {
  readonly connectionId: ConnectionId;
  /** Goes up with each change; what was tested at an earlier one is not tested. */
  readonly version: number;
  readonly name: string;
  readonly issuer: string;
  readonly clientId: string;
  readonly secretVersion: number;
  readonly sealedSecret: string;
  readonly scopes: readonly string[];
  /** Whose values {@link roles} translates. */
  readonly roleClaim: string | null;
  readonly roles: Readonly<Record<string, MappedRole>>;
  /** Of who has no translated role; null refuses them. */
  readonly defaultRole: MappedRole | null;
  readonly isTested: boolean;
  readonly isEnforced: boolean;
}

/** A domain whose people a connection signs in, once its owner proved that it is theirs. */
export interface ConnectionDomain {
  readonly domain: string;
  readonly connectionId: ConnectionId;
  readonly proof: string;
  readonly provedAt: Date | null;
}

/** By which a tenant's directory comes. */
export interface ScimToken {
  readonly scimTokenId: ScimTokenId;
  readonly display: string;
  readonly name: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly revokedAt: Date | null;
  /** To within some minutes. */
  readonly lastUsedAt: Date | null;
  /** The token in whose place this one came, and the one that came in its place. */
  readonly replaces: ScimTokenId | null;
  readonly replacedBy: ScimTokenId | null;
}

/** What a directory says of somebody. */
export interface ScimProfile {
  readonly userName: string;
  /** In lower case; at a domain that the tenant proved. */
  readonly email: string;
  readonly externalId: string | null;
  readonly displayName: string;
  readonly givenName: string | null;
  readonly familyName: string | null;
}

/** Somebody whom a directory manages in this tenant. */
export interface ScimUser extends ScimProfile {
  readonly scimUserId: ScimUserId;
  readonly userId: UserId;
  /** Whether they are a member, which is what being active means. */
  readonly isActive: boolean;
  /** Whether it was the directory that ended the membership. */
  readonly isDeactivated: boolean;
  /** What the groups gave last: as long as they give the same, a role that somebody set here stays. */
  readonly givenRole: Role;
  /** What the person had when the membership was ended. */
  readonly suspended: SuspendedMembership | null;
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface SuspendedMembership {
  readonly role: Role;
  readonly grants: readonly (Grant & { readonly createdBy: string })[];
  /** By which a provider speaks for them. */
  readonly identities: readonly Identity[];
}

/** Whom an OpenID provider means. */
export interface Identity {
  readonly issuer: string;
  readonly subject: string;
}

export interface ScimGroup {
  readonly scimGroupId: ScimGroupId;
  readonly displayName: string;
  readonly externalId: string | null;
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** What a group gives: a role in the tenant, or in the project or environment that is named. */
export interface ScimRole {
  readonly group: string;
  readonly role: Role;
  readonly projectId: ProjectId | null;
  readonly environmentId: EnvironmentId | null;
}

export interface ScimSettings {
  /** 0 where nobody set anything yet. */
  readonly version: number;
  /** In the tenant, of who is in no group that gives one. */
  readonly defaultRole: Role;
  /** The first that fits counts. */
  readonly roles: readonly ScimRole[];
}

export type Comparison = "eq" | "ne" | "co" | "sw" | "ew";

/** Which of some things are meant. */
export type Condition<Attribute extends string> =
  | { readonly is: "all" | "any"; readonly of: readonly Condition<Attribute>[] }
  | { readonly is: "not"; readonly of: Condition<Attribute> }
  | { readonly is: "present"; readonly attribute: Attribute }
  | {
      readonly is: "compared";
      readonly attribute: Attribute;
      readonly by: Comparison;
      readonly value: string | boolean;
    };

export type ScimUserAttribute = "id" | "userName" | "externalId" | "displayName" | "email" | "active";
export type ScimGroupAttribute = "id" | "displayName" | "externalId" | "member";

/** `pending` was made and not started; of `ready` no step is due yet; the last three are ends. */
export type RolloutStatus =
  | "pending"
  | "ready"
  | "running"
  | "paused"
  | "conflict"
  | "completed"
  | "rolled_back"
  | "aborted";

/** Why a plan stands where no plan goes by itself. */
export type RolloutReason =
  | "person"
  | "edited"
  | "archived"
  | "guard"
  | "limit_reached"
  | "audience_unknown"
  | "variant_missing";

/** In buckets of 100,000. */
export type RolloutShare =
  | { readonly type: "percentage"; readonly buckets: number }
  | { readonly type: "split"; readonly weights: Readonly<Record<string, number>> };

/** What must pass once a step was applied, before the next one is. */
export type RolloutHold =
  | { readonly type: "time"; readonly ms: number }
  | { readonly type: "until"; readonly at: string }
  | { readonly type: "approval" }
  | { readonly type: "sample"; readonly least: number }
  /** Of a ramp: the next step is due that long after the ramp began, whenever this one was applied. */
  | { readonly type: "tick"; readonly afterMs: number };

export interface RolloutStep {
  readonly share: RolloutShare;
  /** A condition as it was written; null for everybody whom no rule serves. */
  readonly audience: string | null;
  readonly hold: RolloutHold;
}

export type Weekday = "mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun";

/** When steps may be applied, by the clock on the wall of a place. */
export interface RolloutWindow {
  /** By its name in the IANA database. */
  readonly timeZone: string;
  readonly days: readonly Weekday[];
  /** `09:00`. */
  readonly from: string;
  /** The first minute after it, `24:00` at the latest. */
  readonly to: string;
}

export interface RolloutPlan {
  readonly rolloutPlanId: RolloutPlanId;
  readonly environmentId: EnvironmentId;
  readonly toggleId: ToggleId;
  readonly status: RolloutStatus;
  readonly reason: RolloutReason | null;
  /** What percentages serve. */
  readonly variant: string;
  /** The attribute that is hashed; null for that of the rollout which stands. */
  readonly stickiness: string | null;
  readonly steps: readonly RolloutStep[];
  readonly window: RolloutWindow | null;
  readonly startAt: Date | null;
  readonly guards: readonly object[];
  readonly appliedSteps: number;
  /** Goes up where the plan goes back, or on from a person's edit: steps that were applied before are applied again then. */
  readonly run: number;
  /** The plan's own counter, for compare-and-set. */
  readonly version: number;
  /** The setting's version that the next step builds on; another one there means that somebody edited meanwhile. Null before the start. */
  readonly settingVersion: number | null;
  readonly startedAt: Date | null;
  /** When the last step was. */
  readonly appliedAt: Date | null;
  /** When the ramp began in whose midst the plan is. */
  readonly rampAt: Date | null;
  /** When the hold of the last step was ended: by an approval, or by its sample. */
  readonly releasedAt: Date | null;
  /** Since when it is paused, or a conflict. */
  readonly stoppedAt: Date | null;
  readonly endedAt: Date | null;
  /** When the next step is due; null while that is not known. */
  readonly nextAt: Date | null;
  readonly createdBy: string;
  readonly createdAt: Date;
}

/** What was done to the share, and which version of the setting stood from then on. */
export interface RolloutLogEntry {
  readonly run: number;
  /** 0 for what stood before the first. */
  readonly step: number;
  readonly kind: "started" | "applied" | "rolled_back" | "rebased";
  readonly settingVersion: number;
  readonly revision: number;
  /** Steps that were overdue with this one, and never stood by themselves. */
  readonly foldedSteps: readonly number[];
  readonly evidence: object | null;
  readonly appliedAt: Date;
}

export type JobStatus = "waiting" | "running" | "succeeded" | "failed" | "cancelled";

/** How far a job is, in things of its own kind. */
export interface JobProgress {
  readonly done: number;
  /** Null where nobody knows yet. */
  readonly total: number | null;
  /** What is counted, in the plural: `entries`. */
  readonly unit: string;
}

/** Why a job failed for good, in words for people. */
export interface JobError {
  readonly code: string;
  readonly message: string;
}

/** Work of a tenant's that takes long. */
export interface Job {
  readonly jobId: JobId;
  readonly kind: string;
  readonly status: JobStatus;
  /** Ids and filters, as who began it gave them. */
  readonly payload: object;
  /** From where another worker goes on; its kind's own. */
  readonly checkpoint: object | null;
  readonly progress: JobProgress | null;
  readonly note: string | null;
  readonly result: object | null;
  readonly error: JobError | null;
  readonly createdBy: Actor;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
  /** Raised by each change that people see. */
  readonly version: number;
  /** How often it was started. */
  readonly attempts: number;
  /** W3C trace context of what began it. */
  readonly traceparent: string;
}

export interface DueJob {
  readonly tenantId: TenantId;
  readonly jobId: JobId;
  readonly kind: string;
}

/** What failed for good, until somebody has it done again. */
export interface DeadLetter {
  readonly deadLetterId: DeadLetterId;
  /** The kind of job. */
  readonly source: string;
  readonly payload: object;
  /** For operators: it may tell of the machinery. */
  readonly error: string;
  readonly attempts: number;
  readonly createdAt: Date;
  readonly replayedAt: Date | null;
  readonly replayedBy: Actor | null;
}

export type ScheduledChangeStatus = "waiting" | "applied" | "conflict" | "failed" | "cancelled";

/** A change of a setting that somebody planned for a moment. */
export interface ScheduledChange {
  readonly scheduledChangeId: ScheduledChangeId;
  readonly environmentId: EnvironmentId;
  readonly toggleId: ToggleId;
  readonly status: ScheduledChangeStatus;
  /** What is to be done, as it was written, and checked, when it was planned. */
  readonly edit: object;
  readonly dueAt: Date;
  /** Where its moment was named as a local time; null where it was an instant. */
  readonly zone: string | null;
  /** The version of the setting that it is for; null is whatever stands by then. */
  readonly expectedVersion: number | null;
  readonly plannedBy: UserId;
  readonly plannedAt: Date;
  /** How often applying it went wrong on our side. */
  readonly failures: number;
  readonly endedAt: Date | null;
  /** The environment's revision that it brought. */
  readonly revision: number | null;
  readonly error: { readonly code: string; readonly message: string } | null;
}

/** How far a toggle is in its life, over all environments of its project. */
export type LifeStage = "new" | "live" | "never_seen" | "fully_on" | "fully_off" | "past_end";

/** What was last found of a toggle. */
export interface ToggleLife {
  readonly toggleId: ToggleId;
  readonly stage: LifeStage;
  /** As far as can be told. */
  readonly stageSince: Date;
  /** The hour in which an SDK last told of an evaluation, anywhere. */
  readonly lastSeenAt: Date | null;
  /** Since when it should be looked at; null while it need not. */
  readonly staleSince: Date | null;
  readonly lookedAt: Date;
}

/** Of a project: after how many days toggles are called stale. */
export interface LifeDays {
  /** That are on, or off, for everybody everywhere. */
  readonly settledAfterDays: number;
  /** That no SDK ever asked for. */
  readonly unseenAfterDays: number;
}
