/** Part of `npm run migrate`: brings the queue's tables up to date, where the queue is on Postgres. */
import { databaseConfiguration, migrateQueue, readConfiguration, redisConfiguration } from "@burgee/runtime";

const { databaseUrl, redisUrl, queueRedisUrl } = readConfiguration(
  { ...databaseConfiguration, ...redisConfiguration },
  process.env,
);

if (queueRedisUrl ?? redisUrl) console.log("The queue is on Redis; it needs no tables.");
else {
  await migrateQueue({
    url: databaseUrl,
    role: "burgee_migrate",
    grantTo: ["burgee_app", "burgee_system"],
  });
  console.log("The queue's tables are up to date.");
}
