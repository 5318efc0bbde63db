/** The audit trail's chain: each entry carries the hash of the one before it, so that none can change unnoticed. */
import { createHash, hash } from "node:crypto";
import type { AuditEntry, TenantId } from "@burgee/db";
import { canonicalJson } from "./canonical-json.ts";

/** Of the hashes that are made today. What an earlier version made is checked as that version made it. */
export const HASH_VERSION = 2;

type Content = Omit<AuditEntry, "hash">;

/** The fields that each version's hash is over, each by its name: an entry may carry more than these. */
const FIELDS: Readonly<Record<number, (entry: Content) => object>> = { 1: fieldsOf, 2: fieldsWithOrigin };

export function isKnownVersion(version: number): boolean {
  return Object.hasOwn(FIELDS, version);
}

/** What the first entry of a tenant's chain follows, whatever version made that entry. */
export function chainStart(tenantId: TenantId): Buffer {
  return createHash("sha256").update(`burgee-audit-v1|${tenantId}|0`).digest();
}

/** The hash of one entry, over its content, its place in the chain, and the hash of the entry before it. */
export function hashOf(tenantId: TenantId, entry: Content): Buffer {
  return hashAt(tenantId, entry, contentHash(entry));
}

/**
 * The hash of an entry's fields in canonical JSON (RFC 8785).
 * @throws {Error} for a version that this build does not know
 */
export function contentHash(entry: Content): Buffer {
  const fields = FIELDS[entry.hashVersion];
  if (!fields) throw new Error(`An audit entry's hash is of version ${entry.hashVersion}, which is unknown.`);
  return hash("sha256", canonicalJson(fields(entry)), "buffer");
}

/** The version stands in what is hashed, so that no entry passes as one of another version. */
export function hashAt(
  tenantId: TenantId,
  { hashVersion, seq, previousHash }: Pick<Content, "hashVersion" | "seq" | "previousHash">,
  content: Buffer,
): Buffer {
  const place = Buffer.from(`burgee-audit-v${hashVersion}|${tenantId}|${seq}|`);
  return hash("sha256", Buffer.concat([place, previousHash, content]), "buffer");
}

/** In the order that canonical JSON has them in. */
function fieldsOf(entry: Content) {
  const { action, actor, after, before, createdAt, environmentId, object, requestId, revision } = entry;
  const at = createdAt.toISOString();
  return { action, actor, after, before, createdAt: at, environmentId, object, requestId, revision };
}

function fieldsWithOrigin(entry: Content) {
  const { action, actor, address, after, before, createdAt, environmentId, object, requestId } = entry;
  const { revision, userAgent } = entry;
  return {
    action,
    actor,
    address,
    after,
    before,
    createdAt: createdAt.toISOString(),
    environmentId,
    object,
    requestId,
    revision,
    userAgent,
  };
}
