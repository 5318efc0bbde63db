/** `npm run mutants`: breaks evaluation and bucketing in every small way; the engine's tests must notice 90 % of them. */
import "./require-node.mjs";
import { join } from "node:path";
import { inCheckout } from "./checkout.mjs";
import { runBuilt } from "./run-built.mjs";
import { showSteps } from "./steps.mjs";
import { ensurePackages } from "./toolchain.mjs";

const folder = inCheckout("test", "mutants");
const stryker = join(folder, "node_modules", "@stryker-mutator", "core", "bin", "stryker.js");

await ensurePackages(showSteps(), folder);
await runBuilt([stryker], { args: ["run", join(folder, "stryker.config.mjs"), ...process.argv.slice(2)] });
