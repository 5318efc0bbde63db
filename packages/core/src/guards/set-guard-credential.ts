import { type GuardCredentialId, guardCredentialPlace, newId } from "@burgee/db";
import { z } from "zod";
import { actorOf, type Caller } from "../access/caller.ts";
import { enterRolloutPlan } from "../access/scope.ts";
import { appendEntry } from "../audit/append-entry.ts";
import { AppError } from "../errors/app-error.ts";
import { refuse } from "../errors/invalid-input.ts";
import { rolloutPlanId } from "../ids.ts";
import type { Keyring } from "../keyring/keyring.ts";
import { entityKey } from "../names.ts";
import { guardsInput, isOfEvents } from "./guard-input.ts";

const LONGEST = 4_000;

export const setGuardCredentialInput = z.strictObject({
  id: rolloutPlanId,
  guard: entityKey,
  /** The value of the header `Authorization`, such as `Bearer …`; null for none. Never shown again. */
  authorization: z
    .string()
    .max(LONGEST)
    .regex(/^[\x21-\x7e]+( [\x21-\x7e]+)*$/, "Give the value of a header, such as: Bearer abc.")
    .nullable(),
});

/**
 * Says what a guard shows the Prometheus server that it asks. It is shown to the address in that guard alone, and forgotten once the plan has ended.
 * @throws {AppError} "rollout_not_found", "rollout_ended", "invalid_input" for what is no guard of the plan that asks Prometheus
 */
export async function setGuardCredential(
  caller: Caller & { readonly keyring: Keyring },
  { id, guard, authorization }: z.output<typeof setGuardCredentialInput>,
): Promise<{ readonly hasCredential: boolean }> {
  const { db, person, keyring, requestId } = caller;
  const { tenantId } = person;
  const guardCredentialId = newId<GuardCredentialId>();
  const place = guardCredentialPlace(tenantId, guardCredentialId);
  const sealed = authorization === null ? null : await keyring.seal(place, authorization);
  await db.transact(tenantId, async (writers) => {
    const plan = await enterRolloutPlan(writers, person, "rollout.write", { id });
    if (plan.endedAt)
      throw new AppError("rollout_ended", `This rollout plan has ended before: it is ${plan.status}.`);
    const found = guardsInput.parse(plan.guards).find(({ key }) => key === guard);
    if (!found || isOfEvents(found.metric)) {
      const message = `The plan has no guard ${guard} that asks Prometheus.`;
      throw refuse([{ pointer: "/guard", code: "unknown_guard", message }]);
    }
    const credential = sealed === null ? null : { guardCredentialId, sealed };
    await writers.guards.setCredential(plan.rolloutPlanId, guard, credential);
    await appendEntry(writers, tenantId, {
      actor: actorOf(person),
      action: sealed ? "rollout.guard_credential_set" : "rollout.guard_credential_removed",
      object: `rollout-plan/${plan.rolloutPlanId}`,
      environmentId: plan.environmentId,
      requestId,
      after: { guard },
    });
  });
  return { hasCredential: sealed !== null };
}
