/** The statements that the doors send, and how Postgres goes about them. */
import { Kysely, PostgresDialect, type PostgresPool } from "kysely";
import pg from "pg";
import type { Tables } from "../src/schema/tables.ts";

export interface Statement {
  readonly url: string;
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

interface PlanNode {
  readonly "Node Type": string;
  readonly "Index Name"?: string;
  readonly "Relation Name"?: string;
  readonly Plans?: readonly PlanNode[];
}

/** Runs `work` and answers the statements that it sent. */
export async function recorded(
  url: string,
  work: (kysely: Kysely<Tables>) => Promise<unknown>,
): Promise<readonly Statement[]> {
  const statements: Statement[] = [];
  const pool = new pg.Pool({ connectionString: url, max: 1 });
  // A connection that is cut while it closes has nobody left to tell.
  pool.on("error", () => undefined);
  const recording: PostgresPool = {
    options: {},
    end: () => pool.end(),
    connect: async () => {
      const client = await pool.connect();
      const query = client.query.bind(client);
      return Object.assign(client, {
        query: (sql: string, parameters: readonly unknown[] = []) => {
          statements.push({ url, sql, parameters });
          return query(sql, [...parameters]);
        },
      });
    },
  };
  const kysely = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: recording }) }).withSchema(
    "burgee",
  );
  await work(kysely);
  await kysely.destroy();
  return statements;
}

/** How Postgres would go about it. With small tables it would read them whole, unless `before` says otherwise. */
export async function planOf(statement: Statement | undefined, before: string) {
  if (!statement) throw new Error("Nothing was read.");
  const planner = new pg.Client({ connectionString: statement.url });
  await planner.connect();
  await planner.query(before);
  const { rows } = await planner.query(`explain (format json) ${statement.sql}`, [...statement.parameters]);
  await planner.end();

  const nodes = flatten(rows[0]["QUERY PLAN"][0].Plan);
  return {
    indexes: new Set(nodes.map((node) => node["Index Name"])),
    tables: new Set(nodes.flatMap((node) => node["Relation Name"] ?? [])),
    scannedTables: nodes
      .filter((node) => node["Node Type"] === "Seq Scan")
      .map((node) => node["Relation Name"]),
  };
}

function flatten(node: PlanNode): readonly PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(flatten)];
}
