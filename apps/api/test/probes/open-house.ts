/** An API over a database with our tenant and theirs, kept apart by both layers, by one of them, or by none. */
import { openSystemDatabase } from "@burgee/db";
import { createLogger } from "@burgee/runtime";
import pg from "pg";
import { startApi, type TestApi, type TestUrls } from "../start-api.ts";
import { closeTenant, type Founded, foundOurs, foundTheirs } from "./found-tenants.ts";
import { openStrippable, switchOffRowLevelSecurity } from "./layers.ts";
import { type WatchedRows, watchRows } from "./rows.ts";

export interface Layers {
  /** Whether statements say of which tenant they are. */
  readonly predicates: boolean;
  readonly rowLevelSecurity: boolean;
}

export interface House {
  readonly api: TestApi;
  readonly admin: pg.Client;
  readonly ours: Founded;
  readonly theirs: Founded;
  readonly rows: WatchedRows;
  /** What was logged, queued and announced since it was asked last. */
  readonly takeNoise: () => string;
  /** How many statements went without what they say of the tenant. */
  readonly stripped: () => number;
  close(): Promise<void>;
}

const NO_BOUNDS = { key: 0, client: 0, tenant: 0, address: 0 };

export async function openHouse(urls: TestUrls, layers: Layers): Promise<House> {
  const noise: string[] = [];
  const note = (what: unknown) => {
    noise.push(JSON.stringify(what));
  };
  const admin = new pg.Client({ connectionString: urls.url });
  await admin.connect();
  const strippable = openStrippable(urls.appUrl);
  const api = await startApi(urls, {
    db: strippable.db,
    log: createLogger({ level: "trace", name: "api", sink: { write: (line) => noise.push(line) } }),
    // Nothing is published meanwhile: what a node holds in memory stays what it was, as the rows do.
    queues: { enqueue: async (_, payload) => note(payload) },
    announceKey: note,
    // Nobody asks how far rulesets are: by another clock they would grow stale between a question and its like.
    nowMs: () => 0,
    rateBounds: NO_BOUNDS,
    signUpMode: "open",
  });
  const system = openSystemDatabase(new pg.Pool({ connectionString: urls.systemUrl, max: 2 }));
  const ports = { api, admin, system };
  const ours = await foundOurs(ports);
  const theirs = await foundTheirs(ports);
  // A node that serves both holds theirs in memory too.
  for (const key of [ours, theirs].flatMap(({ tenant }) => [tenant.serverKey, tenant.clientKey])) {
    await api.request("POST", "/v1/evaluate", { key, body: {} });
  }

  await closeTenant(admin, theirs.tenantId);
  if (!layers.rowLevelSecurity) await switchOffRowLevelSecurity(admin);
  if (!layers.predicates) strippable.strip();
  return {
    api,
    admin,
    ours,
    theirs,
    rows: await watchRows(admin),
    takeNoise: () => noise.splice(0).join("\n"),
    stripped: strippable.stripped,
    close: async () => {
      await api.close();
      await Promise.all([system.close(), admin.end()]);
    },
  };
}
