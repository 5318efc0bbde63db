import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

/** Packages resolve to their sources, so that a test sees the code as written and coverage counts its lines. */
const conditions = ["burgee:source"];
const resolve = { conditions };
const ssr = { resolve: { conditions, externalConditions: conditions } };

export default defineConfig({
  resolve,
  ssr,
  test: {
    // By itself one for each core but one: on a machine with two, all that tests wait for would be waited for in turn.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    coverage: {
      provider: "v8",
      include: ["packages/engine/src/**", "packages/core/src/**", "packages/sdk-js/src/**"],
      exclude: ["**/*.test.ts"],
      reporter: ["text-summary", "json-summary"],
      thresholds: {
        "packages/engine/src/**": { lines: 90 },
        "packages/core/src/**": { lines: 90 },
        "packages/sdk-js/src/**": { lines: 90 },
      },
    },
    projects: [
      {
        resolve,
        ssr,
        test: {
          name: "unit",
          // Files share the modules that they import: to load them again for each took longer than most of what is tested.
          isolate: false,
          testTimeout: 30_000,
          include: [
            "{packages,apps}/*/src/**/*.test.{ts,tsx}",
            "test/{structure,launcher,packaging,conformance}/**/*.test.ts",
          ],
          exclude: ["**/*.service.test.ts"],
        },
      },
      {
        resolve,
        ssr,
        test: {
          name: "service",
          isolate: false,
          include: ["{packages,apps}/*/src/**/*.service.test.ts"],
          globalSetup: ["test/support/global-setup.ts"],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        resolve,
        ssr,
        test: {
          name: "end-to-end",
          include: ["test/{end-to-end,browser}/**/*.test.ts"],
          globalSetup: ["test/support/global-setup.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
      {
        resolve,
        ssr,
        test: {
          name: "browser",
          include: ["apps/dashboard/test/**/*.flow.test.ts"],
          globalSetup: ["apps/dashboard/test/support/global-setup.ts"],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
      {
        resolve,
        ssr,
        test: {
          name: "faults",
          include: ["test/faults/**/*.test.ts"],
          exclude: ["test/faults/timed-rows.test.ts"],
          globalSetup: ["test/support/global-setup.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // Most of theirs is waiting.
          sequence: { groupOrder: 3 },
        },
      },
      {
        resolve,
        ssr,
        test: {
          name: "timed-faults",
          include: ["test/faults/timed-rows.test.ts"],
          globalSetup: ["test/support/global-setup.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 4 },
        },
      },
    ],
  },
});
