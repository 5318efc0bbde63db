import type { Database, SystemDatabase, TenantId } from "@burgee/db";
import { observeEvents, type Watch } from "../guards/observe-events.ts";
import { watchOf } from "../guards/watch-of.ts";
import type { Keyring } from "../keyring/keyring.ts";

export interface MoveDeps {
  readonly db: Database;
  readonly system: Pick<SystemDatabase, "eventIntake">;
  readonly keyring: Pick<Keyring, "pseudonym">;
  /** Told of a tenant whose events stay where they are; others go on. */
  readonly onStuck: (tenantId: TenantId, error: unknown) => void;
}

const TENANTS_A_TURN = 500;
const EVENTS_A_BATCH = 500;
/** Then others have their turn. */
const BATCHES_A_TURN = 10;

/**
 * Takes events on from where they came in, with pseudonyms in place of identifiers, and counts them for the guards of plans: only here it is
 * still known whose they are, and so who has what is rolled out. Returns how many.
 * Safe to stop at any point, to run twice and beside itself: each batch is one transaction.
 */
export async function moveEvents({ db, system, keyring, onStuck }: MoveDeps): Promise<number> {
  let moved = 0;
  for (const tenantId of await system.eventIntake.listTenants(TENANTS_A_TURN)) {
    try {
      const watches = await watchesOf(db, tenantId);
      for (let batch = 0; batch < BATCHES_A_TURN; batch += 1) {
        const count = await system.eventIntake.move(tenantId, EVENTS_A_BATCH, {
          pseudonymsOf: (identifiers) => pseudonymsOf(keyring, tenantId, identifiers),
          observe: (events) => observeEvents(events, watches),
        });
        moved += count;
        if (count < EVENTS_A_BATCH) break;
      }
    } catch (error) {
      onStuck(tenantId, error);
    }
  }
  return moved;
}

async function watchesOf(db: Database, tenantId: TenantId): Promise<readonly Watch[]> {
  const plans = await db.read(tenantId, ({ guards }) => guards.listWatched());
  return plans.flatMap((plan) => watchOf(plan) ?? []);
}

async function pseudonymsOf(
  keyring: MoveDeps["keyring"],
  tenantId: TenantId,
  identifiers: readonly string[],
): Promise<ReadonlyMap<string, Buffer>> {
  const pseudonyms = new Map<string, Buffer>();
  for (const each of identifiers) pseudonyms.set(each, await keyring.pseudonym(tenantId, each));
  return pseudonyms;
}
