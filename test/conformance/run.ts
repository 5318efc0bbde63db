/**
 * `npm run conformance`: other projects' tests of what Burgee does as well. Prints what failed, what is left out and why, and
 * a line for each suite; ends with 1 where anything failed.
 */
import { conformanceFolder } from "./conformance-folder.ts";
import { exclusionsTable } from "./exclusions-table.ts";
import type { Exclusion } from "./suite.ts";
import { suites } from "./suites.ts";

const lines: string[] = [];
const excluded: (readonly [string, Exclusion])[] = [];

for (const [name, load] of suites) {
  const suite = load(conformanceFolder);
  if (!suite) {
    lines.push(`${name}: 0 passed, 0 failed, 0 skipped (not in ${conformanceFolder})`);
    continue;
  }
  let failed = 0;
  for (const { name: title, run } of suite.cases) {
    const wrong = run();
    if (wrong === undefined) continue;
    failed += 1;
    console.log(`✗ ${name}: ${title}\n    ${wrong.replaceAll("\n", "\n    ")}`);
  }
  excluded.push(...suite.exclusions.map((exclusion) => [name, exclusion] as const));
  lines.push(
    `${name}: ${suite.cases.length - failed} passed, ${failed} failed, ${suite.exclusions.length} skipped`,
  );
  if (failed > 0) process.exitCode = 1;
}

if (excluded.length > 0) console.log(`\n${exclusionsTable(excluded)}\n`);
console.log(lines.join("\n"));
