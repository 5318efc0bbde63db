/** `npm run probes -- --count 100000`: one tenant asks with another's names; with both layers between them, and with each alone. */
import "./require-node.mjs";
import { parseArgs } from "node:util";
import { inCheckout } from "./checkout.mjs";
import { ProgramError, runInFront } from "./run-program.mjs";
import { showSteps } from "./steps.mjs";
import { build, ensureToolchain } from "./toolchain.mjs";

const FILE = "apps/api/src/access/cross-tenant-probes.service.test.ts";

const { values } = parseArgs({
  options: {
    count: { type: "string", default: "100000" },
    seed: { type: "string", default: "1" },
    mode: { type: "string" },
  },
});
const { count, seed, mode } = values;
if (![count, seed].every((number) => /^[1-9]\d{0,8}$/.test(number))) {
  console.error("--count is a number of probes in each mode, and --seed a whole number.");
  process.exit(1);
}

try {
  await ensureToolchain(showSteps());
  await build();
  const vitest = inCheckout("node_modules", "vitest", "vitest.mjs");
  const chosen = mode === undefined ? [] : ["--testNamePattern", `with ${mode}`];
  process.exitCode = await runInFront(
    process.execPath,
    [vitest, "run", FILE, "--project=service", "--disable-console-intercept", ...chosen],
    { BURGEE_PROBES_COUNT: count, BURGEE_PROBES_SEED: seed },
  );
} catch (error) {
  if (!(error instanceof ProgramError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
