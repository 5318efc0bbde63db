import { writeFileSync } from "node:fs";

/**
 * What became of a test run. `brokenFiles` could not be loaded, so that nobody knows their tests;
 * `strayErrors` were thrown outside of any test.
 *
 * @typedef {{ passed: number, failed: number, skipped: number, brokenFiles: number, strayErrors: number }} TestCounts
 */

/** A vitest reporter that leaves the counts in the file named by BURGEE_TEST_COUNTS. */
export default class CountTests {
  /**
   * @param {ReadonlyArray<import("vitest/node").TestModule>} modules
   * @param {ReadonlyArray<unknown>} strayErrors
   */
  onTestRunEnd(modules, strayErrors) {
    /** @type {TestCounts} */
    const counts = { passed: 0, failed: 0, skipped: 0, brokenFiles: 0, strayErrors: strayErrors.length };
    for (const module of modules) {
      let failures = 0;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        counts[state === "pending" ? "skipped" : state] += 1;
        if (state === "failed") failures += 1;
      }
      if (module.state() === "failed" && failures === 0) counts.brokenFiles += 1;
    }
    const file = process.env.BURGEE_TEST_COUNTS;
    if (file) writeFileSync(file, JSON.stringify(counts));
  }
}
