import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { waitUntilGone } from "../../launcher/running-process.mjs";
import { startService } from "../../launcher/service.mjs";
import { eventually } from "../support/eventually.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "burgee-service-"));
});

afterEach(() => rmSync(folder, { recursive: true }));

test("stops a process in order and leaves none behind", async () => {
  const service = start(`
    process.on("SIGTERM", () => { console.log("ended well"); process.exit(0); });
    setInterval(() => {}, 1000); console.log("up");`);
  await eventually(() => service.lastLines().includes("up"));

  await service.stop();

  expect(service.lastLines()).toEqual(["up", "ended well"]);
  expect(await service.exited).toBe("code 0");
  expect(await waitUntilGone(service.pid, 0)).toBe(true);
});

test("tells how a process ended unasked, and what it wrote last", async () => {
  const service = start(`console.log("all is lost"); process.exit(3);`);

  expect(await service.exited).toBe("code 3");
  expect(service.lastLines()).toEqual(["all is lost"]);
});

test("logs everything to the file, and shows only warnings and errors", async () => {
  const shown: string[] = [];
  const terminal = vi.spyOn(console, "error").mockImplementation((line) => shown.push(line));
  const service = start(`
    console.log(JSON.stringify({ level: "info", msg: "listening" }));
    console.log(JSON.stringify({ level: "error", msg: "lost the database", err: { message: "ECONNRESET" } }));`);

  await service.exited;
  terminal.mockRestore();

  expect(shown).toEqual(["part: lost the database: ECONNRESET"]);
  await eventually(() =>
    expect(readFileSync(join(folder, "part.log"), "utf8").trim().split("\n")).toHaveLength(2),
  );
});

function start(source: string) {
  const script = join(folder, "part.mjs");
  writeFileSync(script, source);
  return startService({ name: "part", script, env: {}, logFile: join(folder, "part.log") });
}
