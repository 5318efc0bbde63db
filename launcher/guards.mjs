/** `npm run guards -- --runs 2000 --seed N`: guards of rollout plans on traffic of which the truth is known. */
import "./require-node.mjs";
import { inCheckout } from "./checkout.mjs";
import { runBuilt } from "./run-built.mjs";

await runBuilt([inCheckout("packages", "core", "test", "guards", "run.ts")]);
