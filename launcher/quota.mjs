/** `npm run quota -- <tenant> [<quota> <number>|default]`: a tenant's quotas, in the database of DATABASE_URL or in the embedded one. */
import "./require-node.mjs";
import { inCheckout } from "./checkout.mjs";
import { runOnDatabase } from "./run-on-database.mjs";

await runOnDatabase(inCheckout("apps", "api", "dist", "commands", "set-quota.js"));
