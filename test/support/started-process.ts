import { spawn } from "node:child_process";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { eventually } from "./eventually.ts";
import { checkout } from "./private-folder.ts";

/** How a process ended: by itself with a code, or by a signal. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A real process under test. */
export interface StartedProcess {
  readonly pid: number;
  /** What it wrote so far, standard output and error in the order of arrival. */
  readonly lines: readonly string[];
  readonly exited: Promise<Ending>;
  /** Sends a signal (SIGTERM unless told) and waits for the end. One that has ended stays so. */
  kill(signal?: NodeJS.Signals): Promise<Ending>;
  /** Waits for a line; the error says all that was written. */
  line(pattern: RegExp, options?: { readonly timeoutMs?: number }): Promise<string>;
}

const NODE = join(checkout, "node_modules", ".bin", "node");

/**
 * Runs a built program (path from the root of the checkout) on Node 24. Of our environment it gets only `PATH` and `HOME`.
 * A program that listens for it can notice our end: `BURGEE_PARENT=1` and an IPC channel, which then disconnects.
 */
export function startProcess(
  script: string,
  env: Readonly<Record<string, string>> = {},
  args: readonly string[] = [],
): StartedProcess {
  const { PATH = "", HOME = "" } = process.env;
  const child = spawn(NODE, ["--enable-source-maps", resolve(checkout, script), ...args], {
    cwd: checkout,
    env: { PATH, HOME, BURGEE_PARENT: "1", ...env },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  const { pid, stdout, stderr } = child;
  if (pid === undefined || stdout === null || stderr === null) throw new Error(`${script} did not start.`);

  const lines: string[] = [];
  for (const input of [stdout, stderr]) createInterface({ input }).on("line", (line) => lines.push(line));
  const exited = new Promise<Ending>((end) => child.once("close", (code, signal) => end({ code, signal })));
  killWithUs(() => child.kill("SIGKILL"), exited);

  return {
    pid,
    lines,
    exited,
    kill: (signal = "SIGTERM") => {
      child.kill(signal);
      return exited;
    },
    line: (pattern, options) =>
      eventually(() => {
        const found = lines.find((line) => pattern.test(line));
        if (found === undefined)
          throw new Error(`${script} wrote no line like ${pattern}:\n${lines.join("\n")}`);
        return found;
      }, options),
  };
}

/** A test that fails before it stops its processes leaves none behind. */
function killWithUs(kill: () => void, exited: Promise<unknown>): void {
  process.once("exit", kill);
  void exited.then(() => process.off("exit", kill));
}
