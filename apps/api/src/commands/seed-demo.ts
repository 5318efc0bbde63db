/** Part of `npm start`: makes the demo tenant, and keeps its keys in the file that BURGEE_DEMO_FILE names. */
import { openDatabase, openSystemDatabase } from "@burgee/db";
import {
  createLogger,
  databaseConfiguration,
  fromVariable,
  httpConfiguration,
  openPools,
  readConfiguration,
} from "@burgee/runtime";
import { z } from "zod";
import { seedDemo } from "../demo/seed-demo.ts";

const configuration = readConfiguration(
  {
    ...databaseConfiguration,
    ...httpConfiguration,
    demoFile: fromVariable(z.string().min(1), {
      name: "BURGEE_DEMO_FILE",
      expects: "the path of a JSON file to keep the demo's keys in",
    }),
  },
  process.env,
);
const log = createLogger({ level: "error", name: "burgee-seed" });
const pools = openPools(configuration, { applicationName: "burgee-seed", log });
const db = openDatabase(pools.app);
const system = openSystemDatabase(pools.system);
const { host, port, publicUrl, demoFile } = configuration;
try {
  await seedDemo({ db, system }, { demoFile, baseUrl: publicUrl ?? `http://${host}:${port}` });
} finally {
  await Promise.all([db.close(), system.close()]);
}
