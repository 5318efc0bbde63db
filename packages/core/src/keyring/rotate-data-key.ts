import { z } from "zod";
import { AppError } from "../errors/app-error.ts";
import { defineLongJob } from "../jobs/long-job.ts";
import { createKeyring } from "./keyring.ts";
import { finishRotations, type RotationDeps, replaceDataKeys } from "./rotate-data-keys.ts";

export type RotateDataKeyDeps = Pick<RotationDeps, "system" | "keyEncryption">;

/**
 * Gives the tenant a new data key, and seals anew what the old one seals. Answers how many texts that were, and how many of them do not open. The old
 * key itself goes later, with the rotations of all: another process may still take it for the current one.
 */
export const rotateDataKey = defineLongJob({
  kind: "rotate-data-key",
  seenWith: "sdk_key.read",
  payload: z.strictObject({}),
  checkpoint: z.strictObject({ isReplaced: z.literal(true) }),
  mayRunTwice:
    "Each text is exchanged for the one that it was read as, and a key goes once it seals nothing.",
  run: async (
    { system, keyEncryption }: RotateDataKeyDeps,
    _payload,
    { tenantId: owner, checkpoint, keep, report, signal },
  ) => {
    if (!checkpoint) {
      const { stuck } = await replaceDataKeys({ system, keyEncryption }, { atLeastMs: 0, owner });
      if (stuck.length > 0) throw unopened(stuck[0]?.cause);
      await keep({ isReplaced: true });
    }
    const sum = { resealed: 0, broken: 0 };
    // One that knows no key yet: another takes the old one for the current one for a while.
    const keyring = createKeyring({ dataKeys: system.dataKeys, keyEncryption });
    const stuck = await finishRotations(
      { system, keyring, keyEncryption },
      {
        owner,
        onText: ({ isBroken }) => {
          signal.throwIfAborted();
          sum[isBroken ? "broken" : "resealed"] += 1;
          report({ done: sum.resealed + sum.broken, total: null, unit: "secrets" });
        },
      },
    );
    if (stuck.length > 0) throw unopened(stuck[0]?.cause);
    return sum;
  },
});

/** Tried again: whoever holds the key-encryption key may be away. */
function unopened(cause: unknown): AppError {
  return new AppError("unavailable", "A data key of this tenant does not open now.", { cause });
}
