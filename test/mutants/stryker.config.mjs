/**
 * Mutants of what decides who gets what. The engine's own tests must kill them; docs/mutants.md says why some live.
 *
 * @type {import("@stryker-mutator/api/core").PartialStrykerOptions}
 */
export default {
  mutate: ["packages/engine/src/{evaluation,bucketing}/**/*.ts", "!packages/engine/src/**/*.test.ts"],
  testRunner: "vitest",
  vitest: { configFile: "test/mutants/vitest.config.ts" },
  coverageAnalysis: "perTest",
  concurrency: 2,
  thresholds: { high: 95, low: 90, break: 90 },
  incremental: true,
  incrementalFile: ".burgee/mutants/incremental.json",
  tempDirName: ".burgee/mutants/sandbox",
  cleanTempDir: "always",
  ignorePatterns: [
    "/**",
    "!/packages/engine/{src,test,vectors}/**",
    "!/packages/engine/{package,tsconfig}.json",
    "!/test/mutants/*.ts",
    "!/{package,tsconfig.base}.json",
  ],
  disableTypeChecks: false,
  reporters: ["progress-append-only", "clear-text", "json", "html"],
  clearTextReporter: { allowColor: false, allowEmojis: false, reportTests: false, skipFull: true },
  jsonReporter: { fileName: ".burgee/mutants/mutants.json" },
  htmlReporter: { fileName: ".burgee/mutants/mutants.html" },
};
