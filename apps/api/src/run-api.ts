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
  type Bus,
  createEgress,
  createQueues,
  type Lifecycle,
  type Logger,
  type Metrics,
  onceWhileItLasts,
  openBoardQueues,
  openBus,
  openFileStore,
  openLocalKeyEncryption,
  openMailer,
  openPools,
  openReadingPools,
  queueConnectionOf,
  repeat,
} from "@burgee/runtime";
import type { ApiConfiguration } from "./configuration.ts";
import { openEdgeStore } from "./edge-store/open-edge-store.ts";
import { type Certificate, CertificateError, openCertificate } from "./http/certificate.ts";
import { exposeBreakers } from "./operations/expose-breakers.ts";
import { guardReads } from "./rulesets/guard-reads.ts";
import { keepFresh } from "./rulesets/keep-fresh.ts";
import { loadKept } from "./rulesets/load-kept.ts";
import type { OpenRulesetCacheOptions } from "./rulesets/open-ruleset-cache.ts";
import { type OnUnloaded, openRulesets } from "./rulesets/open-rulesets.ts";
import { createServer } from "./server.ts";

export interface ApiDeps {
  readonly configuration: ApiConfiguration;
  readonly log: Logger;
  readonly lifecycle: Lifecycle;
  readonly metrics: Metrics;
}

const APPLICATION = "burgee-api";
const MINUTE_MS = 60_000;
const SOON_MS = 1_000;

export async function runApi({ configuration, log, lifecycle, metrics }: ApiDeps): Promise<void> {
  const { role } = configuration;
  const certificate = await certificateOf(configuration, { log, signal: lifecycle.stopping });
  const process = { applicationName: APPLICATION, log };
  const readingPools = openReadingPools(configuration, process);
  const reading = {
    db: openDatabase(readingPools.app),
    system: openSystemDatabase(readingPools.system),
  };
  closeLast(lifecycle, "database, for reads", [reading.db, reading.system]);
  const bus = await openBus(configuration, readingPools, process);
  lifecycle.onStop("bus", () => bus.close());

  const store = await openEdgeStore({ ...configuration, log, metrics });
  lifecycle.onStop("edge store", () => store?.flush());
  const onUnloaded: OnUnloaded = (err, { environmentId }) =>
    log.warn({ err, environmentId }, "A ruleset was not loaded; the last good one stays.");
  const showBreaker = exposeBreakers(metrics);
  const guard = guardReads(showBreaker("postgres"));
  const { redisUrl } = configuration;
  const copies = redisUrl
    ? await openCopies({ redisUrl, db: reading.db, metrics, showBreaker, ...process })
    : undefined;
  lifecycle.onStop("copies", async () => copies?.close());
  const { rulesets, lists } = openRulesets({ ...reading, guard, cache: copies?.cache }, onUnloaded, store);
  Promise.all([reading.db.ping(), reading.system.ping()]).catch((err) => {
    if (store && store.environments > 0) return;
    log.warn(
      { err, role },
      "The database can't be reached, and no ruleset is on disk: this node waits for the database.",
    );
  });
  keepFresh({ rulesets, bus, log, signal: lifecycle.stopping });

  const used = new UsedKeys(
    (keys, everyMs) => reading.system.credentials.noteKeysUsed(keys, everyMs),
    undefined,
    soon(() => used.flush().catch(onUnnoted)),
  );
  const keys = KeyChecker.over(reading.system, {
    kept: store,
    onUse: (key) => {
      used.add(key);
      store?.use(key.environmentId);
    },
  });
  const everyMinute = (what: string, work: () => Promise<void> | undefined) => {
    const onError = onceWhileItLasts((err) => log.warn({ err }, what));
    const each = async () => work();
    void repeat(each, { everyMs: MINUTE_MS, jitter: 0.2, signal: lifecycle.stopping, onError });
    return onError;
  };
  const onUnnoted = everyMinute("Which keys are in use could not be noted.", () => used.flush());
  lifecycle.onStop("keys in use", () => used.flush().catch(onUnnoted));
  everyMinute("The keys that this node knows could not be asked about.", () => keys.refresh());
  everyMinute("Which environments are gone could not be asked.", () =>
    store?.sweep((scopes) => reading.system.listHeads(scopes)),
  );
  everyMinute("When rulesets were confirmed could not be noted on disk.", () => store?.touch());

  const node = {
    keys,
    rulesets,
    lists,
    kept: store,
    log,
    metrics,
    certificate,
    publicUrl: configuration.publicUrl,
    proxyHops: configuration.proxyHops,
    stopping: lifecycle.stopping,
    streamLimits: {
      maxConnections: configuration.maxStreams,
      acceptsPerSecond: configuration.streamAccepts,
    },
    rateBounds: {
      key: configuration.keyRate,
      client: configuration.clientRate,
      tenant: configuration.tenantRate,
      address: configuration.addressRate,
    },
  };
  const server = createServer(
    role === "edge"
      ? { ...node, ...reading, role }
      : { ...node, ...(await openForPeople({ configuration, log, lifecycle, bus })), role },
  );
  await bus.subscribe(
    KEY_CHANNEL,
    (message) => server.onKeyHint(message),
    () => undefined,
  );
  if (store) await loadKept(rulesets, store.scopes);
  const port = await server.listen(configuration.port, configuration.host);
  lifecycle.onStop("server", () => server.close());
  log.info({ host: configuration.host, port, role, tls: certificate !== undefined }, "Listening.");
}

/** What speaks to Redis is loaded where there is one. */
async function openCopies(options: OpenRulesetCacheOptions) {
  const { openRulesetCache } = await import("./rulesets/open-ruleset-cache.ts");
  return openRulesetCache(options);
}

/** @throws {CertificateError} also for one file without the other */
async function certificateOf(
  { tlsCert, tlsKey }: ApiConfiguration,
  options: { readonly log: Logger; readonly signal: AbortSignal },
): Promise<Certificate | undefined> {
  if (tlsCert === undefined && tlsKey === undefined) return undefined;
  if (tlsCert === undefined || tlsKey === undefined) {
    throw new CertificateError(
      "BURGEE_TLS_CERT and BURGEE_TLS_KEY go together; set both, or none behind a proxy.",
    );
  }
  return openCertificate({ certFile: tlsCert, keyFile: tlsKey }, options);
}

/** What changes things: an edge has none of it, not even the key that unseals. */
async function openForPeople({
  configuration,
  log,
  lifecycle,
  bus,
}: Omit<ApiDeps, "metrics"> & { readonly bus: Bus }) {
  const process = { applicationName: APPLICATION, log };
  const pools = openPools(configuration, process);
  const db = openDatabase(pools.app);
  const system = openSystemDatabase(pools.system);
  closeLast(lifecycle, "database", [db, system]);
  const isFirstStart = async () => !(await system.dataKeys.isAny());
  const keyEncryption = await openLocalKeyEncryption(configuration.keyFile, isFirstStart);
  const connection = queueConnectionOf(configuration);
  const queues = createQueues(connection, process);
  lifecycle.onStop("queues", () => queues.close());
  const announceKey: AnnounceKey = (key) => {
    bus
      .publish(KEY_CHANNEL, encodeKeyHint(key))
      .catch((err) =>
        log.warn({ err }, "The bus did not take news of a key; nodes ask about it in any case."),
      );
  };
  const { publicUrl, smtpUrl, operatorTenant } = configuration;
  if (!publicUrl?.startsWith("https:")) {
    log.info("Sessions' cookies are named burgee and not Secure, since BURGEE_PUBLIC_URL is not https.");
  }
  return {
    db,
    system,
    keyring: createKeyring({ dataKeys: system.dataKeys, keyEncryption }),
    files: openFileStore(configuration),
    egress: createEgress({ allow: configuration.egressAllow }),
    queues,
    announceKey,
    queueBoard: operatorTenant && {
      operatorTenant,
      open: (names: readonly string[]) => openBoardQueues(connection, { names, ...process }),
    },
    signUpMode: configuration.signUpMode,
    dashboardFolder: configuration.dashboardFolder,
    deletionDelayMs: configuration.deletionDelayHours * 60 * 60 * 1000,
    mailer: smtpUrl === undefined ? undefined : openMailer({ smtpUrl, from: configuration.mailFrom }),
  };
}

/** Does it a second later, once for all who asked meanwhile. */
function soon(work: () => Promise<void>): () => void {
  let isWaiting = false;
  return () => {
    if (isWaiting) return;
    isWaiting = true;
    setTimeout(() => {
      isWaiting = false;
      void work();
    }, SOON_MS).unref();
  };
}

/** Steps run the last added first. */
function closeLast(lifecycle: Lifecycle, name: string, doors: readonly { close(): Promise<void> }[]): void {
  lifecycle.onStop(name, () => Promise.all(doors.map((each) => each.close())).then(() => undefined));
}
