/** What travels on the bus: that a key ended, or will. A hint only; whoever polls finds out all the same. */
import { z } from "zod";
import type { AnnounceKey } from "../access/caller.ts";
import { sdkKeyId, tenantId } from "../ids.ts";

export const KEY_CHANNEL = "burgee_keys";

type KeyHint = Parameters<AnnounceKey>[0];

const hint = z.object({ tenantId, sdkKeyId });

export function encodeKeyHint({ tenantId, sdkKeyId }: KeyHint): string {
  return JSON.stringify({ tenantId, sdkKeyId });
}

/** Undefined for a message that is no hint. */
export function decodeKeyHint(message: string): KeyHint | undefined {
  try {
    return hint.safeParse(JSON.parse(message)).data;
  } catch {
    return undefined;
  }
}
