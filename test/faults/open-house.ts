/** What most rows need: a database and Redis of their own, tenants, and a worker and an API that run as they do for users. */
import { Installation } from "../support/installation.ts";
import { OwnPostgres } from "../support/own-postgres.ts";
import { OwnRedis } from "../support/own-redis.ts";
import { UNBOUNDED } from "../support/start-edge.ts";
import { type FoundTenant, foundTenants, type TenantsWanted } from "./found-tenants.ts";

export interface House {
  readonly postgres: OwnPostgres;
  /** Where hints travel. */
  readonly bus: OwnRedis | undefined;
  readonly queue: OwnRedis | undefined;
  readonly burgee: Installation;
  readonly tenants: readonly FoundTenant[];
  /** The first of them. */
  readonly tenant: FoundTenant;
}

export interface HouseWanted extends TenantsWanted {
  /** Two of them, for bus and queue; without, PostgreSQL carries both. */
  readonly redis?: boolean;
  readonly durable?: boolean;
  /** Whether a worker of its own works in it. */
  readonly worker?: boolean;
  /** Where the database's data lies. */
  readonly databaseFolder?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** The address by which the processes know the database, given its own; they know it by its own unless told. */
  readonly databaseThrough?: (url: string) => string | Promise<string>;
  /** The same for the Redis of hints. */
  readonly busThrough?: (url: string) => string | Promise<string>;
}

export async function openHouse(closing: AsyncDisposableStack, wanted: HouseWanted): Promise<House> {
  const { redis = false, durable = true, worker = true, env = {} } = wanted;
  const { databaseFolder, databaseThrough, busThrough } = wanted;
  const folder = databaseFolder === undefined ? {} : { folder: databaseFolder };
  const postgres = await OwnPostgres.start({ durable, ...folder });
  closing.defer(() => postgres.remove());
  const [bus, queue] = redis ? [await openRedis(closing), await openRedis(closing)] : [];
  const tenants = await foundTenants(postgres.url, wanted);
  const [tenant] = tenants;
  if (tenant === undefined) throw new Error("A house has a tenant at least.");
  const burgee = await Installation.start({
    databaseUrl: databaseThrough ? await databaseThrough(postgres.url) : postgres.url,
    redisUrl: bus && busThrough ? await busThrough(bus.url) : bus?.url,
    env: { ...UNBOUNDED, ...(queue ? { QUEUE_REDIS_URL: queue.url } : {}), ...env },
    keys: { personalKey: tenant.personalKey, sdkKey: tenant.serverKey },
    worker,
  });
  closing.adopt(burgee, (running) => running.stop().then(() => undefined));
  return { postgres, bus, queue, burgee, tenants, tenant };
}

async function openRedis(closing: AsyncDisposableStack): Promise<OwnRedis> {
  const redis = await OwnRedis.start();
  closing.defer(() => redis.remove());
  return redis;
}
