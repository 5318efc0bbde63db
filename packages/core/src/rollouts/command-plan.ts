/** What each command on a plan goes through: whose it is, whether it still stands as it was seen, and what follows once it is done. */
import type { RolloutPlan, RolloutStatus } from "@burgee/db";
import { z } from "zod";
import { actorOf, type Caller } from "../access/caller.ts";
import { enterRolloutPlan } from "../access/scope.ts";
import { AppError } from "../errors/app-error.ts";
import { rolloutPlanId } from "../ids.ts";
import { version } from "../names.ts";
import { appendAll, type HeldPlan, holdPlan, planHappening, type Turned } from "./held-plan.ts";
import { type RolloutPlanView, rolloutPlanView } from "./plan-view.ts";
import { scheduleNext } from "./schedule-next.ts";

export const planCommand = {
  id: rolloutPlanId,
  /** The version of the plan that the caller has seen; another one there is a conflict. */
  expectedVersion: version,
};
const planCommandInput = z.strictObject(planCommand);
export type PlanCommand = z.output<typeof planCommandInput>;

/**
 * Runs a command in one transaction, under the lock of the plan's environment.
 * @throws {AppError} "rollout_not_found", "forbidden", "version_conflict", and what `act` throws
 */
export async function commandPlan(
  caller: Caller,
  input: PlanCommand,
  act: (held: HeldPlan) => Promise<Turned>,
): Promise<RolloutPlanView> {
  const { person } = caller;
  const { turned, view, now } = await caller.db.transact(person.tenantId, async (writers) => {
    await enterRolloutPlan(writers, person, "rollout.write", input);
    const held = await holdPlan(writers, person.tenantId, input.id);
    if (!held) throw new AppError("rollout_not_found", "There is no such rollout plan.");
    const place = { toggle: held.toggle.key, environment: held.environment.key };
    demandSeen(held.plan, input.expectedVersion, rolloutPlanView(held.plan, place));

    const turned = await act(held);
    await appendAll(held, turned, caller.requestId);
    return { turned, now: held.now, view: rolloutPlanView(turned.plan, place) };
  });

  const { plan, revision } = turned;
  if (revision !== undefined)
    caller.nudge({ tenantId: person.tenantId, environmentId: plan.environmentId, revision });
  scheduleNext(caller, person.tenantId, plan, now);
  return view;
}

function demandSeen(
  { version: found }: RolloutPlan,
  expectedVersion: number,
  current: RolloutPlanView,
): void {
  if (found === expectedVersion) return;
  throw new AppError(
    "version_conflict",
    `The plan moved meanwhile: it is at version ${found}, and you saw version ${expectedVersion}.`,
    { details: { expectedVersion, current } },
  );
}

const ENDED: readonly RolloutStatus[] = ["completed", "rolled_back", "aborted"];

/** @throws {AppError} "rollout_ended", "rollout_status" */
export function demandStatus({ status }: RolloutPlan, allowed: readonly RolloutStatus[]): void {
  if (allowed.includes(status)) return;
  if (ENDED.includes(status))
    throw new AppError("rollout_ended", `This rollout plan has ended before: it is ${status}.`);
  throw new AppError(
    "rollout_status",
    `This can't be done while the plan is ${status}, only while it is ${allowed.join(" or ")}.`,
    { details: { status, allowed } },
  );
}

/** That a person did it. */
export function personHappening(
  { person }: Pick<Caller, "person">,
  held: HeldPlan,
  action: string,
  after?: object,
) {
  return planHappening(held, actorOf(person), action, after);
}
