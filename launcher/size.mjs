/**
 * `npm run size`: what the engine and the SDK weigh, and how long the SDK takes to start, beside other services' SDKs, which are installed
 * for it when first asked; and what the api's start takes.
 */
import "./require-node.mjs";
import { inCheckout } from "./checkout.mjs";
import { runBuilt } from "./run-built.mjs";
import { showSteps } from "./steps.mjs";
import { ensurePackages } from "./toolchain.mjs";

await ensurePackages(showSteps(), inCheckout("bench", "peers"));
await runBuilt(
  ["measure-engine.mjs", "measure-sdk.mjs", "measure-start.mjs", "measure-api.mjs"].map((file) =>
    inCheckout("launcher", file),
  ),
);
