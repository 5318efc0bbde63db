import { finishRotations, type RotationDeps, type RotationProgress, replaceDataKeys } from "@burgee/core";
import type { Logger } from "@burgee/runtime";

/** Replaces data keys that are that old, and goes on with every rotation that was begun, by whomever. */
export async function rotateKeys(
  deps: RotationDeps,
  { atLeastMs, log }: { readonly atLeastMs: number; readonly log: Logger },
): Promise<void> {
  const replaced = await replaceDataKeys(deps, { atLeastMs });
  if (replaced > 0) log.info({ replaced }, "Data keys were replaced.");
  await finishRotations(deps, (progress) => report(progress, log));
}

function report({ dataKey, resealed, broken, isRemoved }: RotationProgress, log: Logger): void {
  const { owner, dataKeyId } = dataKey;
  if (broken > 0) log.error({ owner, dataKeyId, broken }, "Sealed texts do not open; their key stays.");
  if (resealed > 0 || isRemoved) log.info({ owner, dataKeyId, resealed, isRemoved }, "A replaced data key.");
}
