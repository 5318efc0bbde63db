import pg from "pg";

/** Asks by a connection of its own, which no fault of a pool's reaches. */
export async function askDatabase(databaseUrl: string, statement: string) {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return await client.query(statement);
  } finally {
    await client.end();
  }
}
