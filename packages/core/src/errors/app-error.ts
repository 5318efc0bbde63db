/** Everything that can go wrong in a use case and that a caller can do something about. */
export type AppErrorCode =
  | "invalid_input"
  | "unauthenticated"
  | "forbidden"
  | "too_many_guesses"
  | "proof_needed"
  | "second_factor_enabled"
  | "second_factor_missing"
  | "tenant_not_found"
  | "tenant_closed"
  | "deletion_not_found"
  | "project_not_found"
  | "environment_not_found"
  | "toggle_not_found"
  | "segment_not_found"
  | "segment_list_not_found"
  | "context_attribute_not_found"
  | "sdk_key_not_found"
  | "session_not_found"
  | "invitation_not_found"
  | "rollout_not_found"
  | "scheduled_change_not_found"
  | "webhook_not_found"
  | "delivery_not_found"
  | "job_not_found"
  | "dead_letter_not_found"
  | "member_not_found"
  | "audit_export_not_found"
  | "file_link_refused"
  | "role_not_found"
  | "project_key_taken"
  | "environment_key_taken"
  | "toggle_key_taken"
  | "segment_key_taken"
  | "email_taken"
  | "role_key_taken"
  | "role_in_use"
  | "last_owner"
  | "connection_not_found"
  | "connection_not_tested"
  | "domain_not_found"
  | "domain_not_proved"
  | "domain_taken"
  | "sign_in_refused"
  | "single_sign_on_required"
  | "member_deactivated"
  | "member_removed"
  | "break_glass_owner"
  | "scim_token_not_found"
  | "scim_token_ended"
  | "scim_user_not_found"
  | "scim_group_not_found"
  | "scim_name_taken"
  | "sdk_key_ended"
  | "sdk_key_replaced"
  | "signing_key_rotating"
  | "already_member"
  | "version_conflict"
  | "toggle_archived"
  | "toggle_in_use"
  | "segment_archived"
  | "segment_in_use"
  | "context_attribute_in_use"
  | "toggle_disabled"
  | "rollout_running"
  | "rollout_ended"
  | "scheduled_change_ended"
  | "webhook_inactive"
  | "job_ended"
  | "dead_letter_stale"
  | "rollout_status"
  | "rollout_not_waiting"
  | "rollout_step_unavailable"
  | "revision_superseded"
  | "limit_reached"
  | "quota_exceeded"
  | "ruleset_not_ready"
  | "unavailable";

/** One thing wrong with an input: where (a JSON pointer), and what would be right. */
export interface InputIssue {
  readonly pointer: string;
  readonly code: string;
  readonly message: string;
  /** Where in a condition's text, counted from 1. */
  readonly line?: number;
  readonly column?: number;
}

export interface AppErrorOptions {
  /** Only logged: secrets and SQL go here. */
  readonly cause?: unknown;
  readonly issues?: readonly InputIssue[];
  /** What a program needs to go on, such as both states of a conflict; shown to the caller. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** `message` is safe to show a person. */
export class AppError extends Error {
  override readonly name = "AppError";
  readonly code: AppErrorCode;
  readonly issues: readonly InputIssue[];
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    code: AppErrorCode,
    message: string,
    { cause, issues = [], details = {} }: AppErrorOptions = {},
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.issues = issues;
    this.details = details;
  }
}
