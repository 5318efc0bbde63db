/**
 * Bull Board, for whoever runs the installation. It shows what waits in the queues of all tenants, so to be an owner of any tenant is
 * not enough: the operator names the one tenant whose owners see it. To everybody else it is not there.
 */
import {
  applyRolloutStepJob,
  applyScheduledChangesJob,
  publishRuleset,
  reportFailure,
  runLongJob,
} from "@burgee/core";
import type { TenantId } from "@burgee/db";
import type { BoardQueues, Logger } from "@burgee/runtime";
import type { Express, Request, RequestHandler, Response } from "express";
import type { RateLimits } from "../rate-limits/rate-limits.ts";
import { demandSameOrigin } from "../sessions/same-origin.ts";
import type { Sessions } from "../sessions/sessions.ts";

export interface QueueBoardOptions {
  /** Whose owners run the installation. */
  readonly operatorTenant: TenantId;
  /** Reaches the queues; called once somebody looks. */
  readonly open: (names: readonly string[]) => Promise<BoardQueues>;
}

interface QueueBoardDeps extends QueueBoardOptions {
  readonly sessions: Sessions;
  readonly limits: RateLimits;
  readonly publicUrl: string | undefined;
  readonly log: Logger;
}

export interface QueueBoard {
  close(): Promise<void>;
}

const PATH = "/ops/queues";
const READS = new Set(["GET", "HEAD"]);
const JOBS = [publishRuleset, applyRolloutStepJob, applyScheduledChangesJob, reportFailure, runLongJob];
/** Its page is one of ours but for styles, which it writes into its elements. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'self'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

export function mountQueueBoard(app: Express, deps: QueueBoardDeps): QueueBoard {
  const { sessions, limits, publicUrl, log } = deps;
  let opening: Promise<OpenBoard> | undefined;

  app.use(PATH, async (request, response, next) => {
    response.locals.route = PATH;
    limits.takeAddress(request.ip);
    const { cookie } = request.headers;
    if (!sessions.isNamedBy(cookie)) return next();
    const isChange = !READS.has(request.method);
    if (isChange) demandSameOrigin(request, publicUrl);
    const userId = await operatorOf(cookie, response);
    if (userId === undefined) return next();
    if (isChange) tellOf(request, response, userId);

    response.setHeader("content-security-policy", POLICY);
    opening ??= openBoard(deps);
    const { answer } = await opening.catch((error) => {
      opening = undefined;
      throw error;
    });
    return answer(request, response, next);
  });

  return {
    close: async () => {
      const open = await opening?.catch(() => undefined);
      await open?.close();
    },
  };

  async function operatorOf(cookie: string | undefined, response: Response) {
    const checked = await sessions.check(cookie);
    if (checked?.cookie) response.appendHeader("set-cookie", checked.cookie);
    if (!checked) return undefined;
    const { tenantId, role, userId } = checked.credential;
    return tenantId === deps.operatorTenant && role === "owner" ? userId : undefined;
  }

  function tellOf({ method, path }: Request, { locals }: Response, userId: string): void {
    log.warn({ method, path, userId, requestId: locals.requestId }, "An operator changes the queues.");
  }
}

interface OpenBoard {
  readonly answer: RequestHandler;
  close(): Promise<void>;
}

/** Loaded for who looks: whoever never does pays nothing for it. */
async function openBoard({ open }: QueueBoardOptions): Promise<OpenBoard> {
  const [{ createBullBoard }, { BullMQAdapter }, { ExpressAdapter }] = await Promise.all([
    import("@bull-board/api"),
    import("@bull-board/api/bullMQAdapter"),
    import("@bull-board/express"),
  ]);
  const { queues, close } = await open([...new Set(JOBS.map(({ queue }) => queue))]);
  const serverAdapter = new ExpressAdapter().setBasePath(PATH);
  createBullBoard({
    queues: queues.map((queue) => new BullMQAdapter(queue, { description: descriptionOf(queue.name) })),
    serverAdapter,
    options: { uiConfig: { boardTitle: "Burgee's queues" } },
  });
  const answer = serverAdapter.getRouter().disable("x-powered-by");
  return { answer, close };
}

function descriptionOf(queue: string): string {
  const jobs = JOBS.filter((job) => job.queue === queue);
  return jobs.map(({ name, mayRunTwice }) => `${name} may run twice: ${mayRunTwice}`).join("\n");
}
