/** `npm run bench:dashboard`: how long the list of 5,000 toggles makes a person wait in a browser. */
import "./require-node.mjs";
import { inCheckout } from "./checkout.mjs";
import { runBuilt } from "./run-built.mjs";

await runBuilt([inCheckout("apps", "dashboard", "test", "bench", "run.ts")]);
