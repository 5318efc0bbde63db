/** What the database holds once all is over, written into the history beside what its writers were told. */
import pg from "pg";
import type { History } from "./history.ts";

export type StoredEvent =
  | {
      /** A row of the outbox with the version that it names. */
      readonly type: "stored";
      readonly tenantId: string;
      readonly environment: string;
      readonly epoch: string;
      readonly revision: number;
      readonly toggle: string | null;
      readonly version: number | null;
      readonly enabled: boolean | null;
      readonly published: boolean;
    }
  | {
      readonly type: "head";
      readonly tenantId: string;
      readonly environment: string;
      readonly epoch: string;
      readonly revision: number;
    };

/** @param databaseUrl a login that row-level security does not hold back */
export async function recordStored(history: History, databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows: stored } = await client.query(`
      select o.tenant_id as "tenantId", e.key as environment, o.epoch, o.revision::int, t.key as toggle, o.version, (v.state ->> 'enabled')::boolean as enabled, o.published
      from burgee.outbox o
      join burgee.environments e using (tenant_id, environment_id)
      left join burgee.toggles t using (tenant_id, toggle_id)
      left join burgee.setting_versions v
        on v.tenant_id = o.tenant_id and v.environment_id = o.environment_id and v.toggle_id = o.toggle_id and v.version = o.version
      order by 1, 2, 3, 4`);
    const { rows: heads } = await client.query(
      `select tenant_id as "tenantId", key as environment, epoch, revision::int from burgee.environments`,
    );
    for (const row of stored) history.record({ type: "stored", ...row });
    for (const row of heads) history.record({ type: "head", ...row });
  } finally {
    await client.end();
  }
}
