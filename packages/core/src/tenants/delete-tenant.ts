/**
 * How a tenant is deleted: its owner asks for it and it is closed at once; after a while, in which an owner may keep it, a worker
 * erases it.
 */
import { createHash, randomBytes } from "node:crypto";
import type { SessionCredential } from "@burgee/db";
import { z } from "zod";
import { demand, TENANT } from "../access/access.ts";
import { actorOf, type Caller } from "../access/caller.ts";
import { lockAccess } from "../access/change-access.ts";
import { appendEntry } from "../audit/append-entry.ts";
import { AppError } from "../errors/app-error.ts";
import { refuse } from "../errors/invalid-input.ts";
import { demandProof } from "../people/prove-person.ts";
import { tenantClosed } from "./tenant-closed.ts";

export const deleteTenantInput = z.strictObject({
  /** The tenant's name, typed once more. */
  confirm: z.string().max(200),
});

export interface RequestedDeletion {
  /** Tells how far it is, to whoever has it (`tenants.deletion`), also when nobody belongs to the tenant any more. In this answer only. */
  readonly receipt: string;
  /** From then on it can't be kept any more. */
  readonly deletesAt: string;
}

type ByOwner = Caller & {
  readonly session: SessionCredential;
  /** How long it may be kept. */
  readonly deletionDelayMs: number;
};

const RECEIPT_BYTES = 32;

/**
 * Closes the tenant at once: nothing in it changes, no key of it is good, and nobody but owners comes in.
 * @throws {AppError} "proof_needed", "forbidden", "tenant_closed" where it was asked for before, "invalid_input" for another name
 */
export async function deleteTenant(
  caller: ByOwner,
  { confirm }: z.output<typeof deleteTenantInput>,
): Promise<RequestedDeletion> {
  const { db, person, requestId, session, deletionDelayMs: delayMs } = caller;
  demand(person, "tenant.delete", TENANT);
  demandProof(session);
  const receipt = randomBytes(RECEIPT_BYTES).toString("base64url");
  const deletesAt = await db.transactAlone(person.tenantId, async (writers) => {
    const [now] = await lockAccess(writers, person);
    demand(now, "tenant.delete", TENANT);
    if (await writers.deletions.find()) throw tenantClosed();
    const tenant = await writers.tenants.find();
    if (confirm !== tenant?.name) throw notConfirmed(tenant?.name ?? "");

    await appendEntry(writers, person.tenantId, {
      actor: actorOf(person),
      action: "tenant.deletion_requested",
      object: `tenant/${person.tenantId}`,
      requestId,
      after: { keepableForMs: delayMs },
    });
    return writers.deletions.request({ receiptHash: hashReceipt(receipt), delayMs });
  });
  return { receipt, deletesAt: deletesAt.toISOString() };
}

/** Keeps the tenant: all of it is as it was. @throws {AppError} "forbidden", "deletion_not_found", "tenant_closed" once it is being erased */
export async function cancelDeletion({ db, person, requestId }: Caller): Promise<void> {
  demand(person, "tenant.delete", TENANT);
  await db.transactAlone(person.tenantId, async (writers) => {
    const [now] = await lockAccess(writers, person);
    demand(now, "tenant.delete", TENANT);
    if (!(await writers.deletions.find())) {
      throw new AppError("deletion_not_found", "This tenant is not being deleted.");
    }
    if (!(await writers.deletions.cancel())) throw tenantClosed();
    await appendEntry(writers, person.tenantId, {
      actor: actorOf(person),
      action: "tenant.deletion_cancelled",
      object: `tenant/${person.tenantId}`,
      requestId,
    });
  });
}

export function hashReceipt(receipt: string): Buffer {
  return createHash("sha256").update(receipt).digest();
}

function notConfirmed(name: string): AppError {
  const message = `Type the tenant's name exactly as it is: ${name}`;
  return refuse([{ pointer: "/confirm", code: "not_confirmed", message }]);
}
