/** `npm run audit:verify`: walks the chains of audit entries, and names the first bad entry of each. */
import { systemClock } from "@burgee/runtime";
import { verifyAudit } from "../audit/verify-audit.ts";
import { runOnDatabase } from "./run-on-database.ts";

await runOnDatabase({
  name: "burgee-audit",
  otherwise: "The audit trails were not verified",
  run: (ports, args) => verifyAudit({ ...ports, clock: systemClock }, args),
});
