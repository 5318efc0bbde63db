/** Users as programs tell of them: who has what is rolled out, and what becomes of it. */
import { randomUUID } from "node:crypto";
import { BUCKETS, bucketOf } from "@burgee/engine";
import { sdkKeyId } from "../../src/ids.ts";
import { issueSdkKey } from "../../src/sdk-keys/issue-sdk-key.ts";
import { moveEvents } from "../../src/usage/move-events.ts";
import { recordUsage } from "../../src/usage/record-usage.ts";
import type { AtHome, Installation } from "../installation.ts";

export interface ToldEvent {
  readonly name: string;
  readonly userId: string;
  readonly value?: number;
  readonly at?: string;
}

const MOST_AT_ONCE = 500;

export async function tell({ db, person, ...caller }: AtHome, events: readonly ToldEvent[]): Promise<void> {
  const { id } = await issueSdkKey({ ...caller, db, person }, { kind: "srv", name: randomUUID() });
  const scope = { tenantId: person.tenantId, environmentId: person.home.environmentId };
  for (let from = 0; from < events.length; from += MOST_AT_ONCE) {
    await recordUsage(db, scope, sdkKeyId.parse(id), {
      batchId: randomUUID(),
      sdk: { name: "js-server", version: "0.1.0" },
      applied: null,
      counts: [],
      events: events
        .slice(from, from + MOST_AT_ONCE)
        .map(({ userId, at = new Date().toISOString(), ...event }) => ({
          ...event,
          at,
          context: { userId },
        })),
      unknownKeys: [],
      dropped: { evaluations: 0, events: 0 },
    });
  }
}

export function move({ db, system, keyring }: Installation): Promise<number> {
  const onStuck = (_: unknown, error: unknown) => {
    throw error;
  };
  return moveEvents({ db, system, keyring, onStuck });
}

/** Users by whether they are among those in `percent` who have it, or at the other end. */
export async function usersOf(
  { admin }: Pick<Installation, "admin">,
  { person }: AtHome,
  {
    percent,
    each,
    prefix = "user",
  }: { readonly percent: number; readonly each: number; readonly prefix?: string },
): Promise<{ readonly treatment: readonly string[]; readonly control: readonly string[] }> {
  const { rows } = await admin.query("select salt from burgee.settings where tenant_id = $1", [
    person.tenantId,
  ]);
  const buckets = (percent / 100) * BUCKETS;
  const treatment: string[] = [];
  const control: string[] = [];
  for (let at = 0; treatment.length < each || control.length < each; at += 1) {
    const user = `${prefix}-${at}`;
    const bucket = bucketOf(rows[0].salt, "rollout", user);
    if (bucket < buckets && treatment.length < each) treatment.push(user);
    if (bucket >= BUCKETS - buckets && control.length < each) control.push(user);
  }
  return { treatment, control };
}
