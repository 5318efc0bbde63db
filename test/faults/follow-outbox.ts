/**
 * Follows the changes as they are written, by revision as the publisher does: within an environment, what comes after the last that was seen.
 * The naive way, planted for once: over all environments, what was written later than the last that was seen.
 */
import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";
import { never, type Verdict } from "./verdicts.ts";

export const MISSED = "changes that a follower of the outbox did not see";

interface Following {
  readonly naive: boolean;
  readonly signal: AbortSignal;
}

interface Row {
  readonly environment: string;
  readonly revision: number;
  readonly at: string;
}

const POLL_MS = 2;
const COLUMNS = `environment_id as environment, revision::int, created_at::text as at`;

/** Ends a look after `signal` does, and says what it missed. It outlives a database that goes. */
export async function followOutbox(databaseUrl: string, { naive, signal }: Following): Promise<Verdict> {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 1 });
  pool.on("error", () => undefined);
  pool.on("connect", (client) => client.on("error", () => undefined));
  const look = naive ? lookByTime(pool) : lookByRevision(pool);
  try {
    const seen = new Set<string>();
    const see = async () => {
      for (const { environment, revision } of await look()) seen.add(`${environment}/${revision}`);
    };
    while (!signal.aborted) {
      await see().catch(() => undefined);
      await pause(POLL_MS);
    }
    await see();
    const { rows } = await pool.query<Row>(`select ${COLUMNS} from burgee.outbox`);
    const missed = rows.filter(({ environment, revision }) => !seen.has(`${environment}/${revision}`));
    return never(MISSED, missed.length, { n: rows.length, what: "changes" });
  } finally {
    await pool.end();
  }
}

function lookByRevision(pool: pg.Pool): () => Promise<readonly Row[]> {
  const last = new Map<string, number>();
  return async () => {
    const { rows } = await pool.query<Row>(
      `select ${COLUMNS} from burgee.outbox
       where revision > coalesce(($1::jsonb ->> environment_id::text)::bigint, 0) order by revision`,
      [JSON.stringify(Object.fromEntries(last))],
    );
    for (const { environment, revision } of rows) last.set(environment, revision);
    return rows;
  };
}

function lookByTime(pool: pg.Pool): () => Promise<readonly Row[]> {
  let last = "-infinity";
  return async () => {
    const { rows } = await pool.query<Row>(
      `select ${COLUMNS} from burgee.outbox where created_at > $1::timestamptz order by created_at`,
      [last],
    );
    last = rows.at(-1)?.at ?? last;
    return rows;
  };
}
