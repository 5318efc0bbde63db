/**
 * Puts a plan together, in the words in which people speak of one. Every call answers a new builder, and leaves the one that it was asked of as it was:
 *
 *     rollout("on").at(1).forHours(1).at(10).untilApproved().rampTo(100, { overHours: 4, everyMinutes: 30 }).build()
 */
import type { PlanInput } from "./plan-input.ts";

type Steps = PlanInput["steps"];
type Step = Steps[number];
/** Of the plan as a whole. */
type Terms = Omit<PlanInput, "steps">;

interface For {
  /** Whom the step is for; left out, everybody whom no rule serves. */
  readonly audience?: string;
}

interface RampTerms extends For {
  readonly from?: number;
  readonly overHours: number;
  readonly everyMinutes: number;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** @param variant what percentages serve */
export function rollout(variant = "on", terms: Omit<Terms, "variant"> = {}): PlanBuilder {
  return new PlanBuilder({ variant, ...terms }, []);
}

/** What comes next. */
class PlanBuilder {
  protected readonly terms: Terms;
  protected readonly steps: Steps;

  constructor(terms: Terms, steps: Steps) {
    this.terms = terms;
    this.steps = steps;
  }

  /** A percentage. */
  at(value: number, { audience }: For = {}): HeldPlanBuilder {
    return this.#with({ share: { type: "percentage", value }, ...named(audience) });
  }

  split(weights: Record<string, number>, { audience }: For = {}): HeldPlanBuilder {
    return this.#with({ share: { type: "split", weights }, ...named(audience) });
  }

  /** A percentage that grows in even parts. */
  rampTo(to: number, { from, overHours, everyMinutes, audience }: RampTerms): HeldPlanBuilder {
    const times = { overMs: overHours * HOUR_MS, everyMs: everyMinutes * MINUTE_MS };
    return this.#with({ ramp: { to, ...times, ...(from !== undefined && { from }) }, ...named(audience) });
  }

  #with(step: Step): HeldPlanBuilder {
    return new HeldPlanBuilder(this.terms, [...this.steps, step]);
  }
}

/** What comes next, or for how long what came last is held. */
class HeldPlanBuilder extends PlanBuilder {
  forMinutes(minutes: number): HeldPlanBuilder {
    return this.#held({ type: "time", ms: minutes * MINUTE_MS });
  }

  forHours(hours: number): HeldPlanBuilder {
    return this.#held({ type: "time", ms: hours * HOUR_MS });
  }

  forDays(days: number): HeldPlanBuilder {
    return this.#held({ type: "time", ms: days * DAY_MS });
  }

  until(moment: Date): HeldPlanBuilder {
    return this.#held({ type: "until", at: moment.toISOString() });
  }

  untilApproved(): HeldPlanBuilder {
    return this.#held({ type: "approval" });
  }

  /** Until SDKs have told of so many evaluations. */
  untilEvaluated(least: number): HeldPlanBuilder {
    return this.#held({ type: "sample", least });
  }

  build(): PlanInput {
    return { ...this.terms, steps: this.steps };
  }

  #held(hold: NonNullable<Step["hold"]>): HeldPlanBuilder {
    const [earlier, last] = [this.steps.slice(0, -1), this.steps.slice(-1)];
    return new HeldPlanBuilder(this.terms, [...earlier, ...last.map((step) => ({ ...step, hold }))]);
  }
}

function named(audience: string | undefined): For {
  return audience === undefined ? {} : { audience };
}
