import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, afterEach, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "burgee-lifecycle-"));
const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});
afterAll(() => rmSync(folder, { recursive: true }));

test("stops what was started last first, and ends with 0", async () => {
  const { child, lines, ended } = await start(`
    lifecycle.onStop("database", () => say("database closed"));
    lifecycle.onStop("server", async () => say("server closed"));
  `);

  child.kill("SIGTERM");

  expect(await ended).toEqual([0, null]);
  expect(lines).toEqual(["ready", "server closed", "database closed"]);
});

test("gives up a step at its bound, goes on with the others, and ends with 1", async () => {
  const { child, lines, ended } = await start(`
    lifecycle.onStop("database", () => say("database closed"));
    lifecycle.onStop("streams", () => new Promise(() => {}), { boundMs: 20 });
    lifecycle.onStop("server", () => { throw new Error("no"); });
  `);

  child.kill("SIGINT");

  expect(await ended).toEqual([1, null]);
  expect(lines).toEqual(["ready", "database closed"]);
});

test("keeps all steps together within the whole bound", async () => {
  const { child, ended } = await start(
    `for (const name of ["a", "b", "c"]) lifecycle.onStop(name, () => new Promise(() => {}));`,
    "{ boundMs: 30 }",
  );

  child.kill("SIGTERM");

  expect(await ended).toEqual([1, null]);
});

test("ends at once on a second signal", async () => {
  const { child, lines, ended } = await start(`
    lifecycle.onStop("server", () => { say("closing"); return new Promise(() => {}); });
  `);

  child.kill("SIGTERM");
  await expect.poll(() => lines).toContain("closing");
  child.kill("SIGINT");

  expect(await ended).toEqual([130, null]);
});

test("tells those who wait that stopping began", async () => {
  const { child, lines, ended } = await start(`
    lifecycle.stopping.addEventListener("abort", () => say("stopping"));
  `);

  child.kill("SIGTERM");

  expect(await ended).toEqual([0, null]);
  expect(lines).toEqual(["ready", "stopping"]);
});

test("stops in order when the parent goes away", async () => {
  const { child, lines, ended } = await start(`lifecycle.onStop("server", () => say("server closed"));`);

  child.disconnect();

  expect(await ended).toEqual([0, null]);
  expect(lines).toEqual(["ready", "server closed"]);
});

test.each([
  ["a rejection that nobody handled", `Promise.reject(new Error("lost"));`],
  ["an error that nobody caught", `setImmediate(() => { throw new Error("lost"); });`],
])("logs %s as fatal and ends with 1", async (_, failure) => {
  const { lines, ended } = await start(failure);

  expect(await ended).toEqual([1, null]);
  expect(lines).toContain("fatal: lost");
});

/** Runs a program of its own with a lifecycle, `say` for a line, and a timer that would keep it alive. */
async function start(body: string, options = "{}") {
  const program = join(folder, `program-${children.length}-${performance.now()}.mjs`);
  writeFileSync(
    program,
    `
    import { createLifecycle } from ${JSON.stringify(join(import.meta.dirname, "create-lifecycle.ts"))};
    const say = (line) => { process.stdout.write(line + "\\n"); };
    const quiet = () => {};
    const log = { info: quiet, warn: quiet, error: quiet, fatal: ({ err }) => say("fatal: " + err.message) };
    const lifecycle = createLifecycle({ log, ...${options} });
    setInterval(quiet, 60_000);
    say("ready");
    ${body}
    `,
  );
  const child = fork(program, { silent: true, env: { ...process.env, BURGEE_PARENT: "1" }, execArgv: [] });
  children.push(child);

  const lines: string[] = [];
  if (!child.stdout) throw new Error("The program has no output.");
  const output = createInterface({ input: child.stdout }).on("line", (line) => lines.push(line));
  const ended = Promise.all([once(child, "exit"), once(output, "close")]).then(([exit]) => exit);
  await Promise.race([once(output, "line"), ended]);
  return { child, lines, ended };
}
