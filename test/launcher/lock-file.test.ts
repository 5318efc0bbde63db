import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { takeLock } from "../../launcher/lock-file.mjs";

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "burgee-lock-"));
  file = join(folder, "lock");
});

afterEach(() => rmSync(folder, { recursive: true }));

test("names the live process that holds the lock", () => {
  takeLock(file);

  expect(takeLock(file)).toEqual({ heldBy: process.pid });
});

test("is free again once released", () => {
  const lock = takeLock(file);
  if ("release" in lock) lock.release();

  expect(takeLock(file)).toHaveProperty("release");
});

test("takes over the lock of a process that was killed", async () => {
  const launcher = join(import.meta.dirname, "..", "..", "launcher", "lock-file.mjs");
  const program = `(await import(${JSON.stringify(launcher)})).takeLock(${JSON.stringify(file)}); process.kill(process.pid, "SIGKILL");`;
  await once(spawn(process.execPath, ["--input-type=module", "-e", program]), "exit");

  expect(takeLock(file)).toHaveProperty("release");
});

test("takes over a lock whose process id was given to another process since", () => {
  writeFileSync(file, `${process.pid} another-birth`);

  const lock = takeLock(file);

  expect(lock).toHaveProperty("release");
  expect(readFileSync(file, "utf8")).not.toContain("another-birth");
});
