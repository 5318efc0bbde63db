/** `npm run fuzz -- --runs 1000000 --seed N`: random programs; the closures and the reference evaluator must agree. */
import "./require-node.mjs";
import { inCheckout } from "./checkout.mjs";
import { runBuilt } from "./run-built.mjs";

await runBuilt([inCheckout("packages", "engine", "test", "fuzz", "run.ts")]);
