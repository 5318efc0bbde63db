import type { SdkKey, Writers } from "@burgee/db";
import { z } from "zod";
import { actorOf, type Caller } from "../access/caller.ts";
import { enterSdkKey } from "../access/scope.ts";
import { appendEntry } from "../audit/append-entry.ts";
import { sdkKeyId } from "../ids.ts";
import { enterOwnSdkKey } from "./enter-own-sdk-key.ts";
import { type SdkKeyView, sdkKeyView } from "./sdk-key-view.ts";

export const revokeSdkKeyInput = z.strictObject({ id: sdkKeyId });
type Input = z.infer<typeof revokeSdkKeyInput>;

/** Ends a key for good; nodes refuse it within seconds. A key that was revoked before stays as it was. @throws {AppError} "sdk_key_not_found" */
export function revokeSdkKey(caller: Caller, input: Input): Promise<SdkKeyView> {
  return revoke(caller, input, (writers) => enterSdkKey(writers, caller.person, "sdk_key.write", input));
}

/** The same of the person's own key, whatever their role. @throws {AppError} "sdk_key_not_found", "forbidden" */
export function revokeOwnSdkKey(caller: Caller, input: Input): Promise<SdkKeyView> {
  return revoke(caller, input, (writers) => enterOwnSdkKey(writers, caller.person, input));
}

async function revoke(
  caller: Caller,
  { id }: Input,
  enter: (writers: Writers) => Promise<SdkKey>,
): Promise<SdkKeyView> {
  const { db, person, announceKey } = caller;
  const { tenantId } = person;
  const view = await db.transact(tenantId, async (writers) => {
    const key = await enter(writers);
    const signing = await writers.signingKeys.listValid();
    const revoked = await writers.sdkKeys.revoke(key.sdkKeyId);
    if (!revoked) return sdkKeyView(key, signing);

    await appendEntry(writers, tenantId, {
      actor: actorOf(person),
      action: "sdk_key.revoked",
      object: `sdk-key/${revoked.sdkKeyId}`,
      environmentId: revoked.environmentId,
      requestId: caller.requestId,
    });
    return sdkKeyView(revoked, signing);
  });
  announceKey({ tenantId, sdkKeyId: id });
  return view;
}
