/** Watches every row of a database: whose row a request changed, and back to how it was. */
import type { Client } from "pg";

export interface RowChange {
  readonly table: string;
  /** Null in tables of no tenant. */
  readonly tenantId: string | null;
  readonly userId: string | null;
}

export interface WatchedRows {
  /** What was changed since it was asked last; everything is put back as it was. */
  takeBack(): Promise<readonly RowChange[]>;
  /** Of every row of a tenant, and of who is its member. */
  digest(tenantId: string): Promise<string>;
}

export async function watchRows(admin: Client): Promise<WatchedRows> {
  const tables = await tablesOf(admin);
  await admin.query(`
    create schema probes;
    create table probes.changes (table_name text, tenant_id uuid, user_id uuid);
    create sequence probes.changed;
    create function probes.note() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
    begin
      insert into probes.changes
      select tg_argv[0], (r ->> 'tenant_id')::uuid, (r ->> 'user_id')::uuid
        from unnest(array[to_jsonb(old), to_jsonb(new)]) r where r is not null;
      perform nextval('probes.changed');
      return null;
    end $$`);
  for (const { name } of tables) {
    await admin.query(`
      create table probes.${name} as select * from burgee.${name};
      create trigger probed after insert or update or delete on burgee.${name}
        for each row execute function probes.note('${name}')`);
  }
  const columnsOf = new Map(tables.map(({ name, columns }) => [name, columns]));

  let seen = 0;

  return {
    takeBack: async () => {
      const { rows: counted } = await admin.query<{ changed: string }>({
        name: "changed",
        text: "select case when is_called then last_value else 0 end as changed from probes.changed",
      });
      const changes = Number(counted[0]?.changed);
      if (changes === seen) return [];
      seen = changes;

      const { rows } = await admin.query<RowChange>(
        `select distinct table_name as table, tenant_id as "tenantId", user_id as "userId" from probes.changes`,
      );
      const changed = [...new Set(rows.map(({ table }) => table))];
      const statements = changed.map((name) => {
        const columns = columnsOf.get(name);
        return `delete from burgee.${name};
          insert into burgee.${name} (${columns}) overriding system value select ${columns} from probes.${name};`;
      });
      // As a replica neither the guards of the audit trail nor our own triggers see it.
      await admin.query(
        `begin; truncate probes.changes; set local session_replication_role = replica; ${statements.join("\n")} commit`,
      );
      return rows;
    },
    digest: async (tenantId) => {
      const lines: string[] = [];
      for (const { name, condition } of tables) {
        if (condition === undefined) continue;
        const { rows } = await admin.query<{ digest: string }>(
          `select md5(coalesce(string_agg(t::text, '|' order by t::text), '')) as digest from burgee.${name} t where ${condition}`,
          [tenantId],
        );
        lines.push(`${name} ${rows[0]?.digest}`);
      }
      return lines.join("\n");
    },
  };
}

interface Table {
  readonly name: string;
  /** Those that are written: Postgres fills the others itself. */
  readonly columns: string;
  /** Which rows are a tenant's ($1). */
  readonly condition: string | undefined;
}

async function tablesOf(admin: Client): Promise<readonly Table[]> {
  const { rows } = await admin.query<{ name: string; columns: string[]; all: string[] }>(
    `select relname::text as name, array_agg(attname::text) filter (where attgenerated = '') as columns, array_agg(attname::text) as all
       from pg_class c join pg_attribute a on attrelid = c.oid and attnum > 0 and not attisdropped
      where relnamespace = 'burgee'::regnamespace and relkind in ('r', 'p') and not relispartition and relname not like 'kysely%'
      group by relname order by relname`,
  );
  return rows.map(({ name, columns, all }) => ({
    name,
    columns: columns.map((column) => `"${column}"`).join(", "),
    condition: conditionOf(all),
  }));
}

function conditionOf(columns: readonly string[]): string | undefined {
  if (columns.includes("tenant_id")) return "tenant_id = $1";
  if (!columns.includes("user_id")) return undefined;
  return "user_id in (select user_id from burgee.memberships where tenant_id = $1)";
}
