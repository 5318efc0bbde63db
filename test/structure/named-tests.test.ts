import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, test } from "vitest";
import { checkout } from "../support/private-folder.ts";

const page = readFileSync(join(checkout, "docs", "security.md"), "utf8");
const rows = page.split("\n").filter((line) => /^\| A\d+ \|/.test(line));
const THREATS = [...Array.from({ length: 17 }, (_, n) => n + 1), 19, 20, 21, 25, 26, 28].map((n) => `A${n}`);

test("docs/security.md has a row for each threat, in order", () => {
  expect(rows.map((row) => row.split(" ")[1])).toEqual(THREATS);
});

test.each(rows.map((row) => [row.split("|")[2]?.trim(), row]))("%s: its tests are there", (_, row) => {
  const named = testsIn(row);

  expect(named.length).toBeGreaterThan(0);
  expect(named.filter((file) => !existsSync(join(checkout, file)))).toEqual([]);
});

test("every other test that the page names is there", () => {
  const files = ["packages", "apps", "test"].flatMap((folder) =>
    readdirSync(join(checkout, folder), { recursive: true, encoding: "utf8" }),
  );
  const names = new Set(files.filter((file) => !file.includes("node_modules")).map((file) => basename(file)));

  expect(testsIn(page).filter((file) => !names.has(basename(file)))).toEqual([]);
});

function testsIn(text: string): readonly string[] {
  return text.match(/[\w./-]+\.test\.ts/g) ?? [];
}
