/** A plan while it is written: changed by small steps, turned into what the API takes at its end. */
import type { NewGuard, NewPlan, NewStep, Window } from "./plan.ts";

export interface PlanDraft {
  readonly variant: string;
  readonly steps: readonly DraftStep[];
  readonly window: Window | null;
  /** As a field of the browser's has it, `2026-12-01T16:20`; empty for at once. */
  readonly startAt: string;
  readonly guards: readonly DraftGuard[];
}

/** With an id that outlives changes of the order. */
export interface DraftStep {
  readonly id: number;
  readonly step: NewStep;
}
export interface DraftGuard {
  readonly id: number;
  readonly guard: NewGuard;
}

export type DraftAction =
  | { readonly type: "replace"; readonly draft: PlanDraft }
  | { readonly type: "set"; readonly fields: Partial<Pick<PlanDraft, "variant" | "window" | "startAt">> }
  | { readonly type: "add step" }
  | { readonly type: "change step"; readonly id: number; readonly step: NewStep }
  | { readonly type: "remove step"; readonly id: number }
  | { readonly type: "move step"; readonly id: number; readonly by: -1 | 1 }
  | { readonly type: "add guard" }
  | { readonly type: "change guard"; readonly id: number; readonly guard: NewGuard }
  | { readonly type: "remove guard"; readonly id: number };

const HOUR_MS = 3_600_000;

export const HOLD_OF_A_DAY: NonNullable<NewStep["hold"]> = { type: "time", ms: 24 * HOUR_MS };

export function draftOf({ variant = "on", steps, window, guards = [] }: NewPlan): PlanDraft {
  return {
    variant,
    steps: steps.map((step) => ({ id: nextId(), step })),
    window: window ?? null,
    startAt: "",
    guards: guards.map((guard) => ({ id: nextId(), guard })),
  };
}

/** What the API takes. */
export function planOf({ variant, steps, window, startAt, guards }: PlanDraft): NewPlan {
  return {
    variant,
    steps: steps.map(({ step: { audience, ...step } }) => ({
      ...step,
      ...(audience?.trim() && { audience: audience.trim() }),
    })),
    guards: guards.map(({ guard }) => guard),
    ...(window && { window }),
    ...(startAt !== "" && { startAt: new Date(startAt).toISOString() }),
  };
}

export function changeDraft(draft: PlanDraft, action: DraftAction): PlanDraft {
  switch (action.type) {
    case "replace":
      return action.draft;
    case "set":
      return { ...draft, ...action.fields };
    case "add step":
      return {
        ...draft,
        steps: [...draft.steps, { id: nextId(), step: stepAfter(draft.steps.at(-1)?.step) }],
      };
    case "change step":
      return {
        ...draft,
        steps: draft.steps.map((each) => (each.id === action.id ? { ...each, step: action.step } : each)),
      };
    case "remove step":
      return { ...draft, steps: draft.steps.filter(({ id }) => id !== action.id) };
    case "move step":
      return { ...draft, steps: moved(draft.steps, action.id, action.by) };
    case "add guard":
      return { ...draft, guards: [...draft.guards, { id: nextId(), guard: firstGuard(draft.guards) }] };
    case "change guard":
      return {
        ...draft,
        guards: draft.guards.map((each) => (each.id === action.id ? { ...each, guard: action.guard } : each)),
      };
    case "remove guard":
      return { ...draft, guards: draft.guards.filter(({ id }) => id !== action.id) };
    default:
      return action satisfies never;
  }
}

function stepAfter(last: NewStep | undefined): NewStep {
  const reached = last?.share?.type === "percentage" ? last.share.value : (last?.ramp?.to ?? 0);
  const value = Math.min(100, reached === 0 ? 10 : reached * 2);
  return {
    share: { type: "percentage", value },
    hold: HOLD_OF_A_DAY,
    ...(last?.audience !== undefined && { audience: last.audience }),
  };
}

function firstGuard(others: readonly DraftGuard[]): NewGuard {
  const keys = new Set(others.map(({ guard }) => guard.key));
  const key =
    ["errors", ...others.map((_, index) => `guard-${index + 2}`)].find((each) => !keys.has(each)) ??
    `guard-${nextId()}`;
  return {
    key,
    metric: { type: "error_rate", event: "", exposure: "" },
    atMostTimesControl: 1.2,
    leastSample: 1_000,
    onBreach: "hold",
  };
}

function moved(steps: readonly DraftStep[], id: number, by: -1 | 1): readonly DraftStep[] {
  const from = steps.findIndex((each) => each.id === id);
  const [one, other] = [steps[from], steps[from + by]];
  if (!one || !other) return steps;
  return steps.map((each) => (each === one ? other : each === other ? one : each));
}

let lastId = 0;
function nextId(): number {
  lastId += 1;
  return lastId;
}
