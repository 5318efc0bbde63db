/** Writes one export, whole or from wherever it is, and says what that took. Part of `npm run bench:export`. */
import { runAuditExport } from "@burgee/core";
import { openDatabase } from "@burgee/db";
import { createLogger, openLocalFiles, openPools } from "@burgee/runtime";
import { auditExportId, tenantId } from "../../packages/core/src/ids.ts";

const [tenant, exported, folder = ""] = process.argv.slice(2);
const { DATABASE_URL = "" } = process.env;
const name = "burgee-bench-export";
const log = createLogger({ level: "silent", name });
const pools = openPools({ databaseUrl: DATABASE_URL }, { applicationName: name, log });
await pools.system.end();
const db = openDatabase(pools.app);

const { entries, bytes, sha256 } = await runAuditExport(
  {
    db,
    files: openLocalFiles(folder),
    report: ({ lookedAt }) => console.log(`looked at ${lookedAt}`),
    signal: new AbortController().signal,
    keptMs: 3_600_000,
  },
  tenantId.parse(tenant),
  auditExportId.parse(exported),
);
await db.close();
const peakMiB = Math.round(process.resourceUsage().maxRSS / 1024);
console.log(JSON.stringify({ entries, bytes, sha256: sha256.toString("hex"), peakMiB }));
