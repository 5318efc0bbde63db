import { type ChildProcess, fork } from "node:child_process";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { AppError } from "../errors/app-error.ts";
import type { HashingTask } from "./hashing-program.ts";

/** A hash takes a tenth of a second, and ten times that on a core that others want. */
const PATIENCE_MS = 20_000;
/** One that does not live is not started again and again. */
const REST_MS = 1_000;
const program = fileURLToPath(new URL(`./hashing-program${extname(import.meta.url)}`, import.meta.url));
const answer = z.object({
  id: z.int(),
  value: z.union([z.string(), z.boolean()]).optional(),
  failure: z.string().optional(),
});

interface Waiting {
  readonly resolve: (value: string | boolean) => void;
  readonly reject: (error: Error) => void;
  readonly patience: NodeJS.Timeout;
}

/**
 * A process of its own that hashes, of lower priority than this one: a hash takes a whole core, and whatever else this process
 * answers must not wait for one. It is started when it is first asked, and anew after it died.
 */
export class HashingProcess {
  readonly #program: string;
  readonly #waiting = new Map<number, Waiting>();
  #child: ChildProcess | undefined;
  #startedMs = Number.NEGATIVE_INFINITY;
  #lastId = 0;

  constructor(path = program) {
    this.#program = path;
  }

  /** Undefined while there is none. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** @throws {AppError} "unavailable" where the process died, does not answer, or was started a moment ago and is gone */
  async ask(task: HashingTask): Promise<string | boolean> {
    const child = this.#child ?? this.#start();
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve, reject) => {
      const patience = setTimeout(() => child.kill("SIGKILL"), PATIENCE_MS);
      this.#waiting.set(id, { resolve, reject, patience });
      // While somebody waits, this process stays.
      child.channel?.ref();
      child.send({ id, task }, (error) => {
        if (error) this.#settle(id)?.reject(away(error));
      });
    });
  }

  #start(): ChildProcess {
    const nowMs = performance.now();
    if (nowMs - this.#startedMs < REST_MS) throw away();
    this.#startedMs = nowMs;
    const child = fork(this.#program, { execArgv: [], env: {}, stdio: "ignore" });
    child.unref();
    child.channel?.unref();
    child.on("message", (message) => this.#hear(message));
    child.once("error", (error) => this.#bury(child, error));
    child.once("exit", () => this.#bury(child));
    this.#child = child;
    return child;
  }

  #hear(message: unknown): void {
    const { id, value, failure } = answer.parse(message);
    const waiting = this.#settle(id);
    if (value !== undefined) waiting?.resolve(value);
    else waiting?.reject(new Error(`A password was not hashed: ${failure}`));
  }

  #bury(child: ChildProcess, cause?: Error): void {
    if (this.#child !== child) return;
    this.#child = undefined;
    for (const id of [...this.#waiting.keys()]) this.#settle(id)?.reject(away(cause));
  }

  #settle(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    if (!waiting) return undefined;
    clearTimeout(waiting.patience);
    this.#waiting.delete(id);
    if (this.#waiting.size === 0) this.#child?.channel?.unref();
    return waiting;
  }
}

function away(cause?: Error): AppError {
  return new AppError("unavailable", "Passwords can't be looked at at this moment; try again shortly.", {
    cause,
  });
}
