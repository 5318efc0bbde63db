/** `npm run bench:server`: reads over HTTP beside another service's server, which is installed for it when first asked. */
import "./require-node.mjs";
import { inCheckout } from "./checkout.mjs";
import { runBuilt } from "./run-built.mjs";
import { ProgramError } from "./run-program.mjs";
import { showSteps } from "./steps.mjs";
import { ensurePackages } from "./toolchain.mjs";

const args = process.argv.slice(2);
try {
  if (!args.includes("--no-peer")) await ensurePackages(showSteps(), inCheckout("bench", "unleash-server"));
} catch (error) {
  if (!(error instanceof ProgramError)) throw error;
  console.log(`  left out: unleash-server, which could not be installed (${error.message.split("\n")[0]})`);
  args.push("--no-peer");
}
await runBuilt([inCheckout("bench", "server", "run.ts")], { args });
