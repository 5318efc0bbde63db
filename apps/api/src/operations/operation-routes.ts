/** What operators and orchestrators ask. No key is needed: nothing here tells of a tenant. */
import type { LiveRulesets } from "@burgee/core";
import type { Database, SystemDatabase } from "@burgee/db";
import { RULESET_SCHEMA } from "@burgee/engine";
import { bounded, type Logger, type Metrics, onceWhileItLasts } from "@burgee/runtime";
import { anyone } from "../access/credential.ts";
import { TransportError } from "../errors/api-error.ts";
import { errorTable } from "../errors/error-table.ts";
import { type Answer, defineRoute, type Route } from "../http/define-route.ts";
import { noBody, rawQuery } from "../http/inputs.ts";
import { VERSION } from "../version.ts";

/** What a node could serve with everything else down. */
export interface KeptForLater {
  /** How many have a ruleset there. */
  readonly environments: number;
}

export interface OperationDeps {
  readonly db: Database;
  readonly system: SystemDatabase;
  readonly rulesets: LiveRulesets;
  readonly kept?: KeptForLater | undefined;
  readonly metrics: Metrics;
  readonly log: Logger;
  /** Aborted once the process stops: no new traffic, please. */
  readonly stopping: AbortSignal;
}

const PING_BOUND_MS = 2_000;

export function operationRoutes({
  db,
  system,
  rulesets,
  kept,
  metrics,
  log,
  stopping,
}: OperationDeps): readonly Route[] {
  let wasReady = false;
  const onUnanswered = onceWhileItLasts((err) => log.warn({ err }, "The database does not answer."));

  /**
   * A node that once could serve, or that has rulesets on disk, goes on while the database is away: reads are answered
   * from memory, and taking every node out of the balancer would end those as well.
   */
  async function ready(): Promise<Answer> {
    if (stopping.aborted) return { status: 503, body: { status: "stopping", parts: {} } };
    try {
      await bounded(Promise.all([db.ping(), system.ping()]), PING_BOUND_MS, "Asking the database");
      wasReady = true;
      return { body: { status: "ok", parts: { database: "ok" }, rulesets: held() } };
    } catch (err) {
      onUnanswered(err);
      const parts = { database: "unavailable" };
      if (wasReady || held().onDisk > 0) return { body: { status: "degraded", parts, rulesets: held() } };
      const waitsFor = "the database: no ruleset is in memory or on disk that could be served meanwhile";
      return { status: 503, body: { status: "unavailable", parts, rulesets: held(), waitsFor } };
    }
  }

  function held() {
    const { served, from, oldestMs } = rulesets.survey();
    return { served, ...from, oldestSeconds: Math.round(oldestMs / 1_000), onDisk: kept?.environments ?? 0 };
  }

  const get = (path: string, handle: () => Promise<Answer> | Answer) =>
    defineRoute({
      method: "GET",
      path,
      access: anyone,
      needs: "public",
      query: rawQuery,
      body: noBody,
      handle,
    });
  return [
    get("/livez", () => ({ body: { status: "ok" } })),
    get("/readyz", ready),
    get("/version", () => ({
      body: { service: "burgee-api", version: VERSION, rulesetSchema: RULESET_SCHEMA },
    })),
    get("/metrics", async () => ({
      headers: { "content-type": metrics.contentType },
      body: await metrics.expose(),
    })),
    defineRoute({
      method: "GET",
      path: "/problems/:code",
      access: anyone,
      needs: "public",
      query: rawQuery,
      body: noBody,
      handle: ({ params: { code = "" } }) => {
        const meaning = Object.entries(errorTable).find(([known]) => known === code)?.[1];
        if (!meaning) throw new TransportError("route_not_found", "There is no problem of this code.");
        return { body: { code, title: meaning.title, status: meaning.status } };
      },
    }),
  ];
}
