/** Puts the API together: what it opens, how it stays fresh, and in which order all of it ends. */
import {
  type AnnounceKey,
  createKeyring,
  encodeKeyHint,
  KEY_CHANNEL,
  KeyChecker,
  UsedKeys,
} from "@burgee/core";
import { openDatabase, openSystemDatabase } from "@burgee/db";
import {
  createEgress,
  createQueues,
  type Lifecycle,
  type Logger,
  type Metrics,
  onceWhileItLasts,
  openBus,
  openLocalKeyEncryption,
  openMailer,
  openPools,
  openReadingPools,
  queueConnectionOf,
  repeat,
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
const NOTE_USED_MS = 60_000;

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

  const used = new UsedKeys((keys, everyMs) => system.credentials.noteKeysUsed(keys, everyMs));
  const onUnnoted = onceWhileItLasts((err) => log.warn({ err }, "Which keys are in use could not be noted."));
  const note = { everyMs: NOTE_USED_MS, jitter: 0.2, signal: lifecycle.stopping, onError: onUnnoted };
  void repeat(() => used.flush(), note);
  lifecycle.onStop("keys in use", () => used.flush().catch(onUnnoted));
  const announceKey: AnnounceKey = (key) => {
    bus
      .publish(KEY_CHANNEL, encodeKeyHint(key))
      .catch((err) =>
        log.warn({ err }, "The bus did not take news of a key; nodes ask about it in any case."),
      );
  };

  const { smtpUrl } = configuration;
  const server = createServer({
    db,
    system,
    keyring: createKeyring({ dataKeys: system.dataKeys, keyEncryption }),
    egress: createEgress({ allow: configuration.egressAllow }),
    keys: KeyChecker.over(reading.system, { onUse: (key) => used.add(key) }),
    rulesets,
    lists,
    queues,
    announceKey,
    log,
    metrics,
    publicUrl: configuration.publicUrl,
    proxyHops: configuration.proxyHops,
    signUpMode: configuration.signUpMode,
    deletionDelayMs: configuration.deletionDelayHours * 60 * 60 * 1000,
    mailer: smtpUrl === undefined ? undefined : openMailer({ smtpUrl, from: configuration.mailFrom }),
    stopping: lifecycle.stopping,
    streamLimits: { maxConnections: configuration.maxStreams },
    rateBounds: {
      key: configuration.keyRate,
      client: configuration.clientRate,
      tenant: configuration.tenantRate,
      address: configuration.addressRate,
    },
  });
  await bus.subscribe(
    KEY_CHANNEL,
    (message) => server.onKeyHint(message),
    () => undefined,
  );
  const port = await server.listen(configuration.port, configuration.host);
  lifecycle.onStop("server", () => server.close());
  log.info({ host: configuration.host, port }, "Listening.");
  if (!configuration.publicUrl?.startsWith("https:")) {
    log.info("Sessions' cookies are named burgee and not Secure, since BURGEE_PUBLIC_URL is not https.");
  }
}
