/** `npm run audit:verify -- FILE`: looks through an export of an audit trail, without a database. */
import { systemClock } from "@burgee/runtime";
import { verifyAuditFile } from "../audit/verify-audit-file.ts";

const [path = "", ...more] = process.argv.slice(2);
if (path === "" || more.length > 0) {
  console.error("npm run audit:verify -- FILE    verifies one export in JSON Lines");
  process.exitCode = 2;
} else {
  process.exitCode = await verifyAuditFile({ clock: systemClock, print: (line) => console.log(line) }, path);
}
