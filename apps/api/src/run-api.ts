/** Puts the API together: what it opens, how it stays fresh, and in which order all of it ends. */
import { createKeyring, KeyChecker } from "@burgee/core";
import { openDatabase, openSystemDatabase } from "@burgee/db";
import {
  createEgress,
  createQueues,
  type Lifecycle,
  type Logger,
  type Metrics,
  openBus,
  openLocalKeyEncryption,
  openPools,
  openReadingPools,
  queueConnectionOf,
} from "@burgee/runtime";
import type { ApiConfiguration } from "./configuration.ts";
import { keepFresh } from "./rulesets/keep-fresh.ts";
import { openRulesets } from "./rulesets/open-rulesets.ts";
import { createServer } from "./server.ts";

export interface ApiDeps {
  readonly configuration: ApiConfiguration;
  readonly log: Logger;
  readonly lifecycle: Lifecycle;
  readonly metrics: Metrics;
}

const APPLICATION = "burgee-api";

export async function runApi({ configuration, log, lifecycle, metrics }: ApiDeps): Promise<void> {
  const keyEncryption = await openLocalKeyEncryption(configuration.keyFile);
  const process = { applicationName: APPLICATION, log };
  const pools = openPools(configuration, process);
  const db = openDatabase(pools.app);
  const system = openSystemDatabase(pools.system);
  const readingPools = openReadingPools(configuration, process);
  const reading = {
    db: openDatabase(readingPools.app),
    system: openSystemDatabase(readingPools.system),
  };
  const doors = [db, system, reading.db, reading.system];
  lifecycle.onStop("database", () => Promise.all(doors.map((each) => each.close())).then(() => undefined));

  const bus = openBus(configuration, pools, process);
  lifecycle.onStop("bus", () => bus.close());
  const queues = createQueues(queueConnectionOf(configuration), process);
  lifecycle.onStop("queues", () => queues.close());

  const { rulesets, lists } = openRulesets(reading, (err, { environmentId }) =>
    log.warn({ err, environmentId }, "A ruleset was not loaded; the last good one stays."),
  );
  await keepFresh({ rulesets, bus, log, signal: lifecycle.stopping });

  const server = createServer({
    db,
    system,
    keyring: createKeyring({ dataKeys: system.dataKeys, keyEncryption }),
    egress: createEgress({ allow: configuration.egressAllow }),
    keys: KeyChecker.over(reading.system),
    rulesets,
    lists,
    queues,
    log,
    metrics,
    publicUrl: configuration.publicUrl,
    proxyHops: configuration.proxyHops,
    stopping: lifecycle.stopping,
    streamLimits: { maxConnections: configuration.maxStreams },
  });
  const port = await server.listen(configuration.port, configuration.host);
  lifecycle.onStop("server", () => server.close());
  log.info({ host: configuration.host, port }, "Listening.");
  if (!configuration.publicUrl?.startsWith("https:")) {
    log.info("Sessions' cookies are named burgee and not Secure, since BURGEE_PUBLIC_URL is not https.");
  }
}
