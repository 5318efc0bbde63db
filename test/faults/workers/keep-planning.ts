/** People who start a rollout plan on their toggle, and the next one when it has ended; and a queue that delivers jobs many times over. */
import { setTimeout as pause } from "node:timers/promises";
import { applyRolloutStepJob, parseInput } from "@burgee/core";
import { createLogger, createQueues, type QueueConnection } from "@burgee/runtime";
import pg from "pg";
import type { FoundTenant } from "../found-tenants.ts";
import type { History } from "../history.ts";
import type { Random } from "../random.ts";
import { openTrpc, type Trpc } from "../trpc-client.ts";
import type { PlanEvent } from "./plan-steps.ts";

export interface PlansWanted {
  readonly url: string;
  readonly databaseUrl: string;
  readonly queue: QueueConnection;
  readonly tenants: readonly FoundTenant[];
  readonly toggles: readonly string[];
  readonly history: History;
  readonly random: Random;
}

export interface Planned {
  readonly steps: number;
  /** Whether some steps wait for an approval, for a moment, or are a ramp. */
  readonly isVaried: boolean;
  /** Between two steps, at random. */
  readonly holdMs: { readonly least: number; readonly most: number };
}

interface PlanRow {
  readonly tenantId: string;
  readonly planId: string;
  readonly step: number;
  readonly version: number;
  readonly needsApproval: boolean;
}

type Steps = Parameters<Trpc["rollouts"]["create"]["mutate"]>[0]["steps"];

/** In percent, so that one toggle has room for 10,000 of them: a plan only raises. */
const STEP = 0.01;
const LOOKS_EVERY_MS = 200;
const COPIES_EVERY_MS = 1_000;
const AFTER_TROUBLE_MS = 200;
const ANSWERED_MS = 60_000;
/** How often one job is delivered at a time. */
const COPIES = 10;
const UNTIL_MS = 300;
/** The shortest one that there may be. */
const RAMP = { overMs: 2_000, everyMs: 1_000 };

export class Planning {
  readonly #wanted: PlansWanted;
  readonly #pool: pg.Pool;
  readonly #raised = new Map<string, number>();
  #copies = 0;

  constructor(wanted: PlansWanted) {
    this.#wanted = wanted;
    this.#pool = new pg.Pool({ connectionString: wanted.databaseUrl, max: 4 });
    this.#pool.on("error", () => undefined);
  }

  /** Jobs that were added beside those that are there already. */
  get copies(): number {
    return this.#copies;
  }

  async steps(): Promise<number> {
    const { rows } = await this.#pool.query(
      "select coalesce(sum(applied_steps), 0)::int as steps from burgee.rollout_plans",
    );
    return rows[0].steps;
  }

  async areDone(): Promise<boolean> {
    return (await this.#running()).length === 0;
  }

  /** Each toggle of each tenant has one plan after the other while that is wanted, and one at least; those that last are given up by `signal`. */
  async keepPlanning(planned: Planned, signal: AbortSignal, isWanted: () => boolean): Promise<void> {
    const { tenants, toggles, url } = this.#wanted;
    await Promise.all(
      tenants.flatMap(({ tenantId, personalKey }) => {
        const trpc = openTrpc(url, personalKey, ANSWERED_MS);
        return toggles.map(async (toggle) => {
          do await this.#plan(trpc, tenantId, toggle, { ...planned, signal });
          while (isWanted());
        });
      }),
    );
  }

  /** Adds jobs that are there already again, until it is told to stop. */
  async keepCopying(signal: AbortSignal): Promise<void> {
    const { queue, random } = this.#wanted;
    const log = createLogger({ level: "silent", name: "faults" });
    const queues = createQueues(queue, { applicationName: "faults", log });
    while (!signal.aborted) {
      const running = await this.#running();
      if (running.length > 0) {
        const { tenantId, planId, step, version } = random.pick(running);
        const target = { tenantId, rolloutPlanId: planId, step, version };
        const payload = parseInput(applyRolloutStepJob.payload, target);
        for (let copy = 0; copy < COPIES; copy++) {
          const job = { ...applyRolloutStepJob, jobId: () => `${planId}-${step}-copy-${copy}` };
          await queues.enqueue(job, payload).then(
            () => {
              this.#copies += 1;
            },
            () => undefined,
          );
        }
      }
      await pause(COPIES_EVERY_MS);
    }
    await queues.close();
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }

  /** Starts a plan, gives the approvals that it waits for, and waits until it has ended. */
  async #plan(
    trpc: Trpc,
    tenantId: string,
    toggle: string,
    { signal, ...planned }: Planned & { readonly signal: AbortSignal },
  ): Promise<void> {
    const { history } = this.#wanted;
    const place = `${tenantId}/${toggle}`;
    const raised = this.#raised.get(place) ?? 0;
    try {
      const scope = { project: "web", environment: "production", toggle };
      const steps = this.#stepsOf(planned, raised);
      const { id, version } = await trpc.rollouts.create.mutate({ ...scope, steps });
      const settingVersion = await this.#versionOf(tenantId, toggle);
      await trpc.rollouts.start.mutate({ id, expectedVersion: version, settingVersion });
      this.#raised.set(place, raised + planned.steps);
      history.record({ type: "planned", planId: id, steps: planned.steps } satisfies PlanEvent);

      while (!signal.aborted) {
        const [running] = await this.#running(id);
        if (running === undefined) return;
        if (running.needsApproval) {
          const approving = trpc.rollouts.approve.mutate({ id, expectedVersion: running.version });
          // Whoever is told to come back does.
          await approving.catch((error) => this.#refused(toggle, error));
        }
        await pause(LOOKS_EVERY_MS);
      }
    } catch (error) {
      this.#refused(toggle, error);
      await pause(AFTER_TROUBLE_MS);
    }
  }

  #refused(toggle: string, error: unknown): void {
    this.#wanted.history.record({ type: "refused", toggle, error: String(error) });
  }

  /** One of each that is not a time in the middle of the plan, and at its end a ramp. */
  #stepsOf({ steps, holdMs, isVaried }: Planned, raised: number): Steps {
    const { random } = this.#wanted;
    const percent = (index: number) => Math.round((raised + index + 1) * STEP * 1_000) / 1_000;
    return Array.from({ length: steps }, (_, index) => {
      const value = percent(index);
      const ms = holdMs.least + random.below(holdMs.most - holdMs.least);
      const isLast = index === steps - 1;
      if (isVaried && isLast) return { ramp: { to: value, ...RAMP } };
      const share = { type: "percentage" as const, value };
      if (isVaried && index === 2) return { share, hold: { type: "approval" } };
      if (isVaried && index === 4) {
        return { share, hold: { type: "until", at: new Date(Date.now() + UNTIL_MS).toISOString() } };
      }
      return { share, hold: { type: "time", ms: isLast ? 0 : ms } };
    });
  }

  async #versionOf(tenantId: string, toggle: string): Promise<number> {
    const { rows } = await this.#pool.query(
      `select s.version from burgee.settings s join burgee.toggles t using (tenant_id, toggle_id)
        where s.tenant_id = $1 and t.key = $2`,
      [tenantId, toggle],
    );
    return rows[0].version;
  }

  /** Those that are under way, or one of them. */
  async #running(planId?: string): Promise<readonly PlanRow[]> {
    const { rows } = await this.#pool.query<PlanRow>(
      `select tenant_id as "tenantId", rollout_plan_id as "planId", applied_steps + 1 as step, version,
         coalesce(steps -> (applied_steps - 1) #>> '{hold,type}' = 'approval', false) and released_at is null as "needsApproval"
       from burgee.rollout_plans
       where status in ('ready', 'running') and ($1::uuid is null or rollout_plan_id = $1)`,
      [planId ?? null],
    );
    return rows;
  }
}
