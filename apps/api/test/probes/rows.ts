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

/** Rows are known by their keys, which a change may change as well: noted are the one before and the one after. */
export async function watchRows(admin: Client): Promise<WatchedRows> {
  const tables = await tablesOf(admin);
  await admin.query(`
    create schema probes;
    create table probes.changes (table_name text, tenant_id uuid, user_id uuid, row_key jsonb, is_taken boolean not null default false);
    create sequence probes.changed;
    create function probes.note() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
    begin
      insert into probes.changes (table_name, tenant_id, user_id, row_key)
      select tg_argv[0], (r ->> 'tenant_id')::uuid, (r ->> 'user_id')::uuid,
             (select jsonb_object_agg(key, r -> key) from unnest(tg_argv[1]::text[]) key)
        from unnest(array[to_jsonb(old), to_jsonb(new)]) r where r is not null;
      perform nextval('probes.changed');
      return null;
    end $$`);
  for (const { name, key } of tables) {
    await admin.query(`
      create table probes.${name} as select * from burgee.${name};
      alter table probes.${name} add primary key (${key.join(", ")});
      create trigger probed after insert or update or delete on burgee.${name}
        for each row execute function probes.note('${name}', '{${key.join(",")}}')`);
  }
  const restore = new Map(tables.map((table) => [table.name, restoreOf(table)]));

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

      // What comes in meanwhile, of work that goes on after an answer, is for the next time.
      const { rows } = await admin.query<RowChange>(
        `with taken as (update probes.changes set is_taken = true returning *)
         select distinct table_name as table, tenant_id as "tenantId", user_id as "userId" from taken`,
      );
      const changed = new Set(rows.map(({ table }) => table));
      const statements = [...changed].map((name) => restore.get(name));
      // As a replica neither the guards of the audit trail nor our own triggers see it.
      await admin.query(
        `begin; set local session_replication_role = replica; ${statements.join("\n")} delete from probes.changes where is_taken; commit`,
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
  /** The columns of its primary key. */
  readonly key: readonly string[];
  /** Those that are written: Postgres fills the others itself. */
  readonly columns: string;
  /** Which rows are a tenant's ($1). */
  readonly condition: string | undefined;
}

/** Puts back the rows whose keys were noted. */
function restoreOf({ name, key, columns }: Table): string {
  const touched = (alias: string) =>
    `(${key.map((column) => `${alias}.${column}`).join(", ")}) in (
       select ${key.map((column) => `r.${column}`).join(", ")}
         from probes.changes c, jsonb_populate_record(null::probes.${name}, c.row_key) r where c.is_taken and c.table_name = '${name}')`;
  return `
    delete from burgee.${name} t where ${touched("t")};
    insert into burgee.${name} (${columns}) overriding system value select ${columns} from probes.${name} t where ${touched("t")};`;
}

async function tablesOf(admin: Client): Promise<readonly Table[]> {
  const { rows } = await admin.query<{
    name: string;
    key: string[] | null;
    columns: string[];
    all: string[];
  }>(
    `select relname::text as name, array_agg(attname::text) filter (where attgenerated = '') as columns, array_agg(attname::text) as all,
            array_agg(attname::text) filter (where attnum = any (indkey)) as key
       from pg_class c join pg_attribute a on attrelid = c.oid and attnum > 0 and not attisdropped
       left join pg_index i on i.indrelid = c.oid and i.indisprimary
      where relnamespace = 'burgee'::regnamespace and relkind in ('r', 'p') and not relispartition and relname not like 'kysely%'
      group by relname order by relname`,
  );
  return rows.map(({ name, key, columns, all }) => {
    if (!key) throw new Error(`${name} has no primary key by which its rows could be put back.`);
    return {
      name,
      key,
      columns: columns.map((column) => `"${column}"`).join(", "),
      condition: conditionOf(all),
    };
  });
}

function conditionOf(columns: readonly string[]): string | undefined {
  if (columns.includes("tenant_id")) return "tenant_id = $1";
  if (!columns.includes("user_id")) return undefined;
  return "user_id in (select user_id from burgee.memberships where tenant_id = $1)";
}
