/** `npm run bench`: measures speed, as ratios within one run. Node 24 runs the TypeScript as it stands. */
import "./require-node.mjs";
import { inCheckout } from "./checkout.mjs";
import { runBuilt } from "./run-built.mjs";

await runBuilt([inCheckout("bench", "run.ts")]);
