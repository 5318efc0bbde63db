/** What a tenant can be known again by: ids, hashes, salts, and whatever else nobody has by chance. */
import type { Client } from "pg";
import { CANARY } from "./kinds.ts";

export function tokensIn(text: string): readonly string[] {
  return text.match(/[\w-]{10,}/g) ?? [];
}

/** Those in any row of a tenant's that stand in none of another's. */
export async function ownTokens(
  admin: Client,
  tenantId: string,
  otherId: string,
): Promise<ReadonlySet<string>> {
  const others = new Set(tokensIn(await rowsOf(admin, otherId)));
  return new Set(tokensIn(await rowsOf(admin, tenantId)).filter((token) => !others.has(token)));
}

/**
 * The columns of tenants' tables in which no row of a tenant's has such a token, and the tables in which it has no row. Numbers, times
 * and truths are no tokens.
 */
export async function plainColumns(
  admin: Client,
  tenantId: string,
  tokens: ReadonlySet<string>,
): Promise<readonly string[]> {
  const { rows: columns } = await admin.query<{ table: string; column: string }>(
    `select relname as table, a.attname as column
       from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      where relnamespace = 'burgee'::regnamespace and relkind in ('r', 'p') and not relispartition
        and a.atttypid = any ('{text,text[],jsonb,uuid,bytea}'::regtype[])
        and exists (select from pg_attribute t where t.attrelid = c.oid and t.attname = 'tenant_id')
      order by relname, a.attnum`,
  );
  const plain = new Set<string>();
  for (const { table, column } of columns) {
    const { rows } = await admin.query<{ text: string | null }>(
      `select ${column}::text as text from burgee.${table} where tenant_id = $1`,
      [tenantId],
    );
    const isKnown = (text: string) =>
      text.includes(CANARY) || tokensIn(text).some((token) => tokens.has(token));
    if (rows.length === 0) plain.add(table);
    else if (!rows.some(({ text }) => text !== null && isKnown(text))) plain.add(`${table}.${column}`);
  }
  return [...plain];
}

async function rowsOf(admin: Client, tenantId: string): Promise<string> {
  const { rows: tables } = await admin.query<{ name: string }>(
    `select attrelid::regclass::text as name from pg_attribute join pg_class c on c.oid = attrelid
      where attname = 'tenant_id' and relnamespace = 'burgee'::regnamespace and relkind in ('r', 'p') and not relispartition`,
  );
  const texts: string[] = [];
  for (const { name } of tables) {
    const { rows } = await admin.query<{ row: string }>(
      `select to_jsonb(t)::text as row from ${name} t where tenant_id = $1`,
      [tenantId],
    );
    texts.push(...rows.map(({ row }) => row));
  }
  return texts.join("\n");
}
