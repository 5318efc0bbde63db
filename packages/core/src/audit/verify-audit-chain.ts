import type { AuditPlace, Database, TenantId } from "@burgee/db";
import { type ChainEnd, type ChainFault, faultOf, faultOfEnd } from "./chain-fault.ts";
import { chainStart } from "./entry-hash.ts";

export interface ChainReport {
  /** How many entries were found good, from the first. */
  readonly verified: number;
  /** The first thing wrong; undefined where nothing is. */
  readonly fault: ChainFault | undefined;
}

interface Verification {
  readonly tenantId: TenantId;
  /** Whose entry one may be that does not belong here. */
  readonly otherTenants?: readonly TenantId[];
  /** Told after each page, along with how many there are by then. */
  readonly onProgress?: (verified: number, total: number) => void;
  /** Looked at after each page: aborted, its reason is thrown. */
  readonly signal?: AbortSignal;
  /** How many entries are held at a time. */
  readonly pageSize?: number;
}

const PAGE_SIZE = 2_000;

/**
 * Walks a tenant's chain from its first entry to its last, a page at a time, however long it is. The next page is read
 * while the last one is checked. Changes may go on meanwhile: what they add is verified too.
 */
export async function verifyAuditChain(
  { db }: { readonly db: Database },
  { tenantId, otherTenants = [], onProgress, signal, pageSize = PAGE_SIZE }: Verification,
): Promise<ChainReport> {
  // The end is of the same moment as the page, so that an entry which is added meanwhile is in both or in neither.
  const readPage = (after: AuditPlace | undefined) =>
    db.read(tenantId, async ({ audit }) => ({
      entries: await audit.listStored(after, pageSize),
      head: await audit.findHead(),
    }));

  let end: ChainEnd = { seq: 0, hash: chainStart(tenantId) };
  let verified = 0;
  let coming = readPage(undefined);
  for (;;) {
    const { entries, head } = await coming;
    const last = entries.at(-1);
    const isLast = entries.length < pageSize;
    if (!isLast) coming = readPage(last);
    for (const entry of entries) {
      const fault = faultOf(tenantId, end, entry, otherTenants);
      if (fault) {
        // What was asked for already is not needed any more, whatever comes of it.
        coming.catch(() => undefined);
        return { verified, fault };
      }
      end = entry;
      verified += 1;
    }
    onProgress?.(verified, head?.seq ?? verified);
    if (signal?.aborted) {
      coming.catch(() => undefined);
      throw signal.reason;
    }
    if (isLast) return { verified, fault: faultOfEnd(end, head) };
  }
}
