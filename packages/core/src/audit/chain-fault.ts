/** What is wrong with a chain, entry by entry. Pure: it is shown one entry after the other, and holds none. */
import type { AuditHead, StoredAuditEntry, TenantId } from "@burgee/db";
import { contentHash, hashAt, isKnownVersion } from "./entry-hash.ts";

/**
 * - `gap`: an entry is missing, or there twice.
 * - `link`: it does not follow from the entry before it.
 * - `hash`: it is not as it was written.
 * - `moved`: another tenant's entry.
 * - `head`: the chain does not end where its end is noted.
 */
export type ChainFaultKind = "gap" | "link" | "hash" | "moved" | "head";

export interface ChainFault {
  /** The first entry that is bad, or missing. */
  readonly seq: number;
  readonly kind: ChainFaultKind;
  readonly message: string;
}

/** An entry, wherever it was read from. */
type ReadEntry = Omit<StoredAuditEntry, "month">;

/** An end of a chain: the last entry that was seen. */
export type ChainEnd = Pick<AuditHead, "seq" | "hash">;

/** What is wrong with `entry`, where the chain before it ends with `end`. */
export function faultOf(
  tenantId: TenantId,
  end: ChainEnd,
  entry: ReadEntry,
  otherTenants: readonly TenantId[] = [],
): ChainFault | undefined {
  const { seq } = entry;
  const content = isKnownVersion(entry.hashVersion) ? contentHash(entry) : undefined;
  const isIts = content !== undefined && hashAt(tenantId, entry, content).equals(entry.hash);
  const isNext = seq === end.seq + 1;
  if (isIts && isNext && entry.previousHash.equals(end.hash)) return flaw(entry);

  const owner =
    isIts || !content
      ? undefined
      : otherTenants.find((other) => hashAt(other, entry, content).equals(entry.hash));
  if (owner !== undefined) return { seq, kind: "moved", message: `It was written for the tenant ${owner}.` };
  if (seq <= end.seq) return { seq, kind: "gap", message: "Its number is there twice." };
  if (!isNext) {
    return { seq: end.seq + 1, kind: "gap", message: `It is missing; the next one there is ${seq}.` };
  }
  if (!entry.previousHash.equals(end.hash)) {
    return { seq, kind: "link", message: "It does not carry the hash of the entry before it." };
  }
  if (!content) {
    const message = `Its hash is of version ${entry.hashVersion}, which this build does not know.`;
    return { seq, kind: "hash", message };
  }
  return { seq, kind: "hash", message: "Its content is not what its hash was made of." };
}

/** What is wrong with the end of a chain, where its last entry is `end`. */
export function faultOfEnd(end: ChainEnd, head: ChainEnd | undefined): ChainFault | undefined {
  const seq = end.seq + 1;
  if (!head) return { seq, kind: "head", message: "Where the chain ends is noted nowhere." };
  if (head.seq > end.seq) {
    return { seq, kind: "head", message: `It is missing, as is all that follows up to ${head.seq}.` };
  }
  if (head.seq < end.seq) {
    const message = `The end is noted at ${head.seq}; this entry and what follows came in another way.`;
    return { seq: head.seq + 1, kind: "head", message };
  }
  if (head.hash.equals(end.hash)) return undefined;
  return { seq: end.seq, kind: "head", message: "The end is noted with another hash than this entry has." };
}

/** What the hash does not cover, since it says nothing that the content does not: it must say the same. */
function flaw(entry: ReadEntry): ChainFault | undefined {
  const wrong = (message: string): ChainFault => ({ seq: entry.seq, kind: "hash", message });
  if (!entry.isExact) return wrong("It lies, or is found, otherwise than what it says.");
  if (entry.hashVersion === 1 && (entry.address !== null || entry.userAgent !== null)) {
    return wrong("It says where it came from, which entries of its version do not.");
  }
  return undefined;
}
