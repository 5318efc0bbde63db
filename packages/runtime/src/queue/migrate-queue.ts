import { Client, escapeIdentifier } from "pg";
import { connectionSettings } from "../postgres/connection-settings.ts";

export interface MigrateQueueOptions {
  /** A login that may create a schema, or that owns `bullmq` already. */
  readonly url: string;
  /** Who owns what is made, where that is not the login itself; it needs CREATE on the database. */
  readonly role?: string;
  /** The roles whose processes add and run jobs. They must exist. */
  readonly grantTo: readonly string[];
  /** Roles that were let in once and need it no more. They must exist. */
  readonly revokeFrom?: readonly string[];
}

/** Any number does, as long as it is always this one. */
const GRANT_LOCK = 1_113_081_671;

/**
 * Brings the queue's schema `bullmq` up to this BullMQ's version and lets `grantTo` use it, `revokeFrom` no more. Safe to run
 * again, and by several processes at once.
 */
export async function migrateQueue({
  url,
  role,
  grantTo,
  revokeFrom = [],
}: MigrateQueueOptions): Promise<void> {
  const { DEFAULT_SCHEMA, runMigrations } = await import("bullmq");
  const client = new Client(connectionSettings({ url, role, applicationName: "burgee-migrate-queue" }));
  // A connection lost between two statements shows in the next one.
  client.on("error", () => undefined);
  try {
    await client.connect();
    await runMigrations(client, DEFAULT_SCHEMA);
    if (revokeFrom.length > 0) await revoke(client, DEFAULT_SCHEMA, revokeFrom);
    if (grantTo.length > 0) await grant(client, DEFAULT_SCHEMA, grantTo);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/**
 * Enough to add and run jobs whose ids we give. CREATE is not: the backend makes a sequence only for a job
 * that has no id. Two GRANTs at a time trip over each other, hence the lock.
 */
async function grant(client: Client, name: string, roles: readonly string[]): Promise<void> {
  const schema = escapeIdentifier(name);
  const to = roles.map(escapeIdentifier).join(", ");
  await client.query("begin");
  await client.query("select pg_advisory_xact_lock($1)", [GRANT_LOCK]);
  await client.query(`grant usage on schema ${schema} to ${to}`);
  await client.query(`grant select, insert, update, delete on all tables in schema ${schema} to ${to}`);
  await client.query(`grant usage, select on all sequences in schema ${schema} to ${to}`);
  await client.query(`grant execute on all functions in schema ${schema} to ${to}`);
  await client.query("commit");
}

async function revoke(client: Client, name: string, roles: readonly string[]): Promise<void> {
  const schema = escapeIdentifier(name);
  const from = roles.map(escapeIdentifier).join(", ");
  await client.query("begin");
  await client.query("select pg_advisory_xact_lock($1)", [GRANT_LOCK]);
  for (const kind of ["tables", "sequences", "functions"]) {
    await client.query(`revoke all on all ${kind} in schema ${schema} from ${from}`);
  }
  await client.query(`revoke all on schema ${schema} from ${from}`);
  await client.query("commit");
}
