/** `npm run bench:worker`: jobs and steps a second, beside a bare BullMQ job of one UPDATE. */
import "./require-node.mjs";
import { inCheckout } from "./checkout.mjs";
import { runBuilt } from "./run-built.mjs";

await runBuilt([inCheckout("bench", "worker", "run.ts")]);
