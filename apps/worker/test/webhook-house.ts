/** A tenant with webhooks, an endpoint of the test's own, and a deliverer whose waits are short. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  accessOf,
  announceNotice,
  type Caller,
  createKeyring,
  createProject,
  createTenant,
  createWebhook,
  createWebhookInput,
  DELIVERY_TIMES,
  type DeliveryOutcome,
  type DeliveryTimes,
  listDeliveries,
  listDeliveriesInput,
  parseInput,
  registerUser,
  type SecretWebhookView,
  type WebhookDeliveryView,
} from "@burgee/core";
import { openDatabase, openSystemDatabase } from "@burgee/db";
import { createLogger, openLocalKeyEncryption, openPools } from "@burgee/runtime";
import pg from "pg";
import { createDeliverer, type Deliverer } from "../src/webhooks/deliverer.ts";
import { webhookPoster } from "../src/webhooks/post-webhook.ts";

export interface HouseTenant {
  readonly caller: Caller;
  addWebhook(url: string): Promise<SecretWebhookView>;
  /** Each in a transaction of its own. */
  announce(count: number): Promise<void>;
  deliveries(webhook: SecretWebhookView): Promise<readonly WebhookDeliveryView[]>;
}

export interface DelivererSettings extends Omit<Parameters<typeof webhookPoster>[0], "allow"> {
  readonly allow?: readonly string[];
  readonly times?: Partial<DeliveryTimes>;
}

/** As many tries as in earnest, and no time between them. */
const AT_ONCE = DELIVERY_TIMES.retriesMs.map(() => 1);

let people = 0;

/** @param url of a database of the test's own */
export async function openWebhookHouse({ url }: { readonly url: string }) {
  const log = createLogger({ level: "silent", name: "test" });
  const pools = openPools({ databaseUrl: url }, { applicationName: "test", log });
  const db = openDatabase(pools.app);
  const system = openSystemDatabase(pools.system);
  const folder = mkdtempSync(join(tmpdir(), "burgee-webhooks-"));
  const keyFile = join(folder, "key");
  const keyEncryption = await openLocalKeyEncryption(keyFile);
  const keyring = createKeyring({ dataKeys: system.dataKeys, keyEncryption });
  const admin = new pg.Client(url);
  await admin.connect();
  const stop = new AbortController();

  return {
    system,
    admin,
    /** Of what is sealed in its database. */
    keyFile,
    addTenant,
    /** Of one worker; another call is another worker. */
    startDeliverer({ allow = [], times = {}, ...egress }: DelivererSettings = {}) {
      const outcomes: DeliveryOutcome[] = [];
      const errors: unknown[] = [];
      const ports = {
        db,
        system,
        keyring,
        post: webhookPoster({ allow, ...egress }),
        times: { ...DELIVERY_TIMES, retriesMs: AT_ONCE, ...times },
      };
      const deliverer: Deliverer = createDeliverer(ports, {
        signal: stop.signal,
        onOutcome: (outcome) => outcomes.push(outcome),
        onError: (error) => errors.push(error),
      });
      return {
        outcomes,
        errors,
        begin: deliverer.begin,
        /** All that is due by now, and what falls due at once. */
        deliverAll: async () => {
          await deliverer.begin();
          await deliverer.settled();
        },
      };
    },
    close: async () => {
      stop.abort();
      await Promise.all([db.close(), system.close(), admin.end()]);
      rmSync(folder, { recursive: true });
    },
  };

  async function addTenant(): Promise<HouseTenant> {
    const email = `person-${people++}@example.com`;
    const ownerId = await registerUser({ system }, { email, name: "Ada", password: "correct horse battery" });
    const { tenantId } = await createTenant({ db, system }, { name: "Acme", ownerId, requestId: "test" });
    const caller: Caller = {
      ...{ db, system, requestId: "test", traceparent: null },
      person: { tenantId, userId: ownerId, access: accessOf("owner"), home: undefined },
      nudge: () => undefined,
      announceKey: () => undefined,
      scheduleStep: () => undefined,
      nudgeJob: () => undefined,
      scheduleChange: () => undefined,
    };
    await createProject(caller, { key: "web", name: "Web" });
    return {
      caller,
      addWebhook: (address) =>
        createWebhook(
          { ...caller, keyring, refusalOf: () => undefined },
          parseInput(createWebhookInput, { name: "Hook", url: address }),
        ),
      announce: async (count) => {
        for (let number = 0; number < count; number++) {
          await db.transact(tenantId, (writers) =>
            announceNotice(writers, { type: "export.ready", data: { number } }),
          );
        }
      },
      deliveries: async ({ id }) =>
        (await listDeliveries(caller, parseInput(listDeliveriesInput, { id, limit: 50 }))).items,
    };
  }
}
