/** The plans of one toggle in one environment, and what can be done to them. */
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTRPC, useTRPCClient } from "../api/trpc.ts";
import { tellProblem } from "../design/tell-undo.tsx";
import { hasEnded, isMoving, type NewPlan, type Plan } from "./plan.ts";

export interface TogglePlace {
  readonly project: string;
  readonly environment: string;
  readonly toggle: string;
}

/** While something moves by itself. */
const LOOK_EVERY_MS = 2_000;

export function usePlans(place: TogglePlace) {
  const trpc = useTRPC();
  return useQuery(
    trpc.rollouts.list.queryOptions(place, {
      refetchInterval: ({ state }) => (state.data?.some(isMoving) ? LOOK_EVERY_MS : false),
    }),
  );
}

export function usePlan(id: string) {
  const trpc = useTRPC();
  return useQuery(
    trpc.rollouts.get.queryOptions(
      { id },
      { refetchInterval: ({ state }) => (state.data && isMoving(state.data) ? LOOK_EVERY_MS : false) },
    ),
  );
}

export function useGuards({ id, status, guards }: Pick<Plan, "id" | "status" | "guards">) {
  const trpc = useTRPC();
  return useQuery(
    trpc.rollouts.guards.queryOptions(
      { id },
      { enabled: guards.length > 0, refetchInterval: isMoving({ status }) ? LOOK_EVERY_MS : false },
    ),
  );
}

/** When the steps of a plan that is written would fall. Keeps the last answer while the next one is reckoned. */
export function useSimulation({ project, environment }: TogglePlace, plan: NewPlan) {
  const trpc = useTRPC();
  return useQuery(
    trpc.rollouts.simulate.queryOptions(
      { project, environment, ...plan },
      { placeholderData: keepPreviousData, enabled: plan.steps.length > 0 },
    ),
  );
}

/** The rest of a plan that is under way, from its next step on; nothing for one that has ended, or that nobody knows the time of. */
export function useRest({ project, environment }: TogglePlace, plan: Plan) {
  const trpc = useTRPC();
  const left = plan.steps.slice(plan.appliedSteps);
  const isToCome = left.length > 0 && !hasEnded(plan);
  return useQuery(
    trpc.rollouts.simulate.queryOptions(
      {
        project,
        environment,
        variant: plan.variant,
        steps: left.map(({ share, audience, hold }, index) => ({
          share,
          ...(audience !== null && { audience }),
          hold: hold.type === "tick" ? { type: "time", ms: tickMs(left, index) } : hold,
        })),
        ...(plan.window && { window: { ...plan.window, days: [...plan.window.days] } }),
        ...(plan.nextAt !== null && { from: plan.nextAt }),
      },
      { placeholderData: keepPreviousData, enabled: isToCome },
    ),
  );
}

/** Between one part of a ramp and the next. */
function tickMs(steps: Plan["steps"], index: number): number {
  const [before, hold] = [steps[index - 1]?.hold, steps[index]?.hold];
  const afterMs = hold?.type === "tick" ? hold.afterMs : 0;
  return Math.max(0, afterMs - (before?.type === "tick" ? before.afterMs : 0));
}

/** Everything that changes a plan makes what is shown of the toggle old. */
export function usePlanMutations(place: TogglePlace) {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queries = useQueryClient();
  const refresh = async () => {
    await Promise.all([
      queries.invalidateQueries({ queryKey: trpc.rollouts.pathKey() }),
      queries.invalidateQueries({ queryKey: trpc.toggles.pathKey() }),
      queries.invalidateQueries({ queryKey: trpc.settings.pathKey() }),
    ]);
  };
  const options = { onError: tellProblem, onSettled: refresh };
  return {
    create: useMutation({
      mutationFn: (plan: NewPlan) => client.rollouts.create.mutate({ ...place, ...plan }),
      onSettled: refresh,
    }),
    start: useMutation({
      mutationFn: async ({ id, version }: Pick<Plan, "id" | "version">) => {
        const { settings } = await client.toggles.get.query({
          project: place.project,
          environment: place.environment,
          key: place.toggle,
        });
        const settingVersion =
          settings.find(({ environment }) => environment === place.environment)?.version ?? 1;
        return client.rollouts.start.mutate({ id, expectedVersion: version, settingVersion });
      },
      ...options,
    }),
    command: useMutation({ mutationFn: (command: () => Promise<unknown>) => command(), ...options }),
  };
}
