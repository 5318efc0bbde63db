import { execFileSync } from "node:child_process";
import {
  closeSync,
  constants,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventually } from "@burgee/test-support";
import { expect, onTestFinished, test } from "vitest";
import { createLogger } from "./create-logger.ts";
import { standardOutput } from "./standard-output.ts";

/** A file on which there is never any room; Linux has one. */
const FULL = "/dev/full";

test.skipIf(!existsSync(FULL))("a disk that is full fails nobody who logs", () => {
  // It stays open: what waits is tried for as long as the process lives, and would go to the next file of this number.
  const sink = standardOutput(openSync(FULL, "w"));

  expect(() => {
    for (let line = 0; line < 5_000; line++) sink.write(`${"x".repeat(1_000)}\n`);
  }).not.toThrow();
});

test("each line is there once it was logged", () => {
  const folder = mkdtempSync(join(tmpdir(), "burgee-log-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "log");
  const fd = openSync(file, "w");
  onTestFinished(() => closeSync(fd));

  createLogger({ level: "info", name: "test", sink: standardOutput(fd) }).info("Here.");

  expect(readFileSync(file, "utf8")).toMatch(/"msg":"Here\."\}\n$/);
});

test("what waited is written once there is room, in order, before what comes after", async () => {
  const folder = mkdtempSync(join(tmpdir(), "burgee-log-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const pipe = join(folder, "pipe");
  execFileSync("/bin/sh", ["-c", 'mkfifo "$1"', "sh", pipe]);
  const reader = openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK);
  const writer = openSync(pipe, constants.O_WRONLY | constants.O_NONBLOCK);
  onTestFinished(() => [reader, writer].forEach(closeSync));
  const sink = standardOutput(writer);
  const lines = Array.from({ length: 300 }, (_, index) => `${index} ${"x".repeat(1_000)}\n`);

  for (const line of lines) sink.write(line);

  let read = "";
  const bytes = Buffer.alloc(16_384);
  await eventually(() => {
    read += bytes.toString("utf8", 0, readSync(reader, bytes));
    return read.length === lines.join("").length;
  });
  expect(read).toBe(lines.join(""));
});
