import type { Readers, SdkKey, SdkKeyId } from "@burgee/db";
import { demandWhole } from "../access/access.ts";
import type { Person } from "../access/caller.ts";
import { AppError } from "../errors/app-error.ts";

/**
 * A personal key of the person's own.
 * @throws {AppError} "sdk_key_not_found" for everybody else's, "forbidden" where one asks with a key that is for less
 */
export async function enterOwnSdkKey(
  { sdkKeys }: Readers,
  person: Person,
  { id }: { readonly id: SdkKeyId },
): Promise<SdkKey> {
  demandWhole(person);
  const key = await sdkKeys.find(id);
  if (key?.userId === person.userId) return key;
  throw new AppError("sdk_key_not_found", "You have no such key.");
}
