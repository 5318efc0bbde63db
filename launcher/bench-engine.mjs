/** `npm run bench:engine`: the engine beside other services' engines, which are installed for it when first asked. */
import "./require-node.mjs";
import { inCheckout } from "./checkout.mjs";
import { runBuilt } from "./run-built.mjs";
import { showSteps } from "./steps.mjs";
import { ensurePackages } from "./toolchain.mjs";

await ensurePackages(showSteps(), inCheckout("bench", "peers"));
await runBuilt([inCheckout("bench", "engine", "run.ts")]);
