import type { ClientBase } from "pg";

/** Every row of every table of ours, each as a text: what somebody reads who got hold of a dump. */
export async function dumpDatabase(admin: ClientBase): Promise<string> {
  const { rows: tables } = await admin.query<{ name: string }>(
    `select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname not in ('pg_catalog', 'information_schema') and n.nspname not like 'pg_toast%'
        and c.relkind = 'r' order by 1`,
  );
  const lines: string[] = [];
  for (const { name } of tables) {
    const { rows } = await admin.query<{ line: string }>(`select t::text as line from ${name} t order by 1`);
    lines.push(...rows.map(({ line }) => `${name} ${line}`));
  }
  return lines.join("\n");
}
