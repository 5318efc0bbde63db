/** `npm run bench:export -- --entries 1000000`: what exports of audit trails take, and that a kill changes none of their bytes. */
import "./require-node.mjs";
import { inCheckout } from "./checkout.mjs";
import { runBuilt } from "./run-built.mjs";

await runBuilt([inCheckout("bench", "exports", "run.ts")]);
