/** `npm run new-epochs -- all`: what follows a restore, in the database of DATABASE_URL or in the embedded one. */
import "./require-node.mjs";
import { inCheckout } from "./checkout.mjs";
import { runOnDatabase } from "./run-on-database.mjs";

await runOnDatabase(inCheckout("apps", "api", "dist", "commands", "new-epochs.js"));
