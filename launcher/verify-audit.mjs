/**
 * `npm run audit:verify -- all|<tenant>`: verifies audit trails, in the database of DATABASE_URL or in the embedded one.
 * `npm run audit:verify -- FILE [--key KEY]`: verifies an export of one, with no database.
 */
import "./require-node.mjs";
import { statSync } from "node:fs";
import { inCheckout } from "./checkout.mjs";
import { runBuilt } from "./run-built.mjs";
import { runOnDatabase } from "./run-on-database.mjs";

const command = (/** @type {string} */ name) => inCheckout("apps", "api", "dist", "commands", name);
if (process.argv.slice(2).some(isFile)) await runBuilt([command("verify-audit-file.js")]);
else await runOnDatabase(command("verify-audit.js"));

/** A file that is not there is meant as one all the same; no tenant is named so. */
function isFile(/** @type {string} */ path) {
  return /\.(jsonl|csv)$/.test(path) || (statSync(path, { throwIfNoEntry: false })?.isFile() ?? false);
}
