import type { Actor, AuditEntry, AuditHead, EnvironmentId, TenantId, Writers } from "@burgee/db";
import { HASH_VERSION, hashOf } from "./entry-hash.ts";

export interface Happening {
  /** People by reference only: neither their address nor their name. */
  readonly actor: Actor;
  /** Noun and past participle: `toggle.created`. */
  readonly action: string;
  /** What it happened to: `toggle/<project>/<key>`, or `<kind>/<key>` for what belongs to no project. */
  readonly object: string;
  readonly environmentId?: EnvironmentId;
  readonly revision?: number;
  readonly requestId?: string | null;
  readonly before?: object | null;
  readonly after?: object | null;
}

/** Adds an entry at the end of the chain. The last thing a transaction does: it locks the chain's end. */
export function appendEntry(writers: Writers, tenantId: TenantId, happening: Happening): Promise<void> {
  return appendEntries(writers, tenantId, [happening]);
}

/** Hashed in one go: some milliseconds, in which this process does nothing else. */
const ENTRIES_AT_ONCE = 200;

/** The same for what happened at once, however much that is. */
export async function appendEntries(
  writers: Writers,
  tenantId: TenantId,
  happenings: readonly Happening[],
): Promise<void> {
  for (let start = 0; start < happenings.length; start += ENTRIES_AT_ONCE) {
    const head = await writers.audit.lockHead();
    const chained = chain(writers, tenantId, happenings.slice(start, start + ENTRIES_AT_ONCE), head);
    await writers.audit.append(chained);
  }
}

function chain(
  { audit }: Writers,
  tenantId: TenantId,
  happenings: readonly Happening[],
  head: AuditHead,
): readonly AuditEntry[] {
  let { seq, hash } = head;
  return happenings.map((happening) => {
    seq += 1;
    const entry = {
      seq,
      createdAt: head.now,
      actor: happening.actor,
      action: happening.action,
      object: happening.object,
      environmentId: happening.environmentId ?? null,
      revision: happening.revision ?? null,
      requestId: happening.requestId ?? null,
      ...audit.origin,
      before: happening.before ?? null,
      after: happening.after ?? null,
      hashVersion: HASH_VERSION,
      previousHash: hash,
    };
    hash = hashOf(tenantId, entry);
    return { ...entry, hash };
  });
}
