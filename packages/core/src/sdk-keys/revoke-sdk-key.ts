import { z } from "zod";
import { actorOf, type Caller } from "../access/caller.ts";
import { enterSdkKey } from "../access/scope.ts";
import { appendEntry } from "../audit/append-entry.ts";
import { sdkKeyId } from "../ids.ts";
import { type SdkKeyView, sdkKeyView } from "./issue-sdk-key.ts";

export const revokeSdkKeyInput = z.strictObject({ id: sdkKeyId });

/** Ends a key for good; nodes refuse it within seconds. A key that was revoked before stays as it was. @throws {AppError} "sdk_key_not_found" */
export async function revokeSdkKey(
  caller: Caller,
  input: z.infer<typeof revokeSdkKeyInput>,
): Promise<SdkKeyView> {
  const { db, person } = caller;
  return db.transact(person.tenantId, async (writers) => {
    const key = await enterSdkKey(writers, person, "sdk_key.write", input);
    const revoked = await writers.sdkKeys.revoke(input.id);
    if (!revoked) return sdkKeyView(key);

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
