import type { NewNotice, NoticeId, TenantId, Writers } from "@burgee/db";
import { LIMITS } from "../limits.ts";
import { NOTICE_TYPES } from "./notice-types.ts";

export interface Announcement extends NewNotice {
  /** The transaction's: no other tenant's can be meant. */
  readonly tenantId?: TenantId;
}

/**
 * Tells of something in the transaction in which it happens: whoever is told of it later hears of nothing that was rolled back, and
 * misses nothing that was not. Before the audit entry, which comes last.
 */
export function announceNotice(
  { notices }: Writers,
  { tenantId: _, data, concerns, ...notice }: Announcement,
): Promise<NoticeId> {
  const { mailed } = NOTICE_TYPES[notice.type];
  return notices.add({ ...notice, data: bounded(data), concerns: mailed ? concerns : [] });
}

/** What is too large to be told is left to be looked up: no change fails for what is said of it. */
function bounded(data: NewNotice["data"]): NewNotice["data"] {
  const bytes = Buffer.byteLength(JSON.stringify(data));
  return bytes <= LIMITS.noticeBytes ? data : { leftOut: `${bytes} bytes` };
}
