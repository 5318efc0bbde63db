import { z } from "zod";
import { AppError } from "../errors/app-error.ts";
import { demandSettingUp, noConnection, note, type SettingUp } from "./change-connections.ts";
import { connectionId } from "./connection-input.ts";

export const enforceConnectionInput = z.strictObject({ connectionId, enforced: z.boolean() });

/**
 * From then on a password alone opens the tenant to nobody. An owner with a second factor keeps a way in for when the provider
 * is away, so whoever enforces must be one.
 * @throws {AppError} "connection_not_found", "connection_not_tested", "second_factor_missing", "proof_needed"
 */
export async function enforceConnection(
  caller: SettingUp,
  { connectionId: id, enforced }: z.output<typeof enforceConnectionInput>,
): Promise<void> {
  const { tenantId, userId } = demandSettingUp(caller);
  const factor = await caller.system.secondFactors.find(userId);
  if (enforced && !factor?.isConfirmed) {
    const message =
      "Set up a second factor first: with it, an owner still comes in while the provider is away.";
    throw new AppError("second_factor_missing", message);
  }
  await caller.db.transact(tenantId, async (writers) => {
    const found = await writers.connections.find(id);
    if (!found) throw noConnection();
    if (enforced && !found.isTested) throw notTested();
    if (found.isEnforced === enforced) return;
    await writers.connections.setEnforced(id, enforced);
    await note(caller, writers, enforced ? "connection.enforced" : "connection.released", id, {});
  });
}

export function notTested(): AppError {
  return new AppError(
    "connection_not_tested",
    "Nobody signed in by this connection as it is now; try it out with singleSignOn.test first.",
  );
}
