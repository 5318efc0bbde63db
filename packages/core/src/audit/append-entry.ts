import type { Actor, EnvironmentId, TenantId, Writers } from "@burgee/db";
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
    ...writers.audit.origin,
    before: happening.before ?? null,
    after: happening.after ?? null,
    hashVersion: HASH_VERSION,
    previousHash: head.hash,
  };
  await writers.audit.append({ ...entry, hash: hashOf(tenantId, entry) });
}
