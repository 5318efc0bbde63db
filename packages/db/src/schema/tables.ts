/** The tables as Kysely sees them. Rows stop here: repositories hand out the records of `records.ts`. */

import type { AttributeType, ToggleKind } from "@burgee/engine";
import type { ColumnType, Generated, GeneratedAlways, JSONColumnType } from "kysely";
import type {
  Actor,
  AuditExportCheckpoint,
  AuditExportFormat,
  AuditExportId,
  AuditFilter,
  ConnectionId,
  DataKeyId,
  DeadLetterId,
  DeliveryState,
  EnvironmentId,
  GrantId,
  InvitationId,
  JobError,
  JobId,
  JobProgress,
  JobStatus,
  KeyEnvironment,
  LifeStage,
  MappedRole,
  NoticeId,
  NoticeType,
  OutboxType,
  ProjectId,
  Quota,
  Role,
  RolloutLogEntry,
  RolloutPlanId,
  RolloutReason,
  RolloutStatus,
  RolloutStep,
  RolloutWindow,
  ScheduledChangeId,
  ScheduledChangeStatus,
  ScimGroupId,
  ScimTokenId,
  ScimUserId,
  SdkKeyId,
  SdkKeyKind,
  SegmentId,
  SegmentState,
  SessionId,
  SettingState,
  SigningKeyId,
  SuspendedMembership,
  TenantId,
  ToggleId,
  UserId,
  Variants,
  WebhookId,
  WebhookSecretId,
  WebhookState,
} from "./records.ts";

/** Stands in `data_keys.tenant_id` for the installation as a whole, and is nobody's id. */
export const INSTALLATION_ID = "00000000-0000-0000-0000-000000000000";

type Json<T extends object> = JSONColumnType<T, string, string>;
type NullableJson<T extends object> = ColumnType<T | null, string | null | undefined, string | null>;

export interface Tables {
  tenants: { tenant_id: TenantId; name: string; created_at: Generated<Date> };
  users: {
    user_id: UserId;
    email: string;
    name: string;
    password_hash: string;
    created_at: Generated<Date>;
    credentials_version: Generated<number>;
    managed_by: TenantId | null;
  };
  memberships: {
    tenant_id: TenantId;
    user_id: UserId;
    role: Role;
    custom_role: GeneratedAlways<Role | null>;
    created_at: Generated<Date>;
  };
  roles: {
    tenant_id: TenantId;
    key: Role;
    name: string;
    permissions: string[];
    version: Generated<number>;
    created_by: string;
    created_at: Generated<Date>;
    updated_by: string;
    updated_at: Generated<Date>;
  };
  grants: {
    tenant_id: TenantId;
    grant_id: GrantId;
    user_id: UserId;
    project_id: ProjectId;
    environment_id: EnvironmentId | null;
    role: Role;
    custom_role: GeneratedAlways<Role | null>;
    created_by: string;
    created_at: Generated<Date>;
  };
  quotas: { tenant_id: TenantId; quota: Quota; most: string; set_at: Generated<Date> };
  tenant_deletions: {
    tenant_id: TenantId;
    receipt_hash: Buffer;
    requested_at: Generated<Date>;
    due_at: Date;
    begun_at: Generated<Date | null>;
  };
  foundings: { is_founded: boolean; founded_at: Generated<Date> };
  invitations: {
    tenant_id: TenantId;
    invitation_id: InvitationId;
    token_hash: Buffer;
    email: string;
    role: Role;
    invited_by: UserId;
    created_at: Generated<Date>;
    expires_at: Date;
  };
  projects: {
    tenant_id: TenantId;
    project_id: ProjectId;
    key: string;
    name: string;
    created_at: Generated<Date>;
    settled_after_days: Generated<number>;
    unseen_after_days: Generated<number>;
  };
  environments: {
    tenant_id: TenantId;
    environment_id: EnvironmentId;
    project_id: ProjectId;
    key: string;
    name: string;
    epoch: string;
    revision: Generated<string>;
    ruleset_bytes: Generated<string>;
    critical: Generated<boolean>;
    created_at: Generated<Date>;
  };
  toggles: {
    tenant_id: TenantId;
    toggle_id: ToggleId;
    project_id: ProjectId;
    key: string;
    name: Generated<string>;
    kind: ToggleKind;
    description: string;
    tags: Generated<readonly string[]>;
    variants: Json<Variants>;
    value_schema: JSONColumnType<Readonly<Record<string, unknown>> | null, string | null, string | null>;
    default_variant: string;
    off_variant: string;
    created_by: string;
    created_at: Generated<Date>;
    updated_at: Generated<Date>;
    archived_at: Date | null;
    expected_end: ColumnType<string | null, string | null | undefined, string | null>;
  };
  toggle_lives: {
    tenant_id: TenantId;
    toggle_id: ToggleId;
    stage: LifeStage;
    stage_since: Date;
    last_seen_at: Date | null;
    stale_since: Date | null;
    looked_at: Generated<Date>;
  };
  upkeep_turns: {
    name: string;
    holder: string | null;
    held_until: Generated<Date>;
    next_at: Generated<Date>;
    begun_at: Generated<Date>;
    ended_at: Date | null;
    done: Generated<string>;
    total: string | null;
  };
  settings: {
    tenant_id: TenantId;
    environment_id: EnvironmentId;
    toggle_id: ToggleId;
    version: number;
    state: Json<SettingState>;
    salt: string;
    compiled_bytes: Generated<number>;
    segment_keys: string[];
    updated_by: string;
    updated_at: Generated<Date>;
  };
  setting_versions: {
    tenant_id: TenantId;
    environment_id: EnvironmentId;
    toggle_id: ToggleId;
    version: number;
    revision: string;
    state: Json<SettingState>;
    salt: string;
    kind: ToggleKind;
    variants: Json<Variants>;
    actor: string;
    comment: string | null;
    created_at: Generated<Date>;
  };
  segments: {
    tenant_id: TenantId;
    segment_id: SegmentId;
    project_id: ProjectId;
    key: string;
    version: number;
    state: Json<SegmentState>;
    segment_keys: string[];
    compiled_bytes: number;
    created_by: string;
    created_at: Generated<Date>;
    updated_by: string;
    updated_at: Generated<Date>;
    archived_at: Date | null;
  };
  segment_versions: {
    tenant_id: TenantId;
    segment_id: SegmentId;
    version: number;
    state: Json<SegmentState>;
    actor: string;
    created_at: Generated<Date>;
  };
  segment_lists: {
    tenant_id: TenantId;
    project_id: ProjectId;
    hash: Buffer;
    count: number;
    size: number;
    bytes: Buffer;
    created_by: string;
    created_at: Generated<Date>;
    used_at: Generated<Date>;
  };
  segment_version_lists: {
    tenant_id: TenantId;
    segment_id: SegmentId;
    version: number;
    project_id: ProjectId;
    hash: Buffer;
  };
  segment_revisions: {
    tenant_id: TenantId;
    environment_id: EnvironmentId;
    segment_id: SegmentId;
    revision: string;
    version: number;
  };
  context_attributes: {
    tenant_id: TenantId;
    project_id: ProjectId;
    name: string;
    type: AttributeType;
    description: string;
    is_recorded: Generated<boolean>;
    updated_by: string;
    updated_at: Generated<Date>;
  };
  audit_heads: { tenant_id: TenantId; seq: string; hash: Buffer };
  audit_entries: {
    tenant_id: TenantId;
    month: string;
    seq: string;
    created_at: Date;
    actor: string;
    action: string;
    object: string;
    environment_id: EnvironmentId | null;
    revision: string | null;
    request_id: string | null;
    before: JSONColumnType<object | null, string | null, never>;
    after: JSONColumnType<object | null, string | null, never>;
    hash_version: Generated<number>;
    address: string | null;
    user_agent: string | null;
    object_kind: GeneratedAlways<string>;
    project_key: GeneratedAlways<string | null>;
    object_key: GeneratedAlways<string>;
    previous_hash: Buffer;
    hash: Buffer;
  };
  audit_exports: {
    tenant_id: TenantId;
    audit_export_id: AuditExportId;
    format: AuditExportFormat;
    filter: Json<Omit<AuditFilter, "from" | "to"> & { readonly from?: string; readonly to?: string }>;
    last_seq: string;
    last_hash: Buffer;
    run: Generated<number>;
    checkpoint: JSONColumnType<AuditExportCheckpoint | null, string | null | undefined, string | null>;
    created_by: Actor;
    created_at: Generated<Date>;
    expires_at: Date;
    completed_at: Generated<Date | null>;
    entries: Generated<string | null>;
    bytes: Generated<string | null>;
    sha256: Generated<Buffer | null>;
  };
  outbox: {
    tenant_id: TenantId;
    month: string;
    environment_id: EnvironmentId;
    epoch: string;
    revision: string;
    type: OutboxType;
    toggle_id: ToggleId | null;
    segment_id: SegmentId | null;
    version: number | null;
    traceparent: string | null;
    created_at: Generated<Date>;
    published: Generated<boolean>;
  };
  notices: {
    tenant_id: TenantId;
    notice_id: NoticeId;
    type: NoticeType;
    project_id: ProjectId | null;
    environment_id: EnvironmentId | null;
    revision: string | null;
    data: Json<object>;
    created_at: Generated<Date>;
  };
  webhooks: {
    tenant_id: TenantId;
    webhook_id: WebhookId;
    project_id: ProjectId | null;
    version: Generated<number>;
    name: string;
    url: string;
    types: NoticeType[];
    environments: string[];
    state: Generated<WebhookState>;
    disabled_for: "gone" | "failing" | null;
    failures: Generated<number>;
    failing_since: Date | null;
    blocked_until: Date | null;
    created_by: string;
    created_at: Generated<Date>;
  };
  webhook_secrets: {
    tenant_id: TenantId;
    webhook_secret_id: WebhookSecretId;
    webhook_id: WebhookId;
    sealed_secret: string;
    data_key_id: GeneratedAlways<DataKeyId>;
    created_at: Generated<Date>;
    retires_at: Date | null;
  };
  webhook_deliveries: {
    tenant_id: TenantId;
    webhook_id: WebhookId;
    notice_id: NoticeId;
    state: Generated<DeliveryState>;
    attempts: Generated<number>;
    failures: Generated<number>;
    due_at: Generated<Date>;
    claimed_until: Date | null;
    created_at: Generated<Date>;
  };
  webhook_attempts: {
    tenant_id: TenantId;
    webhook_id: WebhookId;
    notice_id: NoticeId;
    attempt: number;
    duration_ms: number;
    status: number | null;
    error: string | null;
    answer: string;
    ended_at: Generated<Date>;
  };
  notice_mails: {
    tenant_id: TenantId;
    notice_id: NoticeId;
    user_id: UserId;
    failures: Generated<number>;
    due_at: Generated<Date>;
    sent_at: Date | null;
  };
  usage_batches: {
    tenant_id: TenantId;
    batch_id: string;
    environment_id: EnvironmentId;
    sdk_key_id: SdkKeyId;
    sdk_name: string;
    sdk_version: string;
    applied_version: string | null;
    applied_at: string | null;
    traceparent: string | null;
    dropped_evaluations: string;
    dropped_events: string;
    received_at: Generated<Date>;
  };
  event_intake: {
    tenant_id: TenantId;
    batch_id: string;
    position: number;
    environment_id: EnvironmentId;
    name: string;
    identifier: string | null;
    context: Json<object>;
    value: number | null;
    happened_at: string;
    received_at: Generated<Date>;
  };
  toggle_usage: {
    tenant_id: TenantId;
    month: string;
    environment_id: EnvironmentId;
    toggle_id: ToggleId;
    hour: Date;
    variant: string;
    version: number;
    count: string;
  };
  tracked_events: {
    tenant_id: TenantId;
    month: string;
    batch_id: string;
    position: number;
    environment_id: EnvironmentId;
    name: string;
    subject: Buffer | null;
    context: Json<object>;
    value: number | null;
    happened_at: string;
    received_at: Generated<Date>;
  };
  publications: {
    tenant_id: TenantId;
    environment_id: EnvironmentId;
    epoch: string;
    published_revision: Generated<string>;
    announced_revision: Generated<string>;
    failures: Generated<number>;
    retry_at: Generated<Date>;
    claimed_until: Generated<Date>;
  };
  rulesets: {
    tenant_id: TenantId;
    environment_id: EnvironmentId;
    epoch: string;
    revision: string;
    body: string;
    removed: Json<Record<string, number>>;
    removed_segments: Json<Record<string, number>>;
    attributes_revision: Generated<string>;
    sha256: Buffer;
    seal: string | null;
    published_at: Generated<Date>;
  };
  signing_keys: {
    tenant_id: TenantId;
    signing_key_id: SigningKeyId;
    public_key: Buffer;
    sealed_private: string;
    data_key_id: GeneratedAlways<DataKeyId>;
    created_at: Generated<Date>;
    retires_at: Date | null;
  };
  dead_letters: {
    tenant_id: TenantId;
    dead_letter_id: Generated<DeadLetterId>;
    source: string;
    payload: Json<object>;
    error: string;
    attempts: number;
    created_at: Generated<Date>;
    replayed_at: Generated<Date | null>;
    replayed_by: Generated<Actor | null>;
  };
  jobs: {
    tenant_id: TenantId;
    job_id: JobId;
    kind: string;
    status: Generated<JobStatus>;
    payload: Json<object>;
    checkpoint: NullableJson<object>;
    progress: NullableJson<JobProgress>;
    note: Generated<string | null>;
    result: NullableJson<object>;
    error: NullableJson<JobError>;
    created_by: Actor;
    created_at: Generated<Date>;
    started_at: Generated<Date | null>;
    ended_at: Generated<Date | null>;
    version: Generated<number>;
    attempts: Generated<number>;
    traceparent: string;
    due_at: Generated<Date>;
    lease: Generated<string | null>;
  };
  sdk_keys: {
    tenant_id: TenantId;
    sdk_key_id: SdkKeyId;
    kind: SdkKeyKind;
    hash: Buffer;
    display: string;
    name: string;
    project_id: ProjectId;
    environment_id: EnvironmentId;
    user_id: UserId | null;
    origins: Generated<string[]>;
    permissions: string[] | null;
    environments: ColumnType<KeyEnvironment[] | null, string | null, never>;
    created_by: string;
    created_at: Generated<Date>;
    expires_at: Date | null;
    revoked_at: Date | null;
    replaces: SdkKeyId | null;
    last_used_at: Date | null;
  };
  sessions: {
    tenant_id: TenantId;
    session_hash: Buffer;
    user_id: UserId;
    created_at: Generated<Date>;
    expires_at: Date;
    ends_at: Date;
    session_id: Generated<SessionId>;
    last_seen_at: Generated<Date>;
    proved_at: Generated<Date>;
    role: Role | null;
    user_agent: string;
  };
  pending_sign_ins: {
    pending_hash: Buffer;
    user_id: UserId;
    credentials_version: number;
    guesses_left: number;
    ends_at: Date;
  };
  guesses: { bucket: Buffer; guesses: number; ends_at: Date };
  known_addresses: { user_id: UserId; address_hash: Buffer; last_seen_at: Generated<Date> };
  data_keys: {
    tenant_id: TenantId | typeof INSTALLATION_ID;
    data_key_id: DataKeyId;
    wrapped: string;
    created_at: Generated<Date>;
    replaced_at: Date | null;
  };
  second_factors: {
    user_id: UserId;
    version: number;
    sealed_seed: string;
    key_owner: GeneratedAlways<string>;
    data_key_id: GeneratedAlways<DataKeyId>;
    last_step: Generated<string>;
    created_at: Generated<Date>;
    confirmed_at: Date | null;
  };
  recovery_codes: { user_id: UserId; code_hash: Buffer };
  oidc_connections: {
    tenant_id: TenantId;
    connection_id: ConnectionId;
    version: Generated<number>;
    name: string;
    issuer: string;
    client_id: string;
    secret_version: Generated<number>;
    sealed_secret: string;
    data_key_id: GeneratedAlways<DataKeyId>;
    scopes: string[];
    role_claim: string | null;
    roles: Json<Readonly<Record<string, MappedRole>>>;
    default_role: MappedRole | null;
    tested_version: number | null;
    enforced: Generated<boolean>;
    created_at: Generated<Date>;
  };
  oidc_domains: {
    tenant_id: TenantId;
    domain: string;
    connection_id: ConnectionId;
    proof: string;
    proved_at: Date | null;
  };
  oidc_attempts: {
    tenant_id: TenantId;
    state_hash: Buffer;
    connection_id: ConnectionId;
    connection_version: number;
    browser_hash: Buffer;
    return_to: string;
    tester_id: UserId | null;
    ends_at: Date;
  };
  oidc_identities: {
    tenant_id: TenantId;
    issuer: string;
    subject: string;
    user_id: UserId;
    created_at: Generated<Date>;
  };
  scim_tokens: {
    tenant_id: TenantId;
    scim_token_id: ScimTokenId;
    hash: Buffer;
    display: string;
    name: string;
    created_by: string;
    created_at: Generated<Date>;
    expires_at: Date;
    revoked_at: Date | null;
    replaces: ScimTokenId | null;
    last_used_at: Date | null;
  };
  scim_users: {
    tenant_id: TenantId;
    scim_user_id: ScimUserId;
    user_id: UserId;
    user_name: string;
    user_name_key: GeneratedAlways<string>;
    email: string;
    external_id: string | null;
    display_name: string;
    given_name: string | null;
    family_name: string | null;
    given_role: Role;
    suspended: ColumnType<SuspendedMembership | null, string | null, string | null>;
    deactivated_at: Date | null;
    version: Generated<number>;
    created_at: Generated<Date>;
    updated_at: Generated<Date>;
  };
  scim_groups: {
    tenant_id: TenantId;
    scim_group_id: ScimGroupId;
    display_name: string;
    external_id: string | null;
    version: Generated<number>;
    created_at: Generated<Date>;
    updated_at: Generated<Date>;
  };
  scim_group_members: { tenant_id: TenantId; scim_group_id: ScimGroupId; scim_user_id: ScimUserId };
  scim_settings: {
    tenant_id: TenantId;
    version: number;
    default_role: Role;
    custom_role: GeneratedAlways<Role | null>;
  };
  scim_roles: {
    tenant_id: TenantId;
    place: number;
    group_name: string;
    role: Role;
    custom_role: GeneratedAlways<Role | null>;
    project_id: ProjectId | null;
    environment_id: EnvironmentId | null;
  };
  rollout_plans: {
    tenant_id: TenantId;
    rollout_plan_id: RolloutPlanId;
    environment_id: EnvironmentId;
    toggle_id: ToggleId;
    status: RolloutStatus;
    reason: RolloutReason | null;
    variant: string;
    stickiness: string | null;
    steps: Json<readonly RolloutStep[]>;
    open_window: JSONColumnType<RolloutWindow | null, string | null, string | null>;
    start_at: Date | null;
    guards: Json<readonly object[]>;
    applied_steps: Generated<number>;
    run: Generated<number>;
    version: Generated<number>;
    setting_version: number | null;
    started_at: Date | null;
    applied_at: Date | null;
    ramp_at: Date | null;
    released_at: Date | null;
    stopped_at: Date | null;
    ended_at: Date | null;
    next_at: Date | null;
    look_at: Date | null;
    created_by: string;
    created_at: Generated<Date>;
  };
  rollout_steps: {
    tenant_id: TenantId;
    rollout_plan_id: RolloutPlanId;
    run: number;
    step: number;
    kind: RolloutLogEntry["kind"];
    setting_version: number;
    revision: string;
    folded_steps: Json<readonly number[]>;
    evidence: JSONColumnType<object | null, string | null, string | null>;
    applied_at: Date;
  };
  scheduled_changes: {
    tenant_id: TenantId;
    scheduled_change_id: ScheduledChangeId;
    environment_id: EnvironmentId;
    toggle_id: ToggleId;
    status: Generated<ScheduledChangeStatus>;
    edit: Json<object>;
    due_at: Date;
    zone: string | null;
    expected_version: number | null;
    planned_by: UserId;
    planned_at: Generated<Date>;
    try_at: Date;
    failures: Generated<number>;
    ended_at: Date | null;
    revision: string | null;
    error: JSONColumnType<
      { readonly code: string; readonly message: string } | null,
      string | null,
      string | null
    >;
  };
}
