/** `npm run quota`: what one tenant may have, and how much of it. */
import { setQuota } from "../quotas/set-quota.ts";
import { runOnDatabase } from "./run-on-database.ts";

await runOnDatabase({ name: "burgee-quota", otherwise: "Nothing was changed", run: setQuota });
