/** What an orchestrator asks a worker: whether it lives, whether it can work, and its metrics. */
import { createServer, type RequestListener } from "node:http";
import type { SystemDatabase } from "@burgee/db";
import type { Lifecycle, Logger, Metrics } from "@burgee/runtime";

export interface HealthDeps {
  /** Undefined: nothing is served. */
  readonly port: number | undefined;
  readonly system: SystemDatabase;
  readonly metrics: Metrics;
  readonly lifecycle: Lifecycle;
  readonly log: Logger;
}

export async function serveHealth({ port, system, metrics, lifecycle, log }: HealthDeps): Promise<void> {
  if (port === undefined) return;

  const answer: RequestListener = (request, response) => {
    void respond(request.url ?? "").then(({ status, type, body }) => {
      response.writeHead(status, { "content-type": type }).end(body);
    });
  };
  const server = createServer(answer);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  lifecycle.onStop("health", () => new Promise((resolve) => server.close(() => resolve())));
  log.info({ port }, "Serving health and metrics.");

  async function respond(url: string): Promise<Answer> {
    if (url === "/livez") return json(200, { status: "ok" });
    if (url === "/readyz") return ready();
    if (url === "/metrics") {
      return { status: 200, type: metrics.contentType, body: await metrics.expose() };
    }
    return json(404, { title: "Not found", status: 404 });
  }

  async function ready(): Promise<Answer> {
    if (lifecycle.stopping.aborted) return json(503, { status: "stopping" });
    try {
      await system.ping();
      return json(200, { status: "ok", parts: { database: "ok" } });
    } catch (err) {
      log.warn({ err }, "The database does not answer.");
      return json(503, { status: "unavailable", parts: { database: "unavailable" } });
    }
  }
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

function json(status: number, body: object): Answer {
  return { status, type: "application/json", body: JSON.stringify(body) };
}
