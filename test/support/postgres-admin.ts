import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";

/** The URL of another database on the same server. */
export function databaseUrl(url: string, database: string): string {
  const other = new URL(url);
  other.pathname = `/${database}`;
  return other.href;
}

/** The same login, taking `role` for every session. */
export function withRole(url: string, role: string): string {
  return `${url}${url.includes("?") ? "&" : "?"}options=${encodeURIComponent(`-c role=${role}`)}`;
}

/** Runs statements one after the other, each in a transaction of its own, on a connection of their own. */
export async function runStatements(url: string, ...statements: readonly string[]): Promise<void> {
  await onClient(url, async (client) => {
    for (const statement of statements) await client.query(statement);
  });
}

/**
 * Drops a database, and ends the sessions that are left in it. Those that are being ended have a moment first: a pool does not wait for them,
 * and one that is cut off meanwhile is an error that nobody listens to any more.
 */
export async function dropDatabase(adminUrl: string, name: string): Promise<void> {
  await onClient(adminUrl, async (client) => {
    for (let looks = 0; looks < 20 && (await isUsed(client, name)); looks++) await pause(10);
    await client.query(`drop database if exists ${name} with (force)`);
  });
}

async function isUsed(client: pg.Client, database: string): Promise<boolean> {
  const { rowCount } = await client.query("select from pg_stat_activity where datname = $1", [database]);
  return rowCount !== 0;
}

async function onClient(url: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
