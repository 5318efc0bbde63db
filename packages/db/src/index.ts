export type { AuditHead, AuditPiece, AuditPlace, ReadAuditPiece } from "./audit/audit-repo.ts";
export type { NewAuditExport } from "./audit-exports/audit-export-repo.ts";
export type { MentioningCondition } from "./context-attributes/context-attribute-repo.ts";
export { Database, type Readers, type Writers } from "./database.ts";
export type { GrantFilter, ListedGrant } from "./grants/grant-repo.ts";
export type { GuardObservation } from "./guards/add-observations.ts";
export type { GuardCount, GuardCredential, GuardFindingRecord, WatchedPlan } from "./guards/guard-repo.ts";
export { newId } from "./ids.ts";
export type { HeldJob, SeenBy } from "./jobs/job-repo.ts";
export { migrate } from "./migrate.ts";
export { openDatabase, openSystemDatabase } from "./open.ts";
export type { OutboxChange } from "./outbox/outbox-repo.ts";
export type { NewRolloutPlan, PlanMove } from "./rollouts/rollout-plan-repo.ts";
export type { RulesetHead, StoredRuleset } from "./rulesets/ruleset-repo.ts";
export type * from "./schema/records.ts";
export type { GroupMember } from "./scim/scim-group-repo.ts";
export type { Window } from "./scim/scim-user-repo.ts";
export type { ListTotals } from "./segments/segment-list-repo.ts";
export type { NewSegment } from "./segments/segment-repo.ts";
export type { Place } from "./settings/setting-repo.ts";
export type { NewSigningKey } from "./signing-keys/signing-key-repo.ts";
export type { NewConnection } from "./single-sign-on/connection-repo.ts";
export type { SingleSignOnAttempt } from "./single-sign-on/single-sign-on-repo.ts";
export type { KeptAuditExport } from "./system/audit-export-store.ts";
export type {
  CredentialChange,
  FoundInvitation,
  KeyCredential,
  Membership,
  UserCredential,
} from "./system/credential-repo.ts";
export type { DataKeyStore } from "./system/data-key-repo.ts";
export type { DeletionProgress } from "./system/erasure-repo.ts";
export type { IncomingEvent } from "./system/event-intake-repo.ts";
export type { GuessBound } from "./system/guess-repo.ts";
export type { DueMail } from "./system/notice-mail-store.ts";
export type { Claim, PublicationWriter } from "./system/publication-repo.ts";
export type { AgingTable, MonthlyTable } from "./system/retention-repo.ts";
export type { EndedScimCredential, ScimCredential } from "./system/scim-credential-repo.ts";
export {
  connectionSecretPlace,
  guardCredentialPlace,
  seedPlace,
  signingKeyPlace,
  webhookSecretPlace,
} from "./system/sealed-repo.ts";
export type { SecondFactor } from "./system/second-factor-repo.ts";
export type {
  NewSession,
  NextSession,
  SessionCredential,
  SessionRecord,
  SessionStore,
} from "./system/session-repo.ts";
export { type DueRollout, SystemDatabase } from "./system/system-database.ts";
export type { UpkeepProgress } from "./system/upkeep-turn-repo.ts";
export type {
  BlockMs,
  ClaimBounds,
  ClaimedDelivery,
  NextOfDelivery,
  TryOutcome,
} from "./system/webhook-store.ts";
export { BusyError } from "./tenants/busy-error.ts";
export { TenantClosedError } from "./tenants/tenant-closed-error.ts";
export type { FoundToggle, ToggleFilter } from "./toggles/search-toggles.ts";
export type { NewToggle, ToggleDefinition } from "./toggles/toggle-repo.ts";
export type { TrackedEvent } from "./usage/usage-repo.ts";
