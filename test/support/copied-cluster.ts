/** A base backup by PostgreSQL's own functions and plain copying: the embedded PostgreSQL carries no pg_basebackup. */
import { spawnSync } from "node:child_process";
import { appendFileSync, chmodSync, copyFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { findCluster } from "../../launcher/postgres-cluster.mjs";
import { giveToUnprivileged } from "../../launcher/unprivileged.mjs";

export interface Copying {
  /** The running server's folder, as `startPostgres` knows it, and its address as a superuser. */
  readonly from: { readonly dataDir: string; readonly url: string };
  /** A folder that is not there yet, where the user nobody may go. */
  readonly into: string;
  /** How the copy begins: `standby` follows its source until it is promoted, `recovery` replays up to a target. */
  readonly as: "standby" | "recovery";
  /** Lines for its configuration. */
  readonly settings: readonly string[];
}

/** Copies a running cluster. What it needs beyond the copy it takes from where `settings` say. */
export async function copyCluster({ from, into, as, settings }: Copying): Promise<void> {
  const source = findCluster(from.dataDir);
  if (source === undefined) throw new Error(`${from.dataDir} holds no cluster.`);
  mkdirSync(into);
  chmodSync(into, 0o755);
  copyFileSync(join(from.dataDir, "password"), join(into, "password"));
  const data = join(into, "data");

  const client = new pg.Client({ connectionString: from.url });
  await client.connect();
  try {
    await client.query("select pg_backup_start('copy', fast => true)");
    // Files come and go while they are copied; what is missing the log makes up for.
    spawnSync("cp", ["-a", source.data, data]);
    const { rows } = await client.query<{ readonly label: string }>(
      "select labelfile as label from pg_backup_stop(wait_for_archive => false)",
    );
    writeFileSync(join(data, "backup_label"), rows[0]?.label ?? "");
  } finally {
    await client.end();
  }
  rmSync(join(data, "postmaster.pid"), { force: true });
  const signalFile = join(data, `${as}.signal`);
  writeFileSync(signalFile, "");
  for (const file of [signalFile, join(data, "backup_label")]) giveToUnprivileged(file, 0o600);
  appendFileSync(join(data, "postgresql.auto.conf"), `${settings.join("\n")}\n`);
}

/** Where a cluster's log of changes lies. */
export function walFolder(dataDir: string): string {
  const cluster = findCluster(dataDir);
  if (cluster === undefined) throw new Error(`${dataDir} holds no cluster.`);
  return join(cluster.data, "pg_wal");
}
