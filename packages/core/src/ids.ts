/** Ids as they arrive from outside: the one place where a text becomes an id of its kind. */
import type {
  AuditExportId,
  DeadLetterId,
  EnvironmentId,
  GrantId,
  InvitationId,
  JobId,
  NoticeId,
  ProjectId,
  RolloutPlanId,
  ScheduledChangeId,
  ScimGroupId,
  ScimTokenId,
  ScimUserId,
  SdkKeyId,
  SessionId,
  TenantId,
  UserId,
  WebhookId,
} from "@burgee/db";
import { z } from "zod";

export const tenantId = z.uuid() as unknown as z.ZodType<TenantId, string>;
export const projectId = z.uuid() as unknown as z.ZodType<ProjectId, string>;
export const environmentId = z.uuid() as unknown as z.ZodType<EnvironmentId, string>;
export const rolloutPlanId = z.uuid() as unknown as z.ZodType<RolloutPlanId, string>;
export const jobId = z.uuid() as unknown as z.ZodType<JobId, string>;
export const deadLetterId = z.uuid() as unknown as z.ZodType<DeadLetterId, string>;
export const scheduledChangeId = z.uuid() as unknown as z.ZodType<ScheduledChangeId, string>;
export const invitationId = z.uuid() as unknown as z.ZodType<InvitationId, string>;
export const sessionId = z.uuid() as unknown as z.ZodType<SessionId, string>;
export const sdkKeyId = z.uuid() as unknown as z.ZodType<SdkKeyId, string>;
export const userId = z.uuid() as unknown as z.ZodType<UserId, string>;
export const grantId = z.uuid() as unknown as z.ZodType<GrantId, string>;
export const scimTokenId = z.uuid() as unknown as z.ZodType<ScimTokenId, string>;
export const scimUserId = z.uuid() as unknown as z.ZodType<ScimUserId, string>;
export const scimGroupId = z.uuid() as unknown as z.ZodType<ScimGroupId, string>;
export const noticeId = z.uuid() as unknown as z.ZodType<NoticeId, string>;
export const webhookId = z.uuid() as unknown as z.ZodType<WebhookId, string>;
export const auditExportId = z.uuid() as unknown as z.ZodType<AuditExportId, string>;
