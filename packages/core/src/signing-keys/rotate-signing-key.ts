import type { SigningKey, Writers } from "@burgee/db";
import { z } from "zod";
import { demand, TENANT } from "../access/access.ts";
import { actorOf, type Caller } from "../access/caller.ts";
import { appendEntry } from "../audit/append-entry.ts";
import { type ChangedEnvironment, nudgeAll, raiseAll } from "../changes/raise-all.ts";
import { AppError } from "../errors/app-error.ts";
import type { Keyring } from "../keyring/keyring.ts";
import { makeSigningKey } from "./make-signing-key.ts";
import { type SigningKeyView, signingKeyView } from "./signing-key-view.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const OVERLAP_DAYS = 30;
const LONGEST_OVERLAP_DAYS = 365;

export const rotateSigningKeyInput = z.strictObject({
  /** For how long the old key signs beside the new one; 0 ends it at once, for a key that somebody else may have. */
  overlapDays: z.int().min(0).max(LONGEST_OVERLAP_DAYS).default(OVERLAP_DAYS),
});

/**
 * Puts a new key in the place of the tenant's current one. Each environment gets a revision that both of them sign, so that SDKs which
 * pin either go on. Answers the valid keys.
 * @throws {AppError} "signing_key_rotating" while an earlier rotation goes on, unless the old keys are to end at once
 */
export async function rotateSigningKey(
  caller: Caller & { readonly keyring: Keyring },
  { overlapDays }: z.output<typeof rotateSigningKeyInput>,
): Promise<readonly SigningKeyView[]> {
  const { db, person, keyring, requestId } = caller;
  demand(person, "sdk_key.write", TENANT);
  const made = await makeSigningKey(keyring, person.tenantId);

  const { keys, changed } = await db.transact(person.tenantId, async (writers) => {
    const before = await writers.signingKeys.lockValid();
    if (overlapDays > 0) demandNoRotation(before);
    await writers.signingKeys.retireAll(overlapDays * DAY_MS);
    await writers.signingKeys.add(made);
    const changed = await raiseEverywhere(caller, writers);
    const keys = await writers.signingKeys.listValid();
    await appendEntry(writers, person.tenantId, {
      actor: actorOf(person),
      action: "signing_key.rotated",
      object: `signing-key/${made.signingKeyId}`,
      requestId,
      before: { keys: before.map(signingKeyView) },
      after: { keys: keys.map(signingKeyView), environments: changed.length },
    });
    return { keys, changed };
  });
  nudgeAll(caller, changed);
  return keys.map(signingKeyView);
}

function demandNoRotation(valid: readonly SigningKey[]): void {
  const retiring = valid.find(({ retiresAt }) => retiresAt !== null);
  if (!retiring) return;
  const { id, retiresAt } = signingKeyView(retiring);
  throw new AppError(
    "signing_key_rotating",
    `The key ${id} still signs beside its successor until ${retiresAt}; rotate after that, or with overlapDays 0, which ends every key but the new one at once.`,
    { details: { id, retiresAt } },
  );
}

async function raiseEverywhere(
  { traceparent }: Caller,
  writers: Writers,
): Promise<readonly ChangedEnvironment[]> {
  const changed: ChangedEnvironment[] = [];
  for (const { projectId } of await writers.projects.list()) {
    const environments = await writers.environments.lockAll(projectId);
    const change = { type: "environment.recompiled", grownBytes: 0, traceparent } as const;
    changed.push(...(await raiseAll(writers, environments, change)));
  }
  return changed;
}
