/** Everything that tRPC clients call: `createTRPCClient<AppRouter>` knows all of it by this type. */
import { accessRouter } from "./access-router.ts";
import { auditRouter } from "./audit-router.ts";
import { authRouter } from "./auth-router.ts";
import { contextAttributeRouter } from "./context-attribute-router.ts";
import { environmentRouter } from "./environment-router.ts";
import { grantRouter } from "./grant-router.ts";
import { invitationRouter } from "./invitation-router.ts";
import { jobRouter } from "./job-router.ts";
import { liveRouter } from "./live-router.ts";
import { memberRouter } from "./member-router.ts";
import { onboardingRouter } from "./onboarding-router.ts";
import { projectRouter } from "./project-router.ts";
import { roleRouter } from "./role-router.ts";
import { rolloutRouter } from "./rollout-router.ts";
import { scheduledChangeRouter } from "./scheduled-change-router.ts";
import { scimRouter } from "./scim-router.ts";
import { sdkKeyRouter } from "./sdk-key-router.ts";
import { secondFactorRouter } from "./second-factor-router.ts";
import { segmentRouter } from "./segment-router.ts";
import { sessionRouter } from "./session-router.ts";
import { settingRouter } from "./setting-router.ts";
import { singleSignOnRouter } from "./single-sign-on-router.ts";
import { tenantRouter } from "./tenant-router.ts";
import { toggleRouter } from "./toggle-router.ts";
import { router } from "./trpc.ts";
import { webhookRouter } from "./webhook-router.ts";

export const appRouter = router({
  auth: authRouter,
  sessions: sessionRouter,
  secondFactor: secondFactorRouter,
  singleSignOn: singleSignOnRouter,
  scim: scimRouter,
  tenants: tenantRouter,
  invitations: invitationRouter,
  members: memberRouter,
  roles: roleRouter,
  grants: grantRouter,
  access: accessRouter,
  projects: projectRouter,
  environments: environmentRouter,
  toggles: toggleRouter,
  settings: settingRouter,
  segments: segmentRouter,
  contextAttributes: contextAttributeRouter,
  sdkKeys: sdkKeyRouter,
  rollouts: rolloutRouter,
  scheduledChanges: scheduledChangeRouter,
  audit: auditRouter,
  webhooks: webhookRouter,
  jobs: jobRouter,
  live: liveRouter,
  onboarding: onboardingRouter,
});

export type AppRouter = typeof appRouter;
