/** The audit trail's chain. Each entry carries the hash of the one before it, so that none can change unnoticed. */
import { createHash } from "node:crypto";
import type { Actor, AuditEntry, EnvironmentId, TenantId, Writers } from "@burgee/db";
import canonicalize from "canonicalize";

export interface Happening {
  readonly actor: Actor;
  /** Noun and past participle: `toggle.created`. */
  readonly action: string;
  /** What it happened to, as `toggle/<project>/<key>`. */
  readonly object: string;
  readonly environmentId?: EnvironmentId;
  readonly revision?: number;
  readonly requestId?: string | null;
  readonly before?: object | null;
  readonly after?: object | null;
}

const CHAIN = "burgee-audit-v1";

/** What the first entry of a tenant's chain follows. */
export function chainStart(tenantId: TenantId): Buffer {
  return createHash("sha256").update(`${CHAIN}|${tenantId}|0`).digest();
}

/** Adds an entry at the end of the chain. The last thing a transaction does: it locks the chain's end. */
export async function appendEntry(writers: Writers, tenantId: TenantId, happening: Happening): Promise<void> {
  const head = await writers.audit.lockHead();
  const entry = {
    seq: head.seq + 1,
    createdAt: head.now,
    actor: happening.actor,
    action: happening.action,
    object: happening.object,
    environmentId: happening.environmentId ?? null,
    revision: happening.revision ?? null,
    requestId: happening.requestId ?? null,
    before: happening.before ?? null,
    after: happening.after ?? null,
    previousHash: head.hash,
  };
  await writers.audit.append({ ...entry, hash: hashOf(tenantId, entry) });
}

/**
 * The hash of one entry, over its fields in canonical JSON (RFC 8785) and the hash of the entry before it.
 * Source: docs/adr/0003-outbox-and-revisions.md.
 */
export function hashOf(tenantId: TenantId, entry: Omit<AuditEntry, "hash">): Buffer {
  const { seq, previousHash, createdAt, actor, action, object, environmentId, revision, requestId } = entry;
  const { before, after } = entry;
  // Each field by its name: an entry as it is listed carries its own hash as well.
  const fields = canonicalize({
    createdAt: createdAt.toISOString(),
    actor,
    action,
    object,
    environmentId,
    revision,
    requestId,
    before,
    after,
  });
  const content = createHash("sha256")
    .update(fields ?? "")
    .digest();
  return createHash("sha256")
    .update(`${CHAIN}|${tenantId}|${seq}|`)
    .update(previousHash)
    .update(content)
    .digest();
}
