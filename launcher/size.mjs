/** `npm run size`: what the engine and the SDK weigh, and how long the SDK takes to start. */
import "./require-node.mjs";
import { inCheckout } from "./checkout.mjs";
import { runBuilt } from "./run-built.mjs";

await runBuilt([inCheckout("launcher", "measure-engine.mjs"), inCheckout("launcher", "measure-sdk.mjs")]);
