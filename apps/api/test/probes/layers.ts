/** The two layers that keep tenants apart, each of which can be taken away: the queries' own words, and row-level security. */
import { openDatabase } from "@burgee/db";
import pg from "pg";

/** `tenant_id = $1`, however it is qualified and quoted; and between two tables of a query. */
const BY_PARAMETER = /(?:"?\w+"?\.)*"?tenant_id"?\s*=\s*(\$\d+)/g;
const BETWEEN_TABLES = /(?:"?\w+"?\.)+"?tenant_id"?\s*=\s*(?:"?\w+"?\.)+"?tenant_id"?/g;

/** What a query says of the tenant, turned into what is always true; its parameters stay, for Postgres counts them. */
export function withoutPredicates(text: string): string {
  return text.replace(BY_PARAMETER, "($1::uuid is not null)").replace(BETWEEN_TABLES, "true");
}

export interface StrippableDatabase {
  readonly db: ReturnType<typeof openDatabase>;
  /** From now on. */
  strip(): void;
  /** How many statements were sent with fewer words than the application wrote. */
  readonly stripped: () => number;
  close(): Promise<void>;
}

/** The tenants' doors, over connections that can leave out what a statement says of the tenant. */
export function openStrippable(appUrl: string): StrippableDatabase {
  let isStripping = false;
  let stripped = 0;
  const strip = (text: unknown) => {
    if (!isStripping || typeof text !== "string") return text;
    const bare = withoutPredicates(text);
    if (bare !== text) stripped += 1;
    return bare;
  };
  const pool = new pg.Pool({ connectionString: appUrl, max: 10 });
  pool.on("error", () => undefined);
  pool.on("connect", (client) => {
    const { query } = client;
    Reflect.set(client, "query", (text: unknown, ...rest: unknown[]) =>
      Reflect.apply(query, client, [strip(text), ...rest]),
    );
  });
  return {
    db: openDatabase(pool),
    strip: () => {
      isStripping = true;
    },
    stripped: () => stripped,
    close: async () => {
      if (!pool.ended) await pool.end();
    },
  };
}

/** Off on every table and partition; grants stay. */
export async function switchOffRowLevelSecurity(admin: pg.Client): Promise<void> {
  await admin.query(`
    do $$ declare guarded regclass;
    begin
      for guarded in select oid::regclass from pg_class where relnamespace = 'burgee'::regnamespace and relrowsecurity loop
        execute format('alter table %s disable row level security, no force row level security', guarded);
      end loop;
    end $$`);
}
