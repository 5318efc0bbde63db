import type { SdkKey } from "@burgee/db";
import { z } from "zod";
import { actorOf, type Caller, demand } from "../access/caller.ts";
import { appendEntry } from "../audit/append-entry.ts";
import { AppError } from "../errors/app-error.ts";
import { sdkKeyId } from "../ids.ts";
import { type SdkKeyView, sdkKeyView } from "./issue-sdk-key.ts";

export const revokeSdkKeyInput = z.strictObject({ id: sdkKeyId });

/** Ends a key for good; nodes refuse it within seconds. A key that was revoked before stays as it was. @throws {AppError} "sdk_key_not_found" */
export async function revokeSdkKey(
  caller: Caller,
  input: z.infer<typeof revokeSdkKeyInput>,
): Promise<SdkKeyView> {
  const { db, person } = caller;
  demand(person, "sdk_key.write");
  return db.transact(person.tenantId, async (writers) => {
    const revoked = await writers.sdkKeys.revoke(input.id);
    if (!revoked) return alreadyRevoked(await writers.sdkKeys.find(input.id));

    await appendEntry(writers, person.tenantId, {
      actor: actorOf(person),
      action: "sdk_key.revoked",
      object: `sdk-key/${revoked.sdkKeyId}`,
      environmentId: revoked.environmentId,
      requestId: caller.requestId,
    });
    return sdkKeyView(revoked);
  });
}

function alreadyRevoked(key: SdkKey | undefined): SdkKeyView {
  if (!key) throw new AppError("sdk_key_not_found", "There is no such key.");
  return sdkKeyView(key);
}
