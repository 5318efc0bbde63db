/** Part of `npm run migrate`: brings the queue's tables up to date, where the queue is on Postgres. */
import { migrateQueue, migrationConfiguration, readConfiguration, redisConfiguration } from "@burgee/runtime";

const { databaseUrl, redisUrl, queueRedisUrl } = readConfiguration(
  { ...migrationConfiguration, ...redisConfiguration },
  process.env,
);

if (queueRedisUrl ?? redisUrl) console.log("The queue is on Redis; it needs no tables.");
else {
  await migrateQueue({
    url: databaseUrl,
    role: "burgee_migrate",
    grantTo: ["burgee_system"],
    revokeFrom: ["burgee_app"],
  });
  console.log("The queue's tables are up to date.");
}
