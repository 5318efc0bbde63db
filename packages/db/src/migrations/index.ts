/** Every migration in order. A migration that has landed is frozen: a later one corrects it. */
import type { Migration } from "kysely/migration";
import * as foundations from "./0001-foundations.ts";
import * as people from "./0002-people.ts";
import * as projectsAndEnvironments from "./0003-projects-and-environments.ts";
import * as togglesAndSettings from "./0004-toggles-and-settings.ts";
import * as audit from "./0005-audit.ts";
import * as publishing from "./0006-publishing.ts";
import * as sdkKeys from "./0007-sdk-keys.ts";
import * as rolloutPlans from "./0008-rollout-plans.ts";
import * as sessions from "./0009-sessions.ts";
import * as rulesetSize from "./0011-ruleset-size.ts";
import * as narrowerRights from "./0012-narrower-rights.ts";
import * as stickiness from "./0013-stickiness.ts";
import * as kinds from "./0014-kinds.ts";
import * as segments from "./0015-segments.ts";
import * as contextAttributes from "./0016-context-attributes.ts";
import * as claims from "./0017-claims.ts";
import * as segmentLists from "./0018-segment-lists.ts";
import * as auditOrigins from "./0020-audit-origins.ts";
import * as keyring from "./0021-keyring.ts";
import * as signIn from "./0022-sign-in.ts";
import * as roles from "./0023-roles.ts";
import * as keyScopes from "./0024-key-scopes.ts";
import * as joining from "./0026-joining.ts";
import * as singleSignOn from "./0027-single-sign-on.ts";
import * as scim from "./0028-scim.ts";
import * as quotas from "./0029-quotas.ts";
import * as tenantDeletions from "./0030-tenant-deletions.ts";
import * as usage from "./0031-usage.ts";
import * as grantsNameProjects from "./0032-grants-name-projects.ts";
import * as signingKeys from "./0033-signing-keys.ts";
import * as usagePrivacy from "./0037-usage-privacy.ts";
import * as rolloutPlansAnew from "./0038-rollout-plans-anew.ts";
import * as guards from "./0039-guards.ts";
import * as jobs from "./0040-jobs.ts";
import * as auditExports from "./0041-audit-exports.ts";
import * as notices from "./0042-notices.ts";
import * as scheduledChanges from "./0043-scheduled-changes.ts";
import * as webhooks from "./0048-webhooks.ts";
import * as upkeep from "./0049-upkeep.ts";
import * as whatListsShow from "./0050-what-lists-show.ts";
import * as changeComments from "./0052-change-comments.ts";
import * as guardWarnings from "./0056-guard-warnings.ts";
import * as guardCredentials from "./0057-guard-credentials.ts";

export const migrations: Readonly<Record<string, Migration>> = {
  "0001-foundations": foundations,
  "0002-people": people,
  "0003-projects-and-environments": projectsAndEnvironments,
  "0004-toggles-and-settings": togglesAndSettings,
  "0005-audit": audit,
  "0006-publishing": publishing,
  "0007-sdk-keys": sdkKeys,
  "0008-rollout-plans": rolloutPlans,
  "0009-sessions": sessions,
  "0011-ruleset-size": rulesetSize,
  "0012-narrower-rights": narrowerRights,
  "0013-stickiness": stickiness,
  "0014-kinds": kinds,
  "0015-segments": segments,
  "0016-context-attributes": contextAttributes,
  "0017-claims": claims,
  "0018-segment-lists": segmentLists,
  "0020-audit-origins": auditOrigins,
  "0021-keyring": keyring,
  "0022-sign-in": signIn,
  "0023-roles": roles,
  "0024-key-scopes": keyScopes,
  "0026-joining": joining,
  "0027-single-sign-on": singleSignOn,
  "0028-scim": scim,
  "0029-quotas": quotas,
  "0030-tenant-deletions": tenantDeletions,
  "0031-usage": usage,
  "0032-grants-name-projects": grantsNameProjects,
  "0033-signing-keys": signingKeys,
  "0037-usage-privacy": usagePrivacy,
  "0038-rollout-plans-anew": rolloutPlansAnew,
  "0039-guards": guards,
  "0040-jobs": jobs,
  "0041-audit-exports": auditExports,
  "0042-notices": notices,
  "0043-scheduled-changes": scheduledChanges,
  "0048-webhooks": webhooks,
  "0049-upkeep": upkeep,
  "0050-what-lists-show": whatListsShow,
  "0052-change-comments": changeComments,
  "0056-guard-warnings": guardWarnings,
  "0057-guard-credentials": guardCredentials,
};
