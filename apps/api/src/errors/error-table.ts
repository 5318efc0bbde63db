/** The one table of everything that can go wrong: how REST and tRPC say it. A new code does not compile until it is here. */
import type { TRPC_ERROR_CODE_KEY } from "@trpc/server";
import type { ApiErrorCode } from "./api-error.ts";

export interface ErrorMeaning {
  readonly status: number;
  readonly title: string;
  readonly trpc: TRPC_ERROR_CODE_KEY;
}

export const errorTable = {
  invalid_input: { status: 400, title: "The input is not valid", trpc: "BAD_REQUEST" },
  unauthenticated: { status: 401, title: "A valid key is needed", trpc: "UNAUTHORIZED" },
  forbidden: { status: 403, title: "This key may not do that", trpc: "FORBIDDEN" },
  too_many_guesses: { status: 429, title: "Too many tries", trpc: "TOO_MANY_REQUESTS" },
  proof_needed: { status: 403, title: "Show that it is you", trpc: "FORBIDDEN" },
  second_factor_enabled: { status: 409, title: "There is a second factor", trpc: "CONFLICT" },
  second_factor_missing: { status: 409, title: "There is no second factor", trpc: "CONFLICT" },
  tenant_not_found: { status: 404, title: "No such tenant", trpc: "NOT_FOUND" },
  project_not_found: { status: 404, title: "No such project", trpc: "NOT_FOUND" },
  environment_not_found: { status: 404, title: "No such environment", trpc: "NOT_FOUND" },
  toggle_not_found: { status: 404, title: "No such toggle", trpc: "NOT_FOUND" },
  segment_not_found: { status: 404, title: "No such segment", trpc: "NOT_FOUND" },
  segment_list_not_found: { status: 404, title: "No such list", trpc: "NOT_FOUND" },
  context_attribute_not_found: { status: 404, title: "No such attribute", trpc: "NOT_FOUND" },
  sdk_key_not_found: { status: 404, title: "No such key", trpc: "NOT_FOUND" },
  session_not_found: { status: 404, title: "No such session", trpc: "NOT_FOUND" },
  member_not_found: { status: 404, title: "No such member", trpc: "NOT_FOUND" },
  role_not_found: { status: 404, title: "No such role", trpc: "NOT_FOUND" },
  rollout_not_found: { status: 404, title: "No such rollout plan", trpc: "NOT_FOUND" },
  project_key_taken: { status: 409, title: "The project's key is taken", trpc: "CONFLICT" },
  environment_key_taken: { status: 409, title: "The environment's key is taken", trpc: "CONFLICT" },
  toggle_key_taken: { status: 409, title: "The toggle's key is taken", trpc: "CONFLICT" },
  segment_key_taken: { status: 409, title: "The segment's key is taken", trpc: "CONFLICT" },
  email_taken: { status: 409, title: "The address has an account", trpc: "CONFLICT" },
  role_key_taken: { status: 409, title: "The role's key is taken", trpc: "CONFLICT" },
  role_in_use: { status: 409, title: "Somebody has this role", trpc: "CONFLICT" },
  last_owner: { status: 409, title: "A tenant keeps an owner", trpc: "CONFLICT" },
  version_conflict: { status: 412, title: "Somebody changed it meanwhile", trpc: "CONFLICT" },
  toggle_archived: { status: 409, title: "The toggle is archived", trpc: "CONFLICT" },
  toggle_in_use: { status: 409, title: "Other toggles need this one", trpc: "CONFLICT" },
  segment_archived: { status: 409, title: "The segment is archived", trpc: "CONFLICT" },
  segment_in_use: { status: 409, title: "Toggles or segments need this one", trpc: "CONFLICT" },
  context_attribute_in_use: {
    status: 409,
    title: "Conditions need the attribute as it is",
    trpc: "CONFLICT",
  },
  toggle_disabled: { status: 409, title: "The toggle is disabled", trpc: "CONFLICT" },
  rollout_running: { status: 409, title: "A rollout is running", trpc: "CONFLICT" },
  rollout_ended: { status: 409, title: "The rollout has ended", trpc: "CONFLICT" },
  limit_reached: { status: 422, title: "A limit is reached", trpc: "UNPROCESSABLE_CONTENT" },
  ruleset_not_ready: { status: 503, title: "The ruleset is being published", trpc: "SERVICE_UNAVAILABLE" },
  unavailable: { status: 503, title: "Not available at the moment", trpc: "SERVICE_UNAVAILABLE" },
  route_not_found: { status: 404, title: "No such address", trpc: "NOT_FOUND" },
  method_not_allowed: { status: 405, title: "No such method here", trpc: "METHOD_NOT_SUPPORTED" },
  unsupported_media_type: { status: 415, title: "Bodies are JSON", trpc: "UNSUPPORTED_MEDIA_TYPE" },
  body_too_large: { status: 413, title: "The body is too large", trpc: "PAYLOAD_TOO_LARGE" },
  malformed_json: { status: 400, title: "The body is not JSON", trpc: "BAD_REQUEST" },
  json_too_deep: { status: 400, title: "The JSON is nested too deep", trpc: "BAD_REQUEST" },
  malformed_request: { status: 400, title: "The request is malformed", trpc: "BAD_REQUEST" },
  expectation_failed: { status: 417, title: "That can't be expected here", trpc: "BAD_REQUEST" },
  headers_too_large: { status: 431, title: "The headers are too large", trpc: "BAD_REQUEST" },
  request_timeout: { status: 408, title: "The request took too long to arrive", trpc: "TIMEOUT" },
  precondition_required: { status: 428, title: "If-Match is needed", trpc: "PRECONDITION_REQUIRED" },
  too_many_requests: { status: 429, title: "Too many requests wait", trpc: "TOO_MANY_REQUESTS" },
  too_many_streams: { status: 503, title: "Too many streams are open", trpc: "SERVICE_UNAVAILABLE" },
  internal: { status: 500, title: "Something went wrong on our side", trpc: "INTERNAL_SERVER_ERROR" },
} as const satisfies Record<ApiErrorCode, ErrorMeaning>;
