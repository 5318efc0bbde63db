import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";

vi.setConfig({ testTimeout: 30_000 });

const checkout = join(import.meta.dirname, "..", "..");
const folder = mkdtempSync(join(tmpdir(), "burgee-conformance-"));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("prints a line for each suite, what failed and what is left out, and ends with 1", () => {
  write("semver/comparisons.json", '[["1.1.0", "1.0.0"], ["1.0.0", "2.0.0"], ["v2.0.0", "1.0.0", true]]');
  write(
    "cel-spec/basic.textproto",
    `name: "basic" section { name: "s"
      test { name: "sum" expr: "1 + 1" value { int64_value: 2 } }
      test { name: "wrong" expr: "1 + 1" value { int64_value: 3 } }
      test { name: "fails" expr: "1 / 0" eval_error { errors { message: "any" } } }
      test { name: "fails not" expr: "1 / 1" eval_error { errors { message: "any" } } } }`,
  );

  const { status, lines } = run();

  expect(lines).toContain("semver: 1 passed, 1 failed, 1 skipped");
  expect(lines).toContain("cel-spec: 2 passed, 2 failed, 0 skipped");
  expect(lines).toContain(`murmur3: 0 passed, 0 failed, 0 skipped (not in ${folder})`);
  expect(lines).toContain("    1 + 1: expected 3; got 2");
  expect(lines).toContain("    1 / 1: expected an error; got 1");
  expect(lines).toContain(
    "| semver | v2.0.0 > 1.0.0, loosely | a leading v is refused: SemVer 2.0.0 has none |",
  );
  expect(status).toBe(1);
});

test("ends with 0 where all that is there holds", () => {
  write("semver/comparisons.json", '[["1.1.0", "1.0.0"]]');

  const { status, lines } = run();

  expect(lines).toContain("semver: 1 passed, 0 failed, 0 skipped");
  expect(status).toBe(0);
});

function write(file: string, text: string): void {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), text);
}

function run() {
  const { status, stdout } = spawnSync(
    join(checkout, "node_modules", ".bin", "node"),
    [join(checkout, "test", "conformance", "run.ts")],
    { encoding: "utf8", env: { ...process.env, CONFORMANCE_DIR: folder } },
  );
  return { status, lines: stdout.split("\n") };
}
