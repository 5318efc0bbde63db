import { finishRotations, type RotationDeps, type RotationProgress, replaceDataKeys } from "@burgee/core";
import type { Logger } from "@burgee/runtime";

/** Replaces data keys that are that old, and goes on with every rotation that was begun, by whomever. Returns how many keys it could do nothing with. */
export async function rotateKeys(
  deps: RotationDeps,
  { atLeastMs, log }: { readonly atLeastMs: number; readonly log: Logger },
): Promise<number> {
  const { replaced, stuck } = await replaceDataKeys(deps, { atLeastMs });
  if (replaced > 0) log.info({ replaced }, "Data keys were replaced.");
  const stuckToo = await finishRotations(deps, { onProgress: (progress) => report(progress, log) });
  const all = new Map([...stuck, ...stuckToo].map((each) => [each.dataKey.dataKeyId, each]));
  for (const { dataKey, cause } of all.values()) {
    const { owner, dataKeyId } = dataKey;
    log.error(
      { owner, dataKeyId, err: cause },
      "A data key does not open, and stays; what it seals can't be read.",
    );
  }
  return all.size;
}

function report({ dataKey, resealed, broken, isRemoved }: RotationProgress, log: Logger): void {
  const { owner, dataKeyId } = dataKey;
  if (broken > 0) log.error({ owner, dataKeyId, broken }, "Sealed texts do not open; their key stays.");
  if (resealed > 0 || isRemoved) log.info({ owner, dataKeyId, resealed, isRemoved }, "A replaced data key.");
}
