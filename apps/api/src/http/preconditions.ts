/** Entity tags: RFC 9110, sections 8.8.3 and 13.1. */
import { refuse } from "@burgee/core";
import { TransportError } from "../errors/api-error.ts";

const VERSION_TAG = /^\s*"([1-9]\d{0,8})"\s*$/;
const TAGS = /(?:W\/)?("[^"]*")/g;

export function versionTag(version: number): string {
  return `"${version}"`;
}

/**
 * The version that a change builds on, from If-Match. One strong tag: a change is made against one state.
 * @throws {TransportError} "precondition_required" @throws {AppError} "invalid_input"
 */
export function expectedVersionOf(ifMatch: string | undefined): number {
  if (ifMatch === undefined) {
    throw new TransportError(
      "precondition_required",
      'Send the ETag that you have read, such as If-Match: "3": then nobody\'s change is overwritten unseen.',
    );
  }
  const version = VERSION_TAG.exec(ifMatch)?.[1];
  if (version !== undefined) return Number(version);
  throw refuse([
    {
      pointer: "",
      code: "invalid_if_match",
      message: 'If-Match takes the one ETag that a read answered, such as "3".',
    },
  ]);
}

/** Whether what the caller has is what we would send. Weak comparison, as If-None-Match wants it. */
export function isCurrent(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch.trim() === "*") return true;
  for (const [, tag] of ifNoneMatch.matchAll(TAGS)) if (tag === etag) return true;
  return false;
}
