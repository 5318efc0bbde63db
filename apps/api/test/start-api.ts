/** The API on a free port over a real database, with a publisher that follows every nudge at once. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  accessOf,
  type Caller,
  createEnvironment,
  createKeyring,
  createProject,
  createTenant,
  issueSdkKey,
  KeyChecker,
  publishEnvironment,
  publishRuleset,
  registerUser,
} from "@burgee/core";
import { openDatabase, openSystemDatabase, type Role, type UserId } from "@burgee/db";
import {
  createEgress,
  createLogger,
  createMetrics,
  openLocalFiles,
  openLocalKeyEncryption,
  openPools,
  RedisSnapshots,
} from "@burgee/runtime";
import { exposeBreakers } from "../src/operations/expose-breakers.ts";
import type { NodeRole } from "../src/roles/route-table.ts";
import { guardReads } from "../src/rulesets/guard-reads.ts";
import { openRulesetCache } from "../src/rulesets/open-ruleset-cache.ts";
import { openRulesets } from "../src/rulesets/open-rulesets.ts";
import { type ApiServer, createServer, type ServerDeps } from "../src/server.ts";
import { firstEvent, isStream } from "./first-event.ts";

export interface TestUrls {
  readonly url: string;
  readonly appUrl: string;
  readonly systemUrl: string;
}

/** A tenant with the project `web`, its environments `production` and `staging`, and keys for `production`. */
export interface TestTenant {
  readonly caller: Caller;
  readonly personalKey: string;
  readonly serverKey: string;
  /** For pages of `https://shop.example`. */
  readonly clientKey: string;
  /** Another person in the same tenant, and a personal key of theirs. */
  addMember(role: Role): Promise<TestMember>;
  keyOf(role: Role): Promise<string>;
}

export interface TestMember {
  readonly userId: UserId;
  readonly key: string;
}

export interface TestAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Parsed, where it is JSON. */
  readonly body: unknown;
}

export interface TestRequest {
  readonly key?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** A text is sent as it is, everything else as JSON. */
  readonly body?: unknown;
}

export interface TestApi {
  readonly baseUrl: string;
  readonly port: number;
  /** Of what is sealed in its database. */
  readonly keyFile: string;
  readonly logged: readonly string[];
  readonly server: ApiServer;
  addTenant(): Promise<TestTenant>;
  /** Takes a message from a bus. */
  onKeyHint(message: string): void;
  /** Publishes whatever waits, and brings it to the API's memory. */
  publish(): Promise<void>;
  request(method: string, path: string, request?: TestRequest): Promise<TestAnswer>;
  close(): Promise<void>;
}

let people = 0;

export async function startApi(
  { url, appUrl, systemUrl }: TestUrls,
  {
    role = "all",
    nowMs = () => performance.now(),
    redis,
    ...overrides
  }: Partial<Omit<ServerDeps, "role">> & {
    readonly role?: NodeRole;
    readonly nowMs?: () => number;
    /** Where copies of rulesets are put and read. */
    readonly redis?: { readonly url: string | undefined; readonly readWithinMs?: number };
  } = {},
): Promise<TestApi> {
  const logged: string[] = [];
  const log = createLogger({ level: "warn", name: "api", sink: { write: (line) => logged.push(line) } });
  const urls = { databaseUrl: url, appDatabaseUrl: appUrl, systemDatabaseUrl: systemUrl };
  const pools = openPools(urls, { applicationName: "api-test", log });
  const own = openDatabase(pools.app);
  const { db = own } = overrides;
  const system = openSystemDatabase(pools.system);
  const folder = mkdtempSync(join(tmpdir(), "burgee-api-"));
  const keyFile = join(folder, "key");
  const keyEncryption = await openLocalKeyEncryption(keyFile);
  const metrics = createMetrics({ service: "api", version: "test" });
  const showBreaker = exposeBreakers(metrics);
  const { url: redisUrl, readWithinMs = 2_000 } = redis ?? {};
  const connection = { applicationName: "api-test", readWithinMs, log };
  const copies = redisUrl
    ? openRulesetCache({ ...connection, redisUrl, db, metrics, showBreaker })
    : undefined;
  const snapshots = redisUrl ? new RedisSnapshots({ ...connection, url: redisUrl }) : undefined;
  const guard = guardReads(showBreaker("postgres"));
  const { rulesets, lists } = openRulesets({ db, system, guard, cache: copies?.cache, nowMs }, (err) =>
    log.error({ err }, "A ruleset was not loaded."),
  );

  const { keyring = createKeyring({ dataKeys: system.dataKeys, keyEncryption }) } = overrides;
  const publisher = {
    db,
    system,
    keyring,
    copies: snapshots,
    announce: async (message: string) => rulesets.onHint(message),
    onOutcome: () => undefined,
  };
  const publishAll = async () => {
    for (const environment of await system.listUnpublished(100)) {
      await publishEnvironment(publisher, environment);
    }
  };
  let publishing = Promise.resolve();
  const publish = () => {
    publishing = publishing.then(publishAll);
    return publishing;
  };
  const queues = {
    enqueue: async ({ name }: { readonly name: string }) => {
      if (name === publishRuleset.name) await publish();
    },
  };

  const node = {
    db,
    system,
    keys: KeyChecker.over(system),
    rulesets,
    lists,
    log,
    metrics,
    stopping: new AbortController().signal,
  };
  const forPeople = {
    keyring,
    files: openLocalFiles(join(folder, "files")),
    egress: createEgress({ allow: [] }),
    queues,
    announceKey: () => undefined,
  };
  const server = createServer(
    role === "edge" ? { ...node, ...overrides, role } : { ...node, ...forPeople, ...overrides, role },
  );
  const port = await server.listen(0, "127.0.0.1");
  const baseUrl = `http://127.0.0.1:${port}`;

  return {
    baseUrl,
    port,
    keyFile,
    logged,
    server,
    publish,
    onKeyHint: (message) => server.onKeyHint(message),
    addTenant: async () => {
      const tenant = await foundTenant({ db, system });
      await publish();
      return tenant;
    },
    request: (method, path, request = {}) => send(`${baseUrl}${path}`, method, request),
    close: async () => {
      await server.close();
      await publishing;
      copies?.close();
      snapshots?.close();
      await Promise.all([own.close(), system.close(), ...(db === own ? [] : [db.close()])]);
      rmSync(folder, { recursive: true });
    },
  };
}

async function foundTenant({ db, system }: Pick<ServerDeps, "db" | "system">): Promise<TestTenant> {
  const ownerId = await addPerson(system);
  const { tenantId } = await createTenant({ db, system }, { name: "Acme", ownerId, requestId: "test" });
  const caller: Caller = {
    db,
    system,
    nudge: () => undefined,
    announceKey: () => undefined,
    scheduleStep: () => undefined,
    nudgeJob: () => undefined,
    scheduleChange: () => undefined,
    person: { tenantId, userId: ownerId, access: accessOf("owner"), home: undefined },
    requestId: "test",
    traceparent: null,
  };
  await createProject(caller, { key: "web", name: "Web shop" });
  await createEnvironment(caller, { project: "web", key: "production", name: "Production" });
  await createEnvironment(caller, { project: "web", key: "staging", name: "Staging" });

  const scope = { project: "web", environment: "production" };
  const personal = await issueSdkKey(caller, { ...scope, kind: "pat", name: "Test" });
  const forServers = await issueSdkKey(caller, { ...scope, kind: "srv", name: "Test" });
  const forClients = await issueSdkKey(caller, {
    ...scope,
    kind: "cli",
    name: "Test",
    origins: ["https://shop.example"],
  });
  return {
    caller,
    personalKey: personal.key,
    serverKey: forServers.key,
    clientKey: forClients.key,
    addMember,
    keyOf: async (role) => (await addMember(role)).key,
  };

  async function addMember(role: Role): Promise<TestMember> {
    const userId = await addPerson(system);
    await db.transact(tenantId, ({ tenants }) => tenants.addMember(userId, role));
    // Whatever their role lets them do: the key is made for them.
    const person = { ...caller.person, userId };
    const { key } = await issueSdkKey({ ...caller, person }, { ...scope, kind: "pat", name: role });
    return { userId, key };
  }
}

function addPerson(system: ServerDeps["system"]) {
  people += 1;
  const email = `person-${process.pid}-${people}@burgee.local`;
  return registerUser({ system }, { email, name: "Somebody", password: "correct horse battery" });
}

async function send(url: string, method: string, { key, headers, body }: TestRequest): Promise<TestAnswer> {
  const response = await fetch(url, {
    method,
    headers: {
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await (isStream(response) ? firstEvent(response) : response.text());
  const isJson = /^application\/(\S+\+)?json\b/.test(response.headers.get("content-type") ?? "");
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: isJson && text !== "" ? JSON.parse(text) : undefined,
  };
}
