/** `npm run rotate-keys`: new data keys for the database of DATABASE_URL, by the key of BURGEE_KEY_FILE. */
import "./require-node.mjs";
import { inCheckout } from "./checkout.mjs";
import { runBuilt } from "./run-built.mjs";

await runBuilt([inCheckout("apps", "worker", "dist", "commands", "rotate-keys.js")]);
