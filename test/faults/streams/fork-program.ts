/** Programs that hold many connections, each a process of its own, so that what it costs falls on nobody else. */
import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import { checkout } from "../../support/private-folder.ts";

/** `Told` is what the program says, as it sends it; it and its caller are one piece of work. */
export class Program<Asked extends object, Told extends { readonly type: string }> {
  readonly pid: number;
  readonly #child: ChildProcess;
  readonly #listeners = new Set<(told: Told) => void>();

  /** @param file in this folder */
  constructor(file: string, env: Readonly<Record<string, string>> = {}) {
    const { PATH = "", HOME = "" } = process.env;
    this.#child = fork(join(import.meta.dirname, file), {
      cwd: checkout,
      execPath: join(checkout, "node_modules", ".bin", "node"),
      execArgv: [],
      env: { PATH, HOME, ...env },
      stdio: ["ignore", "inherit", "inherit", "ipc"],
      serialization: "advanced",
    });
    if (this.#child.pid === undefined) throw new Error(`${file} did not start.`);
    this.pid = this.#child.pid;
    this.#child.on("message", (told: Told) => {
      for (const listener of this.#listeners) listener(told);
    });
  }

  tell(asked: Asked): void {
    this.#child.send(asked);
  }

  /** Calls back with all that it says from now on; answers what ends that. */
  listen(listener: (told: Told) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The next thing of that type that it says. */
  next<Type extends Told["type"]>(type: Type, withinMs = 60_000): Promise<Extract<Told, { type: Type }>> {
    return new Promise((resolve, reject) => {
      const isOne = (told: Told): told is Extract<Told, { type: Type }> => told.type === type;
      const stop = this.listen((told) => {
        if (!isOne(told)) return;
        clearTimeout(patience);
        stop();
        resolve(told);
      });
      const patience = setTimeout(() => {
        stop();
        reject(new Error(`Process ${this.pid} did not say ${type} within ${withinMs} ms.`));
      }, withinMs);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = new Promise((resolve) => this.#child.once("exit", resolve));
    this.#child.kill("SIGKILL");
    await gone;
  }
}

/** One clock for all processes of this machine, in milliseconds. */
export function machineMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
