/** `npm run audit:verify -- FILE [--key KEY]`: looks through an export of an audit trail, without a database. */
import { parseArgs } from "node:util";
import { systemClock } from "@burgee/runtime";
import { verifyAuditFile } from "../audit/verify-audit-file.ts";

const KEY = /^[\w-]{43}$/;
const asked = readArguments();
if (asked === undefined) {
  console.error(
    "npm run audit:verify -- FILE [--key KEY]    verifies one export in JSON Lines, and that this key of the tenant's signed it",
  );
  process.exitCode = 2;
} else {
  const print = (line: string) => console.log(line);
  process.exitCode = await verifyAuditFile({ clock: systemClock, print }, asked.path, asked.key);
}

function readArguments(): { readonly path: string; readonly key: string | undefined } | undefined {
  try {
    const { values, positionals } = parseArgs({
      options: { key: { type: "string" } },
      allowPositionals: true,
    });
    const [path, ...more] = positionals;
    const { key } = values;
    if (path === undefined || more.length > 0 || (key !== undefined && !KEY.test(key))) return undefined;
    return { path, key };
  } catch {
    return undefined;
  }
}
