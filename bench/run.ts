/**
 * `npm run bench`: what Burgee costs, as ratios to something bare that is measured in the same run, since bare times say
 * more of the machine than of the code. Medians of interleaved rounds; load stays on this machine and is bounded.
 */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { removePostgres, startPostgres } from "../launcher/embedded-postgres.mjs";
import { Installation } from "../test/support/installation.ts";
import { benchDelay } from "./delay.ts";
import { benchHttp } from "./http.ts";
import { benchInProcess } from "./in-process.ts";
import { line } from "./measure.ts";

const dataDir = join(import.meta.dirname, "..", ".burgee", "bench", `postgres-${process.pid}`);

console.log("\nIn process (one core)");
for (const row of benchInProcess()) console.log(line(row));

const postgres = await startPostgres({ dataDir, durable: true });
try {
  const burgee = await Installation.start({ databaseUrl: postgres.url, redisUrl: undefined });
  try {
    console.log("\nOver HTTP (one api process; the load comes from this machine too)");
    for (const row of await benchHttp(burgee)) console.log(line(row));

    console.log("\nFrom a change's answer to the SDK's change event (Postgres alone, 200 changes)");
    for (const row of await benchDelay(burgee)) console.log(line(row));
  } finally {
    await burgee.stop();
  }
} finally {
  await postgres.stop();
  await removePostgres(dataDir);
  rmSync(dataDir, { recursive: true, force: true });
}
