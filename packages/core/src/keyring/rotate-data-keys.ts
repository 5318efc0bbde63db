import type { DataKey, KeyOwner, SealedText, SystemDatabase } from "@burgee/db";
import { AppError } from "../errors/app-error.ts";
import { FRESH_MS, makeDataKey, unwrapDataKey } from "./data-keys.ts";
import { BrokenSealError } from "./envelope.ts";
import type { KeyEncryption } from "./key-encryption.ts";
import type { Keyring } from "./keyring.ts";

/** A key seals for that long, unless it is replaced sooner. */
export const DATA_KEY_AGE_MS = 90 * 24 * 60 * 60 * 1000;
/** While another process may still take a replaced key for the current one, it stays, whether or not it seals anything. */
const REPLACED_FOR_MS = 12 * FRESH_MS;
const BATCH = 100;

export interface RotationDeps {
  readonly system: Pick<SystemDatabase, "dataKeys" | "sealed">;
  readonly keyring: Keyring;
  readonly keyEncryption: KeyEncryption;
}

export interface RotationProgress {
  readonly dataKey: Pick<DataKey, "owner" | "dataKeyId">;
  /** Texts that a newer key seals now. */
  readonly resealed: number;
  /** Texts that do not open, and so stay as they are, as does their key. */
  readonly broken: number;
  readonly isRemoved: boolean;
}

/** A data key with which nothing could be done; the others went on. */
export interface StuckDataKey {
  readonly dataKey: Pick<DataKey, "owner" | "dataKeyId">;
  readonly cause: unknown;
}

export interface FinishOptions {
  /** Whose; all there are, unless told otherwise. */
  readonly owner?: KeyOwner;
  readonly onProgress?: (progress: RotationProgress) => void;
  /** Told of each text; what it throws ends all of it. */
  readonly onText?: (text: { readonly isBroken: boolean }) => void;
}

/**
 * Gives each owner whose key is that old a new one, which seals from then on. A key that does not unwrap stays: whoever holds another
 * key-encryption key than the rest must not replace theirs.
 */
export async function replaceDataKeys(
  { system, keyEncryption }: Pick<RotationDeps, "system" | "keyEncryption">,
  { atLeastMs, owner }: { readonly atLeastMs: number; readonly owner?: KeyOwner },
): Promise<{ readonly replaced: number; readonly stuck: readonly StuckDataKey[] }> {
  let replaced = 0;
  const stuck: StuckDataKey[] = [];
  for (const current of await system.dataKeys.listCurrent({ atLeastMs, owner })) {
    const cause = await whyStuck(keyEncryption, current);
    if (cause !== undefined) {
      stuck.push({ dataKey: current, cause });
      continue;
    }
    const next = await makeDataKey(keyEncryption, current.owner);
    if (await system.dataKeys.replace(current.dataKeyId, next)) replaced += 1;
  }
  return { replaced, stuck };
}

/** Undefined for a key that unwraps. */
async function whyStuck(keyEncryption: KeyEncryption, dataKey: DataKey): Promise<unknown> {
  try {
    await unwrapDataKey(keyEncryption, dataKey);
    return undefined;
  } catch (cause) {
    return cause ?? new Error("It does not unwrap.");
  }
}

/**
 * Seals anew what replaced keys seal, then removes the keys that seal nothing more. Returns those with which it could do nothing.
 * Safe to stop at any point, to run twice, and to run beside itself: each text is exchanged for the one that it was read
 * as, and a key goes only once nothing refers to it.
 */
export async function finishRotations(
  deps: RotationDeps,
  { owner, onProgress = () => undefined, onText = () => undefined }: FinishOptions = {},
): Promise<readonly StuckDataKey[]> {
  const stuck: StuckDataKey[] = [];
  for (const dataKey of await deps.system.dataKeys.listReplaced(owner)) {
    try {
      const counts = await resealAll(deps, dataKey, onText);
      const isRemoved = await deps.system.dataKeys.remove(dataKey, REPLACED_FOR_MS);
      onProgress({ dataKey, ...counts, isRemoved });
    } catch (cause) {
      // The keyring says so of a key that it can't unwrap, be it this one or its owner's new one.
      if (!(cause instanceof AppError)) throw cause;
      stuck.push({ dataKey, cause: cause.cause });
    }
  }
  return stuck;
}

async function resealAll(
  { system, keyring }: RotationDeps,
  dataKey: DataKey,
  onText: NonNullable<FinishOptions["onText"]>,
) {
  let resealed = 0;
  let broken = 0;
  let afterRow: string | undefined;
  for (;;) {
    const texts = await system.sealed.list(dataKey, { afterRow, limit: BATCH });
    for (const text of texts) {
      const outcome = await reseal({ system, keyring }, text);
      if (outcome === "resealed") resealed += 1;
      if (outcome === "broken") broken += 1;
      onText({ isBroken: outcome === "broken" });
    }
    afterRow = texts.at(-1)?.place.row;
    if (afterRow === undefined) return { resealed, broken };
  }
}

async function reseal(
  { system, keyring }: Pick<RotationDeps, "system" | "keyring">,
  text: SealedText,
): Promise<"resealed" | "changed" | "broken"> {
  try {
    const next = await keyring.seal(text.place, await keyring.open(text.place, text.sealed));
    return (await system.sealed.replace(text, next)) ? "resealed" : "changed";
  } catch (error) {
    if (!(error instanceof BrokenSealError)) throw error;
    return "broken";
  }
}
