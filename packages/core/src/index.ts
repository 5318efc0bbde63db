export { type Access, accessOf, demand, isAllowed, type Place, withReach } from "./access/access.ts";
export {
  authorise,
  type DeclaredAccess,
  type Needs,
  type PermissionByField,
  type Where,
} from "./access/authorise.ts";
export {
  type AnnounceKey,
  actorOf,
  type Caller,
  type Nudge,
  type NudgeJob,
  type Person,
  type Ports,
  type ScheduleChange,
  type ScheduleStep,
} from "./access/caller.ts";
export { type AccessExplanation, explainAccess, explainAccessInput } from "./access/explain-access.ts";
export { getOwnAccess, getOwnAccessInput, type OwnAccess } from "./access/get-own-access.ts";
export { noteKeyRefusal, noteScimRefusal } from "./access/note-key-refusal.ts";
export { noteRefusal } from "./access/note-refusal.ts";
export {
  BUILT_IN_ROLES,
  PERMISSION_TABLE,
  PERMISSIONS,
  type Permission,
  SERVER_KEY_PERMISSIONS,
} from "./access/permissions.ts";
export { enterEnvironment, environmentScope, projectScope } from "./access/scope.ts";
export { appendEntries } from "./audit/append-entry.ts";
export { beginAuditVerification } from "./audit/begin-audit-verification.ts";
export type { ChainFault, ChainFaultKind } from "./audit/chain-fault.ts";
export { countAuditFacets, countAuditFacetsInput } from "./audit/count-audit-facets.ts";
export { type AuditEntryView, listAudit, listAuditInput } from "./audit/list-audit.ts";
export { verifyAudit } from "./audit/verify-audit.ts";
export { type ChainReport, verifyAuditChain } from "./audit/verify-audit-chain.ts";
export {
  type BegunAuditExport,
  beginAuditExport,
  beginAuditExportInput,
} from "./audit-exports/begin-audit-export.ts";
export { type ExportFiles, fileKeyOf } from "./audit-exports/export-files.ts";
export { exportSigner } from "./audit-exports/export-signature.ts";
export { fileLinkInput } from "./audit-exports/file-link.ts";
export {
  type AuditExportFileView,
  type AuditExportView,
  getAuditExport,
  getAuditExportInput,
} from "./audit-exports/get-audit-export.ts";
export { linesOf } from "./audit-exports/lines-of.ts";
export { type AuditExportFile, openAuditExportFile } from "./audit-exports/open-audit-export-file.ts";
export {
  type AuditExportDeps,
  type ExportProgress,
  ExportTakenOverError,
  runAuditExport,
} from "./audit-exports/run-audit-export.ts";
export { removeAuditExportFiles, sweepAuditExports } from "./audit-exports/sweep-audit-exports.ts";
export { type ExportReport, verifyAuditExport } from "./audit-exports/verify-audit-export.ts";
export {
  type ComparedToggleView,
  type ComparisonPage,
  compareEnvironments,
  compareEnvironmentsInput,
} from "./compare/compare-environments.ts";
export {
  type ChangedAttributesView,
  removeContextAttribute,
  removeContextAttributeInput,
  setContextAttribute,
  setContextAttributeInput,
} from "./context-attributes/change-context-attributes.ts";
export type { ContextAttributeView } from "./context-attributes/context-attribute-view.ts";
export {
  listContextAttributes,
  listContextAttributesInput,
} from "./context-attributes/list-context-attributes.ts";
export { contextInput, makeEvaluationContext } from "./contexts/make-evaluation-context.ts";
export { beginNewEpochs } from "./environments/begin-new-epochs.ts";
export {
  createEnvironment,
  createEnvironmentInput,
  type EnvironmentView,
} from "./environments/create-environment.ts";
export { listEnvironments, listEnvironmentsInput } from "./environments/list-environments.ts";
export { updateEnvironment, updateEnvironmentInput } from "./environments/update-environment.ts";
export { AppError, type AppErrorCode, type InputIssue } from "./errors/app-error.ts";
export { invalidInput, parseInput, refuse } from "./errors/invalid-input.ts";
export {
  type GrantView,
  removeGrant,
  removeGrantInput,
  setGrant,
  setGrantInput,
} from "./grants/change-grants.ts";
export { type GrantPage, listGrants, listGrantsInput } from "./grants/list-grants.ts";
export { evidenceGatherer, type GuardPorts } from "./guards/gather-evidence.ts";
export {
  type GuardPoint,
  type GuardView,
  getRolloutGuards,
  getRolloutGuardsInput,
  type RolloutGuardsView,
} from "./guards/get-rollout-guards.ts";
export type { FetchOutside } from "./guards/prometheus.ts";
export { setGuardCredential, setGuardCredentialInput } from "./guards/set-guard-credential.ts";
export { environmentId, projectId, sdkKeyId, tenantId } from "./ids.ts";
export {
  type InvitationDelivery,
  type InvitationView,
  type InvitedView,
  invite,
  inviteInput,
  listInvitations,
  revokeInvitation,
  revokeInvitationInput,
} from "./invitations/invite.ts";
export {
  joinAsSelf,
  joinByPassword,
  joinInput,
  type OpenInvitationView,
  openInvitation,
  openInvitationInput,
} from "./invitations/join.ts";
export { applyRolloutStepJob } from "./jobs/apply-rollout-step.ts";
export { applyScheduledChangesJob } from "./jobs/apply-scheduled-changes.ts";
export { beginJob, type JobToBegin } from "./jobs/begin-job.ts";
export { cancelJob } from "./jobs/cancel-job.ts";
export { maySeeJob } from "./jobs/enter-job.ts";
export { getJob, getJobInput, jobOf } from "./jobs/get-job.ts";
export { createJobRunner, type JobRunnerOptions } from "./jobs/job-runner.ts";
export { hasEnded, type JobView } from "./jobs/job-view.ts";
export {
  type DeadLetterPage,
  type DeadLetterView,
  listDeadLetters,
  listDeadLettersInput,
} from "./jobs/list-dead-letters.ts";
export { type JobPage, listJobs, listJobsInput } from "./jobs/list-jobs.ts";
export { defineLongJob, type LongJob, type LongJobRun } from "./jobs/long-job.ts";
export { LONG_JOBS, type LongJobDeps } from "./jobs/long-jobs.ts";
export { publishRuleset } from "./jobs/publish-ruleset.ts";
export { replayDeadLetter, replayDeadLetterInput } from "./jobs/replay-dead-letter.ts";
export { type FailureReport, reportFailure } from "./jobs/report-failure.ts";
export { type JobOutcome, type JobToRun, type LongJobPorts, runLongJob } from "./jobs/run-long-job.ts";
export { beginDataKeyRotation } from "./keyring/begin-data-key-rotation.ts";
export { BrokenSealError } from "./keyring/envelope.ts";
export type { KeyEncryption } from "./keyring/key-encryption.ts";
export { createKeyring, type Keyring } from "./keyring/keyring.ts";
export {
  DATA_KEY_AGE_MS,
  finishRotations,
  type RotationDeps,
  type RotationProgress,
  replaceDataKeys,
} from "./keyring/rotate-data-keys.ts";
export { beginStaleScan } from "./lifecycle/begin-stale-scan.ts";
export {
  listLives,
  listLivesInput,
  type ToggleLifePage,
  type ToggleLifeView,
} from "./lifecycle/list-lives.ts";
export { type LookedAt, lookAtToggles } from "./lifecycle/look-at-toggles.ts";
export { type ExpectedEndView, setExpectedEnd, setExpectedEndInput } from "./lifecycle/set-expected-end.ts";
export { setLifeDays, setLifeDaysInput } from "./lifecycle/set-life-days.ts";
export { LIMITS } from "./limits.ts";
export {
  type ChangesSince,
  changesSince,
  enterWatchedProject,
  hearsOf,
  type LiveChange,
  liveChangeOf,
  type PlacedChange,
  type WatchedProject,
  watchChangesInput,
} from "./live/live-changes.ts";
export { listMembers, listMembersInput, type MemberPage, type MemberView } from "./members/list-members.ts";
export { leaveTenant, removeMember, removeMemberInput } from "./members/remove-member.ts";
export { type MemberRoleView, setMemberRole, setMemberRoleInput } from "./members/set-member-role.ts";
export { toggleKey } from "./names.ts";
export { type Announcement, announceNotice } from "./notices/announce-notice.ts";
export { mailNotices } from "./notices/mail-notices.ts";
export { type FirstSignals, firstSignalsInput, getFirstSignals } from "./onboarding/first-signals.ts";
export type { Page } from "./pages.ts";
export { addressGroup } from "./people/address-group.ts";
export { answerSecondFactor, answerSecondFactorInput } from "./people/answer-second-factor.ts";
export { changePassword, changePasswordInput } from "./people/change-password.ts";
export { KNOWN_ADDRESS_MS } from "./people/guesses.ts";
export { provePerson, provePersonInput } from "./people/prove-person.ts";
export { registerUser, registerUserInput } from "./people/register-user.ts";
export { resetPassword } from "./people/reset-password.ts";
export { type PasswordOutcome, PENDING_MS, type SignedIn, signIn, signInInput } from "./people/sign-in.ts";
export { type SignUpMode, signUp, signUpInput } from "./people/sign-up.ts";
export { switchTenant, switchTenantInput } from "./people/switch-tenant.ts";
export { createProject, createProjectInput, type ProjectView } from "./projects/create-project.ts";
export { listProjects } from "./projects/list-projects.ts";
export { renameProject, renameProjectInput } from "./projects/rename-project.ts";
export { quotaExceeded } from "./quotas/demand-quota.ts";
export { getUsage, type LiveUsage, type QuotaUsage } from "./quotas/get-usage.ts";
export { isCounted, QUOTA_NAMES, QUOTAS } from "./quotas/quotas.ts";
export { KEEPING, type Keeping, type Retention } from "./retention/retention.ts";
export { type Swept, sweepExpired } from "./retention/sweep-expired.ts";
export { deleteRole, deleteRoleInput, updateRole, updateRoleInput } from "./roles/change-role.ts";
export { createRole, createRoleInput } from "./roles/create-role.ts";
export { listRoles } from "./roles/list-roles.ts";
export type { RoleView } from "./roles/role-view.ts";
export { abortRollout, abortRolloutInput } from "./rollouts/abort-rollout.ts";
export { applyRolloutStep, type StepOutcome, type StepToApply } from "./rollouts/apply-rollout-step.ts";
export { createRollout, createRolloutInput } from "./rollouts/create-rollout.ts";
export { type ExposureView, getExposure, getExposureInput } from "./rollouts/get-exposure.ts";
export type { GatherEvidence, GuardFinding } from "./rollouts/guard-port.ts";
export {
  getRollout,
  getRolloutInput,
  listRollouts,
  listRolloutsInput,
  type RolloutWithLog,
} from "./rollouts/list-rollouts.ts";
export { pauseRollout, pauseRolloutInput } from "./rollouts/pause-rollout.ts";
export { rollout } from "./rollouts/plan-builder.ts";
export type { RolloutLogView, RolloutPlanView } from "./rollouts/plan-view.ts";
export { approveStep, approveStepInput, skipHold, skipHoldInput } from "./rollouts/release-hold.ts";
export { resumeRollout, resumeRolloutInput } from "./rollouts/resume-rollout.ts";
export { rollBackRollout, rollBackRolloutInput } from "./rollouts/roll-back-rollout.ts";
export {
  type RolloutTimelineView,
  simulateRollout,
  simulateRolloutInput,
} from "./rollouts/simulate-rollout.ts";
export { startRollout, startRolloutInput } from "./rollouts/start-rollout.ts";
export { type RolloutTemplate, rolloutTemplates, rolloutTemplatesInput } from "./rollouts/templates.ts";
export { beginWarming } from "./rulesets/begin-warming.ts";
export { type EvaluatedPage, evaluateToggles, evaluateTogglesInput } from "./rulesets/evaluate-toggles.ts";
export { explainEvaluation, explainEvaluationInput } from "./rulesets/explain-evaluation.ts";
export { explainToggle } from "./rulesets/explain-toggle.ts";
export { type LiveList, LiveLists, type LiveListsOptions } from "./rulesets/live-lists.ts";
export type { KeptRuleset, LiveRuleset, ServedFrom } from "./rulesets/live-ruleset.ts";
export {
  type HeldRulesets,
  type KeptRulesets,
  LiveRulesets,
  type RulesetSource,
} from "./rulesets/live-rulesets.ts";
export {
  FAILURES_FOR_GOOD,
  type PublisherPorts,
  type PublishOutcome,
  type PublishTarget,
  publishEnvironment,
} from "./rulesets/publish-environment.ts";
export { PublishTurns } from "./rulesets/publish-turns.ts";
export {
  type CacheOutcome,
  RulesetCache,
  type RulesetCacheOptions,
  type SnapshotStore,
} from "./rulesets/ruleset-cache.ts";
export { type RulesetHint, rulesetChannel } from "./rulesets/ruleset-hint.ts";
export {
  decodeIdentity,
  decodeRuleset,
  encodeRuleset,
  IDENTITY_BYTES,
  MAX_RECORD_BYTES,
  type RulesetIdentity,
} from "./rulesets/ruleset-record.ts";
export type { Scope } from "./rulesets/scope.ts";
export {
  type WarmOptions,
  type WarmOutcome,
  type WarmPorts,
  warmRulesets,
} from "./rulesets/warm-rulesets.ts";
export {
  applyDueChanges,
  type DueEnvironment,
  type ScheduledOutcome,
} from "./scheduled-changes/apply-due-changes.ts";
export {
  cancelScheduledChange,
  cancelScheduledChangeInput,
} from "./scheduled-changes/cancel-scheduled-change.ts";
export {
  createScheduledChange,
  createScheduledChangeInput,
} from "./scheduled-changes/create-scheduled-change.ts";
export {
  listScheduledChanges,
  listScheduledChangesInput,
  type ScheduledChangePage,
} from "./scheduled-changes/list-scheduled-changes.ts";
export type { ScheduledChangeView } from "./scheduled-changes/scheduled-change-view.ts";
export type { Directory, DirectoryCaller } from "./scim/directory.ts";
export type { ScimGroupView } from "./scim/group-resource.ts";
export { GROUP_SCHEMA } from "./scim/group-resource.ts";
export {
  createScimGroup,
  deleteScimGroup,
  getScimGroup,
  listScimGroups,
  patchScimGroup,
  replaceScimGroup,
} from "./scim/groups.ts";
export type { ScimPage } from "./scim/list-input.ts";
export { getScimRoles, type ScimRolesView, setScimRoles, setScimRolesInput } from "./scim/scim-roles.ts";
export {
  type IssuedScimToken,
  issueScimToken,
  issueScimTokenInput,
  listScimTokens,
  revokeScimToken,
  revokeScimTokenInput,
  rotateScimToken,
  rotateScimTokenInput,
  type ScimTokenView,
} from "./scim/scim-tokens.ts";
export { type ScimUserView, USER_SCHEMA } from "./scim/user-resource.ts";
export {
  createScimUser,
  deleteScimUser,
  getScimUser,
  listScimUsers,
  patchScimUser,
  replaceScimUser,
} from "./scim/users.ts";
export { ISSUING_NEEDS, issueSdkKey, issueSdkKeyInput } from "./sdk-keys/issue-sdk-key.ts";
export { type KeptKeys, KeyChecker } from "./sdk-keys/key-checker.ts";
export { hashKey, isWellFormed } from "./sdk-keys/key-format.ts";
export { decodeKeyHint, encodeKeyHint, KEY_CHANNEL } from "./sdk-keys/key-hint.ts";
export { listOwnSdkKeys, listSdkKeys } from "./sdk-keys/list-sdk-keys.ts";
export { revokeOwnSdkKey, revokeSdkKey, revokeSdkKeyInput } from "./sdk-keys/revoke-sdk-key.ts";
export { rotateOwnSdkKey, rotateSdkKey, rotateSdkKeyInput } from "./sdk-keys/rotate-sdk-key.ts";
export type { IssuedSdkKey, SdkKeyView } from "./sdk-keys/sdk-key-view.ts";
export { UsedKeys } from "./sdk-keys/used-keys.ts";
export {
  beginSecondFactor,
  confirmSecondFactor,
  confirmSecondFactorInput,
  disableSecondFactor,
  getSecondFactor,
  type NewSecondFactor,
  type RecoveryCodesView,
  renewRecoveryCodes,
  type SecondFactorView,
} from "./second-factors/enrol-second-factor.ts";
export { createSegment, createSegmentInput } from "./segments/create-segment.ts";
export {
  downloadSegmentList,
  downloadSegmentListInput,
} from "./segments/download-segment-list.ts";
export { getSegment, getSegmentInput } from "./segments/get-segment.ts";
export { ListDownloads } from "./segments/list-downloads.ts";
export { listHash } from "./segments/list-input.ts";
export {
  listSegmentHistory,
  listSegmentHistoryInput,
  type SegmentVersionView,
} from "./segments/list-segment-history.ts";
export {
  listSegmentUses,
  listSegmentUsesInput,
  type SegmentUsesView,
} from "./segments/list-segment-uses.ts";
export {
  listSegments,
  listSegmentsInput,
  type SegmentPage,
  type SegmentSummaryView,
} from "./segments/list-segments.ts";
export type { ChangedSegmentView, SegmentView } from "./segments/segment-view.ts";
export {
  archiveSegment,
  archiveSegmentInput,
  updateSegment,
  updateSegmentInput,
} from "./segments/update-segment.ts";
export { UploadRoom } from "./segments/upload-room.ts";
export {
  type SegmentListView,
  type UploadedText,
  uploadSegmentList,
  uploadSegmentListInput,
} from "./segments/upload-segment-list.ts";
export {
  listSessions,
  revokeOtherSessions,
  revokeSession,
  revokeSessionInput,
  type SessionListItem,
} from "./sessions/list-sessions.ts";
export { type DraftBasisView, getDraftBasis, getDraftBasisInput } from "./settings/get-draft-basis.ts";
export { listHistory, listHistoryInput, type SettingVersionView } from "./settings/list-history.ts";
export {
  setToggleEnabled,
  setToggleEnabledInput,
  updateSetting,
  updateSettingInput,
} from "./settings/update-setting.ts";
export { listSigningKeys } from "./signing-keys/list-signing-keys.ts";
export { rotateSigningKey, rotateSigningKeyInput } from "./signing-keys/rotate-signing-key.ts";
export { isSealedBy, isSealOf } from "./signing-keys/ruleset-seal.ts";
export type { SigningKeyView } from "./signing-keys/signing-key-view.ts";
export { ATTEMPT_MS } from "./single-sign-on/attempt.ts";
export {
  type BegunSingleSignOn,
  beginSingleSignOn,
  beginSingleSignOnInput,
  type SingleSignOnPorts,
  testConnection,
  testConnectionInput,
} from "./single-sign-on/begin-single-sign-on.ts";
export {
  createConnection,
  listConnections,
  removeConnection,
  updateConnection,
} from "./single-sign-on/change-connections.ts";
export {
  type ConnectionView,
  connectionId,
  connectionInput,
  createConnectionInput,
  type DomainView,
  updateConnectionInput,
} from "./single-sign-on/connection-input.ts";
export {
  addDomain,
  addDomainInput,
  domainInput,
  proveDomain,
  type ResolveTxt,
  removeDomain,
} from "./single-sign-on/domains.ts";
export { enforceConnection, enforceConnectionInput } from "./single-sign-on/enforce-connection.ts";
export {
  type FoundConnection,
  findConnection,
  findConnectionInput,
} from "./single-sign-on/find-connection.ts";
export { finishSingleSignOn, type SingleSignOnOutcome } from "./single-sign-on/finish-single-sign-on.ts";
export {
  type OpenIdProviders,
  type ProvedClaims,
  type ProviderClient,
  type ProviderQuestion,
  ProviderRefusal,
} from "./single-sign-on/openid-provider.ts";
export { createTenant, createTenantInput } from "./tenants/create-tenant.ts";
export {
  cancelDeletion,
  deleteTenant,
  deleteTenantInput,
  type RequestedDeletion,
} from "./tenants/delete-tenant.ts";
export { type ErasureOutcome, eraseTenant } from "./tenants/erase-tenant.ts";
export { type DeletionView, getDeletion, getDeletionInput } from "./tenants/get-deletion.ts";
export { getTenant, type TenantView } from "./tenants/get-tenant.ts";
export { listTenants } from "./tenants/list-tenants.ts";
export { tenantClosed } from "./tenants/tenant-closed.ts";
export { archiveToggle, archiveToggleInput } from "./toggles/archive-toggle.ts";
export { createToggle } from "./toggles/create-toggle.ts";
export { getToggle, getToggleInput, type ToggleInEnvironmentView } from "./toggles/get-toggle.ts";
export { listToggles, listTogglesInput, type TogglePage } from "./toggles/list-toggles.ts";
export {
  type FoundTogglePage,
  type FoundToggleView,
  type SettingSummaryView,
  searchToggles,
  searchTogglesInput,
} from "./toggles/search-toggles.ts";
export { createToggleInput } from "./toggles/toggle-input.ts";
export type { ChangedToggleView, SettingView, ToggleView } from "./toggles/toggle-view.ts";
export { updateToggle, updateToggleInput } from "./toggles/update-toggle.ts";
export { FairTurns } from "./turns/fair-turns.ts";
export { type DeliveryView, getDelivery, getDeliveryInput } from "./usage/get-delivery.ts";
export { getToggleUsage, getToggleUsageInput, type ToggleUsageView } from "./usage/get-toggle-usage.ts";
export { moveEvents } from "./usage/move-events.ts";
export { type RecordedUsage, recordUsage } from "./usage/record-usage.ts";
export { usageBatchInput } from "./usage/usage-batch.ts";
export {
  createWebhook,
  removeWebhook,
  rotateWebhookSecret,
  rotateWebhookSecretInput,
  type SecretWebhookView,
  updateWebhook,
  type WebhookCaller,
} from "./webhooks/change-webhooks.ts";
export {
  claimDelivery,
  DELIVERIES_AT_ONCE,
  type DeliveryOutcome,
  type DeliveryPorts,
  deliver,
  type PostWebhook,
} from "./webhooks/deliver.ts";
export { DELIVERY_TIMES, type DeliveryTimes } from "./webhooks/delivery-times.ts";
export {
  type DeliveryPage,
  listDeliveries,
  listDeliveriesInput,
  type WebhookDeliveryView,
} from "./webhooks/list-deliveries.ts";
export { listWebhooks } from "./webhooks/list-webhooks.ts";
export { replayDeliveries, replayDeliveriesInput } from "./webhooks/replay-deliveries.ts";
export { testWebhook } from "./webhooks/test-webhook.ts";
export {
  createWebhookInput,
  listWebhooksInput,
  removeWebhookInput,
  updateWebhookInput,
  type WebhookView,
  webhookInput,
} from "./webhooks/webhook-input.ts";
