/**
 * What a plan should do, told anew and as plainly as can be: in whole hours, and by none of the product's code. The commands of
 * `rollout-commands.ts` do the same to this and to a plan in PostgreSQL.
 */
import type { RolloutPlanView } from "../src/rollouts/plan-view.ts";

export type ModelHold =
  | { readonly type: "time" | "until" | "tick"; readonly hours: number }
  | { readonly type: "approval" }
  | { readonly type: "sample"; readonly least: number };

export interface ModelStep {
  readonly percent: number;
  readonly hold: ModelHold;
}

/** Open once a day for so many hours, for the first time so long after the beginning: never at a whole hour, so that no minute counts. */
export interface ModelWindow {
  readonly opensAfterHours: number;
  readonly hours: number;
}

/** What guards are found to say. */
export type ModelFinding = "healthy" | "unknown" | "warn" | "hold" | "roll_back";

interface ModelTerms {
  readonly window?: ModelWindow | undefined;
  readonly isGuarded: boolean;
  readonly finding: ModelFinding;
}

type Status = RolloutPlanView["status"];

interface Logged {
  readonly kind: string;
  readonly run: number;
  readonly step: number;
  readonly folded: readonly number[];
}

const HOURS_A_DAY = 24;

export class RolloutModel {
  readonly steps: readonly ModelStep[];
  readonly #window: ModelWindow | undefined;
  readonly #isGuarded: boolean;
  finding: ModelFinding;
  status: Status = "pending";
  clock = 0;
  applied = 0;
  run = 1;
  /** Percent that stands; null for no rollout. */
  share: number | null = null;
  settingVersion = 1;
  readonly log: Logged[] = [];
  /** Hours. */
  #appliedAt = 0;
  #rampAt = 0;
  #stoppedAt = 0;
  #isReleased = false;
  /** By version of the setting. */
  readonly #evaluations = new Map<number, number>();
  /** What stood at each step, as it was last. */
  readonly #stood = new Map<number, number | null>();

  constructor(steps: readonly ModelStep[], { window, isGuarded, finding }: ModelTerms) {
    this.steps = steps;
    this.#window = window;
    this.#isGuarded = isGuarded;
    this.finding = finding;
  }

  get isActive(): boolean {
    return this.status === "ready" || this.status === "running";
  }

  get isOpen(): boolean {
    return this.isActive || this.status === "paused" || this.status === "conflict";
  }

  get waitsForApproval(): boolean {
    return this.status === "running" && !this.#isReleased && this.#hold?.type === "approval";
  }

  pass(hours: number): void {
    this.clock += hours;
  }

  start(): void {
    this.status = "ready";
    this.#record("started");
  }

  /** A worker's look. */
  turn(): void {
    if (!this.isActive) return;
    const finding = this.#isGuarded && this.applied > 0 ? this.finding : "healthy";
    if (finding === "roll_back") this.rollBack(0);
    else if (finding === "hold") this.pause();
    else if (finding !== "unknown" && this.#isDue(this.#hold)) this.#goOn();
  }

  #goOn(): void {
    if (this.applied === this.steps.length) this.status = "completed";
    else if (this.#isWindowOpen) this.#apply();
  }

  /** Whether guards would stop it, whoever looks. */
  get isToStop(): boolean {
    return this.#isGuarded && (this.finding === "roll_back" || this.finding === "hold");
  }

  skip(): void {
    if (this.applied === this.steps.length) this.status = "completed";
    else this.#apply();
  }

  approve(): void {
    this.#isReleased = true;
  }

  pause(): void {
    this.status = "paused";
    this.#stoppedAt = this.clock;
  }

  resume(): void {
    if (this.status === "conflict") this.#rebase();
    else this.#rampAt += this.clock - this.#stoppedAt;
    this.status = this.applied === 0 ? "ready" : "running";
  }

  /** Whether the share that a person left is not above the next step's. */
  get canRebase(): boolean {
    const next = this.steps[this.applied];
    return next === undefined || (this.share ?? 0) <= next.percent;
  }

  /** To which steps one can go back. */
  get recorded(): readonly number[] {
    return [...this.#stood.keys()].filter((step) => step < this.applied);
  }

  rollBack(step: number): void {
    this.applied = step;
    this.run += 1;
    this.#change(this.#stood.get(step) ?? null);
    this.#place();
    this.#record("rolled_back");
    this.status = step === 0 ? "rolled_back" : "paused";
    this.#stoppedAt = this.clock;
  }

  abort(): void {
    this.status = "aborted";
  }

  edit(share: number): void {
    this.#change(share);
    if (!this.isOpen || this.status === "conflict") return;
    this.status = "conflict";
    this.#stoppedAt = this.clock;
  }

  evaluate(count: number): void {
    this.#evaluations.set(this.settingVersion, (this.#evaluations.get(this.settingVersion) ?? 0) + count);
  }

  get #isWindowOpen(): boolean {
    if (!this.#window) return true;
    const { opensAfterHours, hours } = this.#window;
    const sinceOpening = (this.clock - opensAfterHours) % HOURS_A_DAY;
    return (sinceOpening < 0 ? sinceOpening + HOURS_A_DAY : sinceOpening) < hours;
  }

  get #hold(): ModelHold | undefined {
    return this.steps[this.applied - 1]?.hold;
  }

  #isDue(hold: ModelHold | undefined): boolean {
    if (hold === undefined || this.#isReleased) return true;
    if (hold.type === "approval") return false;
    if (hold.type === "sample") return (this.#evaluations.get(this.settingVersion) ?? 0) >= hold.least;
    const from = { time: this.#appliedAt, tick: this.#rampAt, until: 0 }[hold.type];
    return this.clock >= from + hold.hours;
  }

  #apply(): void {
    const first = this.applied + 1;
    this.#applyOne();
    const passes = () => {
      const hold = this.#hold;
      if (hold?.type === "approval" || hold?.type === "sample") return false;
      return hold?.type === "time" ? hold.hours === 0 : this.#isDue(hold);
    };
    while (this.applied < this.steps.length && passes()) this.#applyOne();
    this.status = "running";
    this.#change(this.steps[this.applied - 1]?.percent ?? 0);
    const folded = Array.from({ length: this.applied - first }, (_, index) => first + index);
    this.#record("applied", folded);
    if (this.applied === this.steps.length && this.#isDueByClock()) this.status = "completed";
  }

  #applyOne(): void {
    const isAlongRamp = this.#hold?.type === "tick";
    this.applied += 1;
    this.#appliedAt = this.clock;
    this.#isReleased = false;
    if (!isAlongRamp) this.#rampAt = this.clock;
  }

  /** A sample is looked at only by a look of its own. */
  #isDueByClock(): boolean {
    return this.#hold?.type !== "sample" && this.#isDue(this.#hold);
  }

  #rebase(): void {
    this.run += 1;
    this.#place();
    this.#record("rebased");
  }

  #place(): void {
    const before = this.steps[this.applied - 2]?.hold;
    this.#appliedAt = this.clock;
    this.#isReleased = false;
    this.#rampAt = this.clock - (before?.type === "tick" ? before.hours : 0);
  }

  #change(share: number | null): void {
    this.share = share;
    this.settingVersion += 1;
  }

  #record(kind: string, folded: readonly number[] = []): void {
    this.log.push({ kind, run: this.run, step: this.applied, folded });
    for (const step of [...this.#stood.keys()]) if (step > this.applied) this.#stood.delete(step);
    this.#stood.set(this.applied, this.share);
    for (const step of folded) this.#stood.delete(step);
  }
}
