import { statSync } from "node:fs";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Small files first: the vectors kill most mutants within milliseconds, where properties take seconds. */
class SmallFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const bytes = ({ moduleId }: TestSpecification) => statSync(moduleId).size;
    return files.toSorted((one, other) => bytes(one) - bytes(other));
  }
}

/** The engine's unit tests that ask for evaluations or buckets: every mutant runs those that reach it. */
export default defineConfig({
  test: {
    include: ["packages/engine/src/{evaluation,bucketing,explain}/**/*.test.ts"],
    setupFiles: ["test/mutants/fixed-draws.ts"],
    sequence: { sequencer: SmallFirst },
    isolate: false,
    testTimeout: 60_000,
  },
});
