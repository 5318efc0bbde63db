/** `npm run quota -- <tenant> [<quota> <number>|default]`: a tenant's quotas, in the database of DATABASE_URL or in the embedded one. */
import "./require-node.mjs";
import { inCheckout } from "./checkout.mjs";
import { runBuilt } from "./run-built.mjs";

const stopping = new AbortController();
let stop = async () => {};

try {
  await runBuilt([inCheckout("apps", "api", "dist", "commands", "set-quota.js")], {
    env: async () => {
      // Only now the packages that it needs are there.
      const { reachDatabase } = await import("./reach-database.mjs");
      const database = await reachDatabase(stopping.signal);
      stop = database.stop;
      return database.env;
    },
  });
} finally {
  await stop();
}
