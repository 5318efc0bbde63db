/** `npm run conformance`: other projects' tests, from ../shared/conformance or the folder CONFORMANCE_DIR. */
import "./require-node.mjs";
import { inCheckout } from "./checkout.mjs";
import { runBuilt } from "./run-built.mjs";

await runBuilt([inCheckout("test", "conformance", "run.ts")]);
