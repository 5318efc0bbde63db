import type pg from "pg";
import type { Caller } from "../src/access/caller.ts";
import { parseInput } from "../src/errors/invalid-input.ts";
import { rolloutPlanId } from "../src/ids.ts";
import { createRollout, createRolloutInput } from "../src/rollouts/create-rollout.ts";
import type { RolloutPlanView } from "../src/rollouts/plan-view.ts";
import { startRollout, startRolloutInput } from "../src/rollouts/start-rollout.ts";

export const HOUR_MS = 3_600_000;

/** A step as it comes over the wire. */
export function at(value: number, hold?: object, audience?: string) {
  const share = { type: "percentage", value };
  return { share, ...(hold && { hold }), ...(audience !== undefined && { audience }) };
}

export function forMs(ms: number) {
  return { type: "time", ms };
}

/** Makes a plan of the toggle `cart` from an input as it would come over the wire; one step. */
export function aPlan(caller: Caller, input: object = {}): Promise<RolloutPlanView> {
  return createRollout(caller, parseInput(createRolloutInput, { toggle: "cart", steps: [at(10)], ...input }));
}

/** Makes one and starts it, over version 1 of the setting unless told otherwise. */
export async function aRollout(
  caller: Caller,
  { settingVersion = 1, ...input }: { readonly settingVersion?: number } & Record<string, unknown> = {},
): Promise<RolloutPlanView> {
  return startRollout(
    caller,
    parseInput(startRolloutInput, { ...seen(await aPlan(caller, input)), settingVersion }),
  );
}

/** How a command names a plan. */
export function seen({ id, version }: Pick<RolloutPlanView, "id" | "version">) {
  return { id: parseInput(rolloutPlanId, id), expectedVersion: version };
}

/** Lets time pass for a plan: all that happened to it was that much longer ago. */
export async function pass(admin: pg.Pool, id: string, ms: number): Promise<void> {
  const moved = (column: string) => `${column} = ${column} - $2 * interval '1 millisecond'`;
  const moments = [
    "start_at",
    "started_at",
    "applied_at",
    "ramp_at",
    "released_at",
    "stopped_at",
    "next_at",
    "look_at",
  ];
  const until = `steps = (
    select jsonb_agg(case when step #>> '{hold,type}' = 'until'
             then jsonb_set(step, '{hold,at}', to_jsonb(((step #>> '{hold,at}')::timestamptz - $2 * interval '1 millisecond')))
             else step end order by number)
      from jsonb_array_elements(steps) with ordinality each (step, number))`;
  await admin.query(
    `update burgee.rollout_plans set ${[...moments.map(moved), until].join(", ")} where rollout_plan_id = $1`,
    [id, ms],
  );
  await admin.query(`update burgee.rollout_steps set ${moved("applied_at")} where rollout_plan_id = $1`, [
    id,
    ms,
  ]);
}
