/** The API as a server: everything but the process around it, so that a test runs what production runs. */
import {
  type AnnounceKey,
  decodeKeyHint,
  type ExportFiles,
  type KeyChecker,
  type Keyring,
  type LiveLists,
  type LiveRulesets,
  type ResolveTxt,
  type SignUpMode,
} from "@burgee/core";
import type { Database, SystemDatabase } from "@burgee/db";
import {
  type Clock,
  type Egress,
  type Logger,
  type Mailer,
  type Metrics,
  type Queues,
  systemClock,
} from "@burgee/runtime";
import express from "express";
import { callerMaker, nudger } from "./access/callers.ts";
import { keyRefusalNotes } from "./access/key-refusal-notes.ts";
import { refusalNotes } from "./access/refusal-notes.ts";
import { auditExportRoutes } from "./audit-exports/audit-export-routes.ts";
import { serveDashboard } from "./dashboard/serve-dashboard.ts";
import { failureReporter } from "./errors/failure-reporter.ts";
import { createEvaluations } from "./evaluations/evaluate.ts";
import { evaluationRoutes } from "./evaluations/evaluation-routes.ts";
import { readContext } from "./evaluations/read-context.ts";
import { HeadList } from "./http/answer-head.ts";
import type { Certificate } from "./http/certificate.ts";
import type { Route } from "./http/define-route.ts";
import { hotHandler } from "./http/hot-handler.ts";
import { requestMeasure } from "./http/measure-requests.ts";
import { answerErrors, measure, mountRoutes, refuseUnknown } from "./http/mount-routes.ts";
import { openListener } from "./http/open-listener.ts";
import { expressOverEither } from "./http/over-http2.ts";
import { demandHost } from "./http/refuse-unservable.ts";
import { requestIdOf } from "./http/request-id.ts";
import { byPath, isHot } from "./http/route-finder.ts";
import { SECURITY_HEADERS } from "./http/security-headers.ts";
import { jobRoutes } from "./jobs/job-routes.ts";
import { JobWatches } from "./jobs/job-watches.ts";
import { ChangeWatches } from "./live/change-watches.ts";
import { FirstSignalWatches } from "./onboarding/first-signal-watches.ts";
import { exposeRulesets } from "./operations/expose-rulesets.ts";
import { type KeptForLater, operationRoutes } from "./operations/operation-routes.ts";
import { mountQueueBoard, type QueueBoardOptions } from "./operations/queue-board.ts";
import type { RateBounds } from "./rate-limits/rate-bounds.ts";
import { RateLimits } from "./rate-limits/rate-limits.ts";
import { type NodeRole, refusePeople, routesOf } from "./roles/route-table.ts";
import { RulesetBodies } from "./rulesets/ruleset-bodies.ts";
import { rulesetRoutes } from "./rulesets/ruleset-routes.ts";
import { scheduledChangeRoutes } from "./scheduled-changes/scheduled-change-routes.ts";
import { scimRoutes } from "./scim/scim-routes.ts";
import { segmentListRoutes } from "./segments/segment-list-routes.ts";
import { createPendingCookie } from "./sessions/pending-cookie.ts";
import { createSessions } from "./sessions/sessions.ts";
import { type SignInLimits, SignInTurns } from "./sessions/sign-in-turns.ts";
import { createBrowserCookie } from "./single-sign-on/browser-cookie.ts";
import { callbackRoute } from "./single-sign-on/callback-route.ts";
import { lazyOpenIdProviders } from "./single-sign-on/lazy-openid-providers.ts";
import { resolveTxt } from "./single-sign-on/resolve-txt.ts";
import { STREAM_LIMITS, type StreamLimits } from "./streams/stream-limits.ts";
import { streamRoutes } from "./streams/stream-routes.ts";
import { Streams } from "./streams/streams.ts";
import { DELETION_DELAY_HOURS } from "./tenants/deletion-delay.ts";
import { toggleRoutes } from "./toggles/toggle-routes.ts";
import { mountTrpc } from "./trpc/mount-trpc.ts";
import { usageRoutes } from "./usage/usage-routes.ts";
import type { WatchLimits } from "./watches/watch-places.ts";
import { refusalsOf } from "./webhooks/refusals-of.ts";
import { webhookRoutes } from "./webhooks/webhook-routes.ts";

/** What every node has. */
interface NodeDeps {
  readonly db: Database;
  readonly system: SystemDatabase;
  readonly keys: KeyChecker;
  readonly rulesets: LiveRulesets;
  readonly lists: LiveLists;
  /** What is on disk, where this node keeps something there. */
  readonly kept?: KeptForLater | undefined;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** Where people reach us, if that is known. */
  readonly publicUrl?: string | undefined;
  /** Where TLS ends here; left out, nothing is encrypted: a proxy does that. */
  readonly certificate?: Certificate | undefined;
  /** How many proxies stand before us, each of which names who it serves in X-Forwarded-For. */
  readonly proxyHops?: number;
  /** Aborted once the process stops. */
  readonly stopping: AbortSignal;
  readonly clock?: Clock;
  readonly streamLimits?: Partial<StreamLimits>;
  readonly rateBounds?: Partial<RateBounds>;
}

/** A node that only serves what is read. */
export interface EdgeDeps extends NodeDeps {
  readonly role: "edge";
}

/** A node that people come to. */
export interface ServerDeps extends NodeDeps {
  /** `all`, unless told otherwise. */
  readonly role?: Exclude<NodeRole, "edge">;
  readonly keyring: Keyring;
  /** Where exports lie. */
  readonly files: Pick<ExportFiles, "read">;
  /** How providers are called. */
  readonly egress: Egress;
  /** How domains are proved; by this machine's resolvers, left out. */
  readonly resolveTxt?: ResolveTxt;
  readonly queues: Pick<Queues, "enqueue">;
  /** Tells the other processes. */
  readonly announceKey: AnnounceKey;
  readonly mailer?: Mailer | undefined;
  /** Closed, unless told otherwise. */
  readonly signUpMode?: SignUpMode;
  readonly signInLimits?: Partial<SignInLimits>;
  readonly watchLimits?: Partial<WatchLimits>;
  /** Left out, nobody sees the queues. */
  readonly queueBoard?: QueueBoardOptions | undefined;
  /** How long a tenant may be kept whose deletion was asked for: three days, unless told otherwise. */
  readonly deletionDelayMs?: number;
  /** Where the built dashboard lies; left out, there is none here. */
  readonly dashboardFolder?: string | undefined;
}

export interface ApiServer {
  readonly routes: readonly Route[];
  /** The patterns under which the application answers, those of `routes` or not. */
  readonly mountedPaths: readonly string[];
  /** Starts to listen; answers the port. Port 0 takes a free one. */
  listen(port: number, host: string): Promise<number>;
  /** Takes a message from the bus, of a key that ends. One that is no hint does nothing. */
  onKeyHint(message: string): void;
  /** Tells streams goodbye, answers what was asked, and ends. */
  close(): Promise<void>;
}

const HOUR_MS = 60 * 60 * 1000;

export function createServer(deps: ServerDeps | EdgeDeps): ApiServer {
  const { log, metrics, keys, clock = systemClock, role = "all", proxyHops = 0 } = deps;
  const report = failureReporter({ log, metrics, clock });
  const streams = new Streams({
    ...deps,
    clock,
    limits: { ...STREAM_LIMITS, ...deps.streamLimits },
  });
  const hearOfKey: AnnounceKey = ({ sdkKeyId }) => {
    keys.onHint(sdkKeyId);
    streams.recheckKey(sdkKeyId);
  };
  const people = deps.role === "edge" ? undefined : deps;
  const announceKey: AnnounceKey = (key) => {
    hearOfKey(key);
    people?.announceKey(key);
  };
  const makeCaller = people ? callerMaker({ ...people, announceKey }) : refusePeople;
  const jobWatches = people && new JobWatches(log, people.watchLimits);
  const changeWatches = people && new ChangeWatches(people, people.watchLimits);
  const firstSignalWatches = people && new FirstSignalWatches(log, people.watchLimits);
  exposeRulesets(metrics, deps.rulesets);
  const limits = new RateLimits(deps.rateBounds ?? {}, metrics);
  const bodies = new RulesetBodies((err) =>
    log.warn({ err }, "A ruleset could not be packed; it is sent as it is."),
  );
  const { evaluateOne, evaluateMany, explainOne, evaluateSome } = createEvaluations(deps);

  const measureRequest = requestMeasure(metrics);

  const app = express();
  app.disable("x-powered-by").disable("etag").set("query parser", false);
  app.set("trust proxy", proxyHops);
  app.enable("case sensitive routing").enable("strict routing");
  const signIns = people && new SignInTurns(metrics, people.signInLimits);
  if (signIns) app.use(signIns.holdBack);
  app.use(measure(measureRequest));
  app.use((request, response, next) => {
    response.locals.requestId = requestIdOf(request);
    const head = new HeadList(SECURITY_HEADERS);
    head.add("x-request-id", response.locals.requestId);
    head.moveTo(response);
    demandHost(request);
    next();
  });
  const { db, system, publicUrl } = deps;
  const cookies = { isSecure: publicUrl?.startsWith("https:") ?? false };
  const signingIn = people && {
    db,
    system,
    keyring: people.keyring,
    sessions: createSessions(system.sessions, cookies),
    browserCookie: createBrowserCookie(cookies),
    providers: lazyOpenIdProviders(people.egress, clock),
    publicUrl,
  };
  const routes = routesOf(role, [
    ...toggleRoutes({ makeCaller, readContext, evaluateOne }),
    ...evaluationRoutes(evaluateMany),
    ...rulesetRoutes({ rulesets: deps.rulesets, bodies }),
    ...segmentListRoutes({ makeCaller, lists: deps.lists, clock }),
    ...streamRoutes(streams, deps.rulesets),
    ...usageRoutes(db),
    ...operationRoutes(deps),
    ...scheduledChangeRoutes({ makeCaller }),
    ...(jobWatches ? jobRoutes({ makeCaller, keys, watches: jobWatches }) : []),
    ...(people ? auditExportRoutes({ ...people, makeCaller }) : []),
    ...(signingIn ? [callbackRoute(signingIn), ...scimRoutes({ ...signingIn, announceKey })] : []),
    ...(people
      ? webhookRoutes({ makeCaller, keyring: people.keyring, refusalOf: refusalsOf(people.egress) })
      : []),
  ]);
  const noteRefusal = refusalNotes(report);
  const noteKeyRefusal = keyRefusalNotes({ db, keys, report, clock, metrics });
  const doors = { keys, limits, makeCaller, noteRefusal, noteKeyRefusal };
  const paths = byPath(routes);
  const [hot, others] = [paths.filter(isHot), paths.filter((path) => !isHot(path))];
  mountRoutes(app, others, doors);
  if (people && signingIn && signIns && jobWatches && changeWatches && firstSignalWatches) {
    mountTrpc(app, {
      ...signingIn,
      signIns,
      resolveTxt: people.resolveTxt ?? resolveTxt,
      refusalOf: refusalsOf(people.egress),
      keys,
      pendingCookie: createPendingCookie(cookies),
      makeCaller,
      explainOne,
      evaluateSome,
      live: {
        streams: { used: async (tenantId) => streams.countOf(tenantId), limit: streams.mostOfTenant },
        requests: { used: (tenantId) => limits.countOf(tenantId), limit: limits.mostOfTenant },
      },
      jobWatches,
      changeWatches,
      firstSignalWatches,
      noteRefusal,
      noteKeyRefusal,
      nudge: nudger(people),
      signUpMode: people.signUpMode ?? "closed",
      deletionDelayMs: people.deletionDelayMs ?? DELETION_DELAY_HOURS * HOUR_MS,
      mailer: people.mailer,
      report,
    });
  }
  const queueBoard =
    people?.queueBoard &&
    signingIn &&
    mountQueueBoard(app, { ...people.queueBoard, sessions: signingIn.sessions, limits, publicUrl, log });
  if (people?.dashboardFolder !== undefined) app.use(serveDashboard(people.dashboardFolder));
  app.use(refuseUnknown(role), answerErrors(report));

  const listener = openListener(
    hotHandler(hot, { doors, measureRequest, report, proxyHops, others: expressOverEither(app) }),
    deps.certificate,
  );
  return {
    routes,
    mountedPaths: [
      ...hot.map(({ path }) => path),
      ...app.router.stack.flatMap(({ route }) => route?.path ?? []),
    ],
    listen: listener.listen,
    onKeyHint: (message) => {
      const key = decodeKeyHint(message);
      if (key) hearOfKey(key);
    },
    close: async () => {
      streams.close();
      jobWatches?.close();
      changeWatches?.close();
      firstSignalWatches?.close();
      await listener.close();
      await queueBoard?.close();
    },
  };
}
