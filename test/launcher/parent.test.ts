import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";
import { waitUntilGone } from "../../launcher/running-process.mjs";

const parentModule = join(import.meta.dirname, "..", "..", "launcher", "parent.mjs");

test("ends when the process that started it was killed without a word", async () => {
  const program = `
    const { watchParent } = await import(${JSON.stringify(parentModule)});
    watchParent(() => process.exit());
    setInterval(() => {}, 1000);
    console.log(process.pid);`;
  // A shell with more to do after it stays its parent.
  const shell = spawn("/bin/sh", [
    "-c",
    '"$@"; true',
    "sh",
    process.execPath,
    "--input-type=module",
    "-e",
    program,
  ]);
  const lines = createInterface({ input: shell.stdout });
  const pid = Number(await new Promise((line) => lines.once("line", line)));

  shell.kill("SIGKILL");

  expect(await waitUntilGone(pid, 5_000)).toBe(true);
});
