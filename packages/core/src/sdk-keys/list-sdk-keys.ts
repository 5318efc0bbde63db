import { demand, TENANT } from "../access/access.ts";
import type { Caller } from "../access/caller.ts";
import { type SdkKeyView, sdkKeyView } from "./sdk-key-view.ts";

/** Every key of the tenant, the oldest first; what a key's text was, nobody knows any more. */
export async function listSdkKeys({ db, person }: Caller): Promise<readonly SdkKeyView[]> {
  demand(person, "sdk_key.read", TENANT);
  return db.read(person.tenantId, async ({ sdkKeys, signingKeys }) => {
    const signing = await signingKeys.listValid();
    return (await sdkKeys.list()).map((key) => sdkKeyView(key, signing));
  });
}

/** The person's own, whatever their role. */
export async function listOwnSdkKeys({ db, person }: Caller): Promise<readonly SdkKeyView[]> {
  const keys = await db.read(person.tenantId, ({ sdkKeys }) => sdkKeys.listOf(person.userId));
  return keys.map((key) => sdkKeyView(key, []));
}
