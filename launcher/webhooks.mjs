/** `npm run webhooks -- --count 10000 --seed 1`: that many deliveries to an endpoint that loses three answers in ten. */
import "./require-node.mjs";
import { parseArgs } from "node:util";
import { inCheckout } from "./checkout.mjs";
import { ProgramError, runInFront } from "./run-program.mjs";
import { showSteps } from "./steps.mjs";
import { build, ensureToolchain } from "./toolchain.mjs";

const FILE = "apps/worker/src/webhooks/lost-answers.service.test.ts";

const { values } = parseArgs({
  options: {
    count: { type: "string", default: "10000" },
    seed: { type: "string", default: "1" },
  },
});
const { count, seed } = values;
if (![count, seed].every((number) => /^[1-9]\d{0,8}$/.test(number))) {
  console.error("--count is a number of deliveries, and --seed a whole number.");
  process.exit(1);
}

try {
  await ensureToolchain(showSteps());
  await build();
  const vitest = inCheckout("node_modules", "vitest", "vitest.mjs");
  process.exitCode = await runInFront(
    process.execPath,
    [vitest, "run", FILE, "--project=service", "--disable-console-intercept"],
    { BURGEE_WEBHOOKS_COUNT: count, BURGEE_WEBHOOKS_SEED: seed },
  );
} catch (error) {
  if (!(error instanceof ProgramError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
