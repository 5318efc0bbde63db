/** `npm run axe`: every flow through the dashboard, each screen looked at by axe in every view: light, dark, 320 pixels wide, at 200 %. */
import "./require-node.mjs";
import { inCheckout } from "./checkout.mjs";
import { ProgramError, runInFront } from "./run-program.mjs";
import { showSteps } from "./steps.mjs";
import { build, ensureToolchain } from "./toolchain.mjs";

try {
  const steps = showSteps();
  await ensureToolchain(steps);
  await build();
  const vitest = inCheckout("node_modules", "vitest", "vitest.mjs");
  process.exitCode = await runInFront(
    process.execPath,
    [vitest, "run", "--project", "browser", ...process.argv.slice(2)],
    { BURGEE_AXE: "every-view" },
  );
} catch (error) {
  if (!(error instanceof ProgramError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
