/** `npm run faults -- NAME --short --seed N --planted BUG`: breaks what Burgee leans on, for real, and checks what was promised. */
import "./require-node.mjs";
import { inCheckout } from "./checkout.mjs";
import { runBuilt } from "./run-built.mjs";

await runBuilt([inCheckout("test", "faults", "run.ts")]);
