/** Workers at work, several processes at a time, each of which is put in the place of one that died. */
import { setTimeout as pause } from "node:timers/promises";
import { type StartedProcess, startProcess } from "../../support/started-process.ts";
import type { Random } from "../random.ts";
import { LIFE_VARIABLE, type Life, type Told } from "./life.ts";

/** How a life ends, or whether it does. */
export type Fate =
  /** It goes on until the fleet is closed. */
  | "lives"
  /** It is killed at any moment within this time, once it is at work. */
  | { readonly killedWithinMs: number }
  /** It kills itself at a point of a step. */
  | { readonly fallsAt: number }
  /** It freezes at a point of a step, for so long, and goes on. */
  | { readonly freezesAt: number; readonly forMs: number };

export interface FleetWanted {
  readonly size: number;
  readonly env: Readonly<Record<string, string>>;
  readonly random: Random;
  /** Asked for each life anew, with what was seen by then. */
  readonly next: (seen: Seen, place: number) => { readonly fate: Fate; readonly life: Life };
}

export interface Seen {
  /** What a step goes through, in its order. */
  readonly points: readonly string[];
  readonly frozen: number;
}

export interface Tally {
  /** Killed at a moment of no choosing. */
  readonly killedAtRandom: number;
  /** How often at each point of a step. */
  readonly fellAt: ReadonlyMap<string, number>;
  readonly frozen: number;
}

const PROGRAM = "test/faults/workers/worker-program.ts";
/** A step may not come for a while: then it is killed all the same. */
const PATIENCE_MS = 20_000;
const START_MS = 120_000;
const MOST_STEPS_BEFORE = 12;
const LOOKS_EVERY_MS = 10;

export class Fleet {
  readonly #wanted: FleetWanted;
  readonly #working: Promise<unknown>;
  readonly #running = new Set<StartedProcess>();
  readonly #stopping = new AbortController();
  readonly #tally = { killedAtRandom: 0, fellAt: new Map<string, number>(), frozen: 0 };
  #points: readonly string[] = [];
  #isCalm = false;

  constructor(wanted: FleetWanted) {
    this.#wanted = wanted;
    this.#working = Promise.all(Array.from({ length: wanted.size }, (_, place) => this.#keep(place)));
    this.#working.catch(() => undefined);
  }

  get tally(): Tally {
    return this.#tally;
  }

  get kills(): number {
    return [...this.#tally.fellAt.values()].reduce((sum, times) => sum + times, this.#tally.killedAtRandom);
  }

  /** What a step goes through, as far as it was seen. */
  get points(): readonly string[] {
    return this.#points;
  }

  /** From now on, whoever begins lives on. */
  calm(): void {
    this.#isCalm = true;
  }

  /** Ends all of it. Errors: of a worker that did not start. */
  async close(): Promise<void> {
    this.#stopping.abort();
    await Promise.all([...this.#running].map((worker) => worker.kill("SIGKILL")));
    await this.#working;
  }

  async #keep(place: number): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const { fate, life } = this.#wanted.next({ points: this.#points, frozen: this.#tally.frozen }, place);
      const chosen = this.#isCalm ? "lives" : fate;
      const told = { ...life, ...this.#toldOf(chosen) };
      const worker = startProcess(PROGRAM, { ...this.#wanted.env, [LIFE_VARIABLE]: JSON.stringify(told) });
      this.#running.add(worker);
      const listening = new Listening(worker, (heard) => this.#hear(heard));
      try {
        await listening.until("working", START_MS);
        await this.#fulfil(chosen, worker, listening);
        await worker.exited;
        listening.catchUp();
      } catch (error) {
        if (!signal.aborted) throw error;
      } finally {
        this.#running.delete(worker);
        listening.end();
      }
    }
  }

  async #fulfil(fate: Fate, worker: StartedProcess, listening: Listening): Promise<void> {
    const { random } = this.#wanted;
    if (fate === "lives") return;
    if ("killedWithinMs" in fate) {
      await listening.until("fateful", PATIENCE_MS).catch(() => undefined);
      await this.#killAtRandom(worker, fate.killedWithinMs * random.next());
      return;
    }
    const fell = await listening.until("fell", PATIENCE_MS).catch(() => undefined);
    if (fell?.life !== "fell") {
      await this.#killAtRandom(worker, 0);
      return;
    }
    if ("fallsAt" in fate) {
      const { fellAt } = this.#tally;
      fellAt.set(fell.name, (fellAt.get(fell.name) ?? 0) + 1);
      return;
    }
    await pause(fate.forMs);
    process.kill(worker.pid, "SIGCONT");
    this.#tally.frozen += 1;
    // Long enough to end what it was in the middle of.
    await this.#killAtRandom(worker, 1_000 + 1_000 * random.next());
  }

  async #killAtRandom(worker: StartedProcess, afterMs: number): Promise<void> {
    await pause(afterMs);
    if (this.#stopping.signal.aborted) return;
    await worker.kill("SIGKILL");
    this.#tally.killedAtRandom += 1;
  }

  #toldOf(fate: Fate): Pick<Life, "failpoint" | "fatefulStep"> {
    const fatefulStep = 1 + this.#wanted.random.below(MOST_STEPS_BEFORE);
    if (fate === "lives" || "killedWithinMs" in fate) return { fatefulStep };
    if ("fallsAt" in fate) return { fatefulStep, failpoint: { point: fate.fallsAt, signal: "SIGKILL" } };
    return { fatefulStep, failpoint: { point: fate.freezesAt, signal: "SIGSTOP" } };
  }

  #hear(told: Told): void {
    if (told.life === "step" && told.points.length > this.#points.length) this.#points = told.points;
  }
}

/** Reads what a worker tells of itself, among the lines of its log. */
class Listening {
  readonly #worker: StartedProcess;
  readonly #hear: (told: Told) => void;
  readonly #timer: NodeJS.Timeout;
  readonly #heard: Told[] = [];
  #read = 0;

  constructor(worker: StartedProcess, hear: (told: Told) => void) {
    this.#worker = worker;
    this.#hear = hear;
    this.#timer = setInterval(() => this.catchUp(), LOOKS_EVERY_MS);
  }

  catchUp(): void {
    for (const line of this.#worker.lines.slice(this.#read)) {
      if (!line.startsWith('{"life":')) continue;
      const told: Told = JSON.parse(line);
      this.#heard.push(told);
      this.#hear(told);
    }
    this.#read = this.#worker.lines.length;
  }

  /** Errors: a process that ended, or let it wait too long, before it told that. */
  async until(life: Told["life"], withinMs: number): Promise<Told> {
    const deadline = performance.now() + withinMs;
    let hasEnded = false;
    void this.#worker.exited.then(() => {
      hasEnded = true;
    });
    for (;;) {
      const wasOver = hasEnded || performance.now() >= deadline;
      this.catchUp();
      const told = this.#heard.find((each) => each.life === life);
      if (told !== undefined) return told;
      if (wasOver) throw new Error(`A worker never told ${life}:\n${this.#worker.lines.join("\n")}`);
      await pause(LOOKS_EVERY_MS);
    }
  }

  end(): void {
    clearInterval(this.#timer);
  }
}
