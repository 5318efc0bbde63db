import type { Logger, Metrics } from "@burgee/runtime";
import type { NodeRole } from "../roles/route-table.ts";
import { EdgeStore } from "./edge-store.ts";

export interface OpenEdgeStoreOptions {
  readonly role: NodeRole;
  /** A folder, or `off`. */
  readonly edgeStore: string;
  readonly log: Logger;
  readonly metrics: Metrics;
}

/**
 * The store of a node that serves reads, if it is to have one. A folder that can't be used keeps no node from starting:
 * what it serves meanwhile is worth more than what it could serve after another start.
 */
export async function openEdgeStore({
  role,
  edgeStore: folder,
  ...process
}: OpenEdgeStoreOptions): Promise<EdgeStore | undefined> {
  if (role === "admin" || folder === "off") return undefined;
  try {
    return await EdgeStore.open({ folder, ...process });
  } catch (err) {
    process.log.error(
      { err, folder },
      "The folder of BURGEE_EDGE_STORE can't be used: without the database, this node will serve nothing after a restart.",
    );
    return undefined;
  }
}
