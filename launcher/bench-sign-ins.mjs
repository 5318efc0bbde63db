/** `npm run bench:sign-ins`: what two hundred sign-ins at a time do to evaluations. */
import "./require-node.mjs";
import { inCheckout } from "./checkout.mjs";
import { runBuilt } from "./run-built.mjs";

await runBuilt([inCheckout("bench", "sign-ins", "run.ts")]);
