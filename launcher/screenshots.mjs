/** `npm run screenshots`: pictures of the dashboard's pages, made from the demo. */
import "./require-node.mjs";
import { inCheckout } from "./checkout.mjs";
import { runBuilt } from "./run-built.mjs";

await runBuilt([inCheckout("apps", "dashboard", "test", "screenshots", "run.ts")]);
