import { demand, TENANT } from "../access/access.ts";
import type { Caller } from "../access/caller.ts";
import { type SigningKeyView, signingKeyView } from "./signing-key-view.ts";

/** The public halves of the keys that sign the tenant's rulesets now, the current one first; none before the first was published. */
export async function listSigningKeys({ db, person }: Caller): Promise<readonly SigningKeyView[]> {
  demand(person, "sdk_key.read", TENANT);
  const keys = await db.read(person.tenantId, ({ signingKeys }) => signingKeys.listValid());
  return keys.map(signingKeyView);
}
