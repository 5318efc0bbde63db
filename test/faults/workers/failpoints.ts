/**
 * Points before and after everything that a step waits for: each statement on PostgreSQL, each command to Redis, its end. At the one that it
 * is told, the process kills or freezes itself. The step's own code knows nothing of them.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { Redis } from "ioredis";
import pg from "pg";
import type { Failpoint, Life } from "./life.ts";
import { tell } from "./tell.ts";

interface Step {
  readonly isArmed: boolean;
  readonly points: string[];
}

const steps = new AsyncLocalStorage<Step>();
let failpoint: Failpoint | undefined;
let fatefulStep = 1;
let begun = 0;
let most = 0;

/** From now on, what is done within {@link inStep} goes through points. */
export function setUpFailpoints(life: Pick<Life, "failpoint" | "fatefulStep">): void {
  failpoint = life.failpoint;
  fatefulStep = life.fatefulStep ?? 1;
  watch(pg.Client.prototype, "query", statementName);
  watch(Redis.prototype, "sendCommand", commandName);
}

/** Runs a step; what it leaves running is a part of it. */
export async function inStep(work: () => Promise<void>): Promise<void> {
  begun += 1;
  if (begun === fatefulStep) tell({ life: "fateful" });
  const step = { isArmed: begun >= fatefulStep, points: [] };
  await steps.run(step, async () => {
    await work();
    pass("the end of the job");
  });
}

function watch(prototype: object, method: string, nameOf: (first: unknown) => string): void {
  const original = Reflect.get(prototype, method);
  Reflect.set(prototype, method, function watched(this: unknown, ...args: unknown[]) {
    const name = steps.getStore() && nameOf(args[0]);
    if (name === undefined) return Reflect.apply(original, this, args);
    pass(`before ${name}`);
    const answer = Reflect.apply(original, this, args);
    // Registered before whoever waits for it, and so called before.
    if (answer instanceof Promise) {
      answer.then(
        () => pass(`after ${name}`),
        () => undefined,
      );
    }
    return answer;
  });
}

function pass(name: string): void {
  const step = steps.getStore();
  if (step === undefined) return;
  step.points.push(name);
  const { length } = step.points;
  if (step.isArmed && length === failpoint?.point) fall(name, failpoint);
  if (length <= most) return;
  most = length;
  if (name === "the end of the job" || name.startsWith("after")) tell({ life: "step", points: step.points });
}

function fall(name: string, { point, signal }: Failpoint): void {
  failpoint = undefined;
  tell({ life: "fell", point, name });
  process.kill(process.pid, signal);
}

/** `update settings`, `insert into outbox`, `commit` */
function statementName(statement: unknown): string {
  const text = typeof statement === "string" ? statement : String(Reflect.get(Object(statement), "text"));
  const words = text
    .trim()
    .replaceAll(/"|burgee\.|bullmq\./g, "")
    .split(/[\s(]+/);
  const [verb = "", ...rest] = words.map((word) => word.toLowerCase());
  const table = { select: "from", insert: "into", delete: "from" }[verb];
  const at = table === undefined ? -1 : rest.indexOf(table);
  return `${verb} ${(at >= 0 ? rest[at + 1] : rest[0]) ?? ""}`.trim();
}

/** `evalsha`, `zadd` */
function commandName(command: unknown): string {
  return `redis ${Reflect.get(Object(command), "name")}`;
}
