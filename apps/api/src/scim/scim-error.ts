/** RFC 7644, section 3.12: how an error leaves this process towards a directory. */
import type { ServerResponse } from "node:http";
import type { ApiErrorCode } from "../errors/api-error.ts";
import type { Problem } from "../errors/problem.ts";
import { SCIM_TYPE } from "./scim-path.ts";

const ERROR_SCHEMA = "urn:ietf:params:scim:api:messages:2.0:Error";

/** Of our codes, those that the protocol has a word for; what core knows better, it says itself. */
const TYPES: Partial<Record<ApiErrorCode, string>> = {
  scim_name_taken: "uniqueness",
  last_owner: "mutability",
  member_removed: "mutability",
  break_glass_owner: "mutability",
  invalid_input: "invalidValue",
  malformed_json: "invalidSyntax",
  json_too_deep: "invalidSyntax",
  body_too_large: "tooMany",
  quota_exceeded: "tooMany",
};

export function sendScimError(
  response: ServerResponse,
  { requestId }: { readonly requestId: string },
  { code, detail, details, status }: Problem,
  headers: Readonly<Record<string, string>>,
): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const scimType = details?.scimType ?? TYPES[code];
  const body = JSON.stringify({
    schemas: [ERROR_SCHEMA],
    status: String(status),
    ...(scimType === undefined ? {} : { scimType }),
    detail,
    code,
    requestId,
  });
  response
    .writeHead(status, {
      "content-type": SCIM_TYPE,
      "cache-control": "no-store",
      ...headers,
      "content-length": Buffer.byteLength(body),
    })
    .end(body);
}
