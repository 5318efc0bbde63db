import { randomUUID } from "node:crypto";
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { migrate } from "@burgee/db";
import { removePostgres, startPostgres } from "../../launcher/embedded-postgres.mjs";
import { isRunning } from "../../launcher/running-process.mjs";
import { databaseUrl, runStatements } from "./postgres-admin.ts";
import { privateFolder } from "./private-folder.ts";

/** Where tests make their databases. `adminUrl` may create databases; `template` is one that is migrated and unused. */
export interface SharedPostgres {
  readonly adminUrl: string;
  readonly template: string;
}

interface Lease {
  readonly postgres: SharedPostgres;
  readonly release: () => Promise<void>;
}

interface Server {
  readonly adminUrl: string;
  readonly stop: () => Promise<void>;
}

/** Each vitest project loads this module anew, in one process: what they share hangs on the process. */
const shared = globalThis as { burgeePostgres?: { running: Promise<Lease>; users: number } };

/**
 * Answers the one Postgres of this test run, started for its first user and stopped by its last.
 * It is embedded and not durable, unless TEST_DATABASE_URL names another one whose login may create databases and roles.
 */
export async function sharePostgres(): Promise<Lease> {
  const current = shared.burgeePostgres ?? { running: start(), users: 0 };
  shared.burgeePostgres = current;
  current.users += 1;
  const { postgres, release } = await current.running;

  return {
    postgres,
    release: async () => {
      current.users -= 1;
      if (current.users > 0) return;
      delete shared.burgeePostgres;
      await release();
    },
  };
}

async function start(): Promise<Lease> {
  const given = process.env.TEST_DATABASE_URL;
  const server = given ? { adminUrl: given, stop: async () => {} } : await startEmbedded();
  const template = `burgee_template_${randomUUID().replaceAll("-", "").slice(0, 12)}`;
  try {
    await makeTemplate(server.adminUrl, template);
  } catch (error) {
    await server.stop();
    throw error;
  }

  return {
    postgres: { adminUrl: server.adminUrl, template },
    release: async () => {
      if (given)
        await runStatements(
          given,
          `alter database ${template} is_template false`,
          `drop database ${template}`,
        );
      await server.stop();
    },
  };
}

/** Nobody may connect to a template: a session in it would keep it from being copied. */
async function makeTemplate(adminUrl: string, template: string): Promise<void> {
  await runStatements(adminUrl, `create database ${template}`);
  await migrate({ url: databaseUrl(adminUrl, template) });
  await runStatements(adminUrl, `alter database ${template} is_template true allow_connections false`);
}

async function startEmbedded(): Promise<Server> {
  const folder = privateFolder("test");
  mkdirSync(folder, { recursive: true });
  await sweep(folder);

  const dataDir = join(folder, `postgres-${process.pid}-${randomUUID().slice(0, 8)}`);
  const server = await startPostgres({ dataDir, durable: false });
  const stop = async () => {
    await server.stop();
    await removePostgres(dataDir);
  };
  return { adminUrl: server.url, stop };
}

/** Removes what runs that were killed left behind; a run that is alive keeps its own. */
async function sweep(folder: string): Promise<void> {
  for (const name of readdirSync(folder)) {
    const owner = /^postgres-(\d+)-/.exec(name)?.[1];
    if (owner !== undefined && !isRunning(Number(owner))) await removePostgres(join(folder, name));
  }
}
