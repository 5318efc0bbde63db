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
    console.log(JSON.stringify({ level: "error", msg: "Lost the database.", err: { message: "ECONNRESET" } }));`);

  await service.exited;
  terminal.mockRestore();

  expect(shown).toEqual(["part: Lost the database: ECONNRESET"]);
  expect(service.lastLines()).toEqual(["listening", "Lost the database: ECONNRESET"]);
  await eventually(() =>
    expect(readFileSync(join(folder, "part.log"), "utf8").trim().split("\n")).toHaveLength(2),
  );
});

test("shows once what several connections tell of one server, and that it is back", async () => {
  const shown = await shownBy(`
    const lost = JSON.stringify({ level: "warn", msg: "Redis is gone." });
    const found = JSON.stringify({ level: "info", msg: "Redis is back.", recovered: true });
    for (const line of [lost, lost, found, found, lost]) console.log(line);`);

  expect(shown).toEqual(["part: Redis is gone.", "part: Redis is back.", "part: Redis is gone."]);
});

test("shows nothing more once something else was told to have ended everything", async () => {
  const shown = await shownBy(`console.error("lost the database");`, AbortSignal.abort());

  expect(shown).toEqual([]);
});

async function shownBy(source: string, quiet?: AbortSignal): Promise<readonly string[]> {
  const shown: string[] = [];
  const terminal = vi.spyOn(console, "error").mockImplementation((line) => shown.push(line));
  await start(source, quiet).exited;
  terminal.mockRestore();
  return shown;
}

function start(source: string, quiet?: AbortSignal) {
  const script = join(folder, "part.mjs");
  writeFileSync(script, source);
  return startService({
    name: "part",
    script,
    env: {},
    logFile: join(folder, "part.log"),
    ...(quiet && { quiet }),
  });
}
