/**
 * All open streams of this process. An environment is followed from before its ruleset is read, so that no change
 * falls between; one timer looks after all connections.
 */
import type { ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { type KeyChecker, type LiveRulesets, quotaExceeded, type Scope } from "@burgee/core";
import type { SdkKeyId, TenantId } from "@burgee/db";
import type { Clock, Logger, Metrics } from "@burgee/runtime";
import type { ClientCredential, ServerCredential } from "../access/credential.ts";
import { TransportError } from "../errors/api-error.ts";
import { AcceptLimiter, LATE_MS, LONGEST_AWAY_MS } from "./accept-limiter.ts";
import { EnvironmentFeed, type Feed, type Position } from "./environment-feed.ts";
import { HintFeed } from "./hint-feed.ts";
import { PatchAllowance } from "./kept-patch.ts";
import { openLine } from "./line.ts";
import { type GoodbyeReason, StreamConnection } from "./stream-connection.ts";
import type { StreamLimits } from "./stream-limits.ts";

export interface StreamsDeps {
  readonly rulesets: LiveRulesets;
  readonly keys: KeyChecker;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly clock: Clock;
  readonly limits: StreamLimits;
}

export interface StreamRequest {
  readonly response: ServerResponse;
  readonly credential: ServerCredential | ClientCredential;
  /** What the SDK says that it holds. */
  readonly held: Position | undefined;
  /** Whether it wants each ruleset whole, as it was signed, and no patches. */
  readonly wantsWhole: boolean;
}

interface Environment {
  readonly feed: EnvironmentFeed;
  readonly hints: HintFeed;
  readonly connections: Set<StreamConnection>;
  readonly unwatch: () => void;
  /** Connections, and requests that are about to become one. */
  users: number;
}

/** The streams of one key, whose text is asked about. */
interface OfKey {
  readonly key: string;
  readonly connections: Set<StreamConnection>;
}

const HEADERS = {
  "content-type": "text/event-stream",
  "cache-control": "no-cache, no-transform",
  "x-accel-buffering": "no",
};
/** A first byte tells an SDK that has the latest already that the line works. */
const GREETING = ": connected\n\n";
const AGE_SPREAD = 0.2;
/** Signs of life after one change that reached all would otherwise all fall into one moment, and hold up the next. */
const HEARTBEAT_SPREAD = 0.2;
/** Those who are sent away together come back over a time in which they are half of what may begin. */
const RETURN_SHARE = 0.5;
const SHORTEST_SPREAD_MS = 1_000;
/** Of a tenant's streams and of those that begin, by client keys: whoever has one, and anybody may, could keep servers from theirs. */
const CLIENTS_SHARE = 0.8;

export class Streams {
  readonly #deps: StreamsDeps;
  readonly #patches: PatchAllowance;
  readonly #environments = new Map<Scope["environmentId"], Environment>();
  readonly #byKey = new Map<SdkKeyId, OfKey>();
  readonly #ofTenants = new Map<TenantId, number>();
  /** Those by client keys alone. */
  readonly #ofClients = new Map<TenantId, number>();
  readonly #open: { set(value: number): void };
  readonly #accepted: { inc(): void };
  readonly #refused: { inc(labels: { reason: "full" | "rate" }): void };
  readonly #accepts: AcceptLimiter;
  readonly #acceptsOfClients: AcceptLimiter;
  readonly #timer: NodeJS.Timeout;
  #count = 0;
  #isClosing = false;
  #isRechecking = false;
  #recheckedMs: number;

  constructor(deps: StreamsDeps) {
    this.#deps = deps;
    this.#patches = new PatchAllowance(deps.limits.patchBytes);
    this.#open = deps.metrics.gauge({ name: "burgee_sse_connections", help: "Streams that are open." });
    this.#accepted = deps.metrics.counter({
      name: "burgee_sse_accepted_total",
      help: "Streams that began.",
    });
    this.#refused = deps.metrics.counter({
      name: "burgee_sse_refused_total",
      help: "Streams that were asked to come back later: the process was full, or too many came at once.",
      labels: ["reason"],
    });
    const nowMs = deps.clock.monotonicMs();
    const { acceptsPerSecond } = deps.limits;
    this.#accepts = new AcceptLimiter({ acceptsPerSecond }, nowMs);
    this.#acceptsOfClients = new AcceptLimiter({ acceptsPerSecond: acceptsPerSecond * CLIENTS_SHARE }, nowMs);
    this.#recheckedMs = nowMs;
    this.#timer = setInterval(() => this.#tick(), deps.limits.tickMs).unref();
  }

  /**
   * Takes a response over, until either side ends it.
   * @throws {TransportError} "too_many_streams" @throws {AppError} "quota_exceeded", "ruleset_not_ready", "unavailable"
   */
  async open(request: StreamRequest): Promise<void> {
    const { response, credential } = request;
    const { rulesets } = this.#deps;
    // Whoever gave up while the key was looked up has closed before anybody listened for it.
    if (response.closed || response.destroyed) return;
    this.#demandPlace(credential);
    const waitMs = this.#demandTurn(credential);
    const environment = this.#enter(credential);
    response.once("close", () => this.#leave(credential, environment));
    if (waitMs > 0) await this.#waitForTurn(credential, waitMs);
    if (environment.feed.isEmpty) {
      const ruleset = await rulesets.get(credential.scope);
      if (environment.feed.isEmpty) environment.feed.accept(ruleset);
    }
    if (this.#isClosing) throw full();
    if (!response.destroyed) this.#start(request, environment);
  }

  /** How many a tenant may have open, unless the operator says otherwise for it. */
  get mostOfTenant(): number {
    return this.#deps.limits.maxOfTenant;
  }

  /** How many of a tenant's are open, or about to be. */
  countOf(tenantId: TenantId): number {
    return this.#ofTenants.get(tenantId) ?? 0;
  }

  /** Asks about one key at once, for whoever heard that it ends. */
  recheckKey(keyId: SdkKeyId): void {
    const streams = this.#byKey.get(keyId);
    if (streams) void this.#recheck([streams]);
  }

  /** Tells everybody goodbye; whoever would connect from now on is refused. */
  close(): void {
    this.#isClosing = true;
    clearInterval(this.#timer);
    const spreadMs = this.#spreadMs(this.#count);
    for (const { connections } of this.#environments.values()) sendAway(connections, "shutdown", spreadMs);
  }

  #start({ response, credential, held, wantsWhole }: StreamRequest, environment: Environment): void {
    const { clock, limits } = this.#deps;
    const { heartbeatMs, stalledMs, maxAgeMs } = limits;
    const { hints, feed: patches } = environment;
    const wholes: Feed = { next: (position) => patches.nextWhole(position) };
    const ofServers = wantsWhole ? wholes : patches;
    const feed = credential.kind === "client" ? hints : ofServers;
    const line = openLine(response, {
      headers: HEADERS,
      greeting: GREETING,
      onDrain: () => connection.drained(clock.monotonicMs()),
    });
    const connection: StreamConnection = new StreamConnection(line, feed, {
      held,
      times: {
        heartbeatMs: heartbeatMs * (1 - HEARTBEAT_SPREAD * Math.random()),
        stalledMs,
        maxAgeMs: maxAgeMs * (1 + AGE_SPREAD * (2 * Math.random() - 1)),
      },
      nowMs: clock.monotonicMs(),
    });
    this.#accepted.inc();
    const { keyId, key } = credential;
    const ofKey = this.#byKey.get(keyId) ?? { key, connections: new Set() };
    this.#byKey.set(keyId, ofKey);
    ofKey.connections.add(connection);
    environment.connections.add(connection);

    response.once("close", () => {
      connection.closed();
      environment.connections.delete(connection);
      ofKey.connections.delete(connection);
      if (ofKey.connections.size === 0 && this.#byKey.get(keyId) === ofKey) this.#byKey.delete(keyId);
    });
    // A line that breaks is a line that closes; there is nobody to tell.
    response.on("error", () => undefined);
    connection.advance(clock.monotonicMs());
  }

  /** A tenant that has all of its streams takes no place in the rate from others. */
  #demandPlace({ kind, scope: { tenantId }, quotas }: StreamRequest["credential"]): void {
    const { limits } = this.#deps;
    if (this.#isClosing || this.#count >= limits.maxConnections) {
      this.#refused.inc({ reason: "full" });
      throw full();
    }
    const used = this.countOf(tenantId);
    const limit = quotas.streams ?? limits.maxOfTenant;
    if (used >= limit) throw quotaExceeded("streams", { used, limit });
    if (kind !== "client") return;
    const [ofClients, mostOfClients] = [this.#ofClients.get(tenantId) ?? 0, Math.ceil(limit * CLIENTS_SHARE)];
    if (ofClients >= mostOfClients) {
      throw quotaExceeded("streams", { used: ofClients, limit: mostOfClients });
    }
  }

  /** Answers how long to wait for it, in milliseconds. */
  #demandTurn(credential: StreamRequest["credential"]): number {
    let waitMs = 0;
    for (const limiter of this.#limitersOf(credential)) {
      const turn = limiter.next(this.#deps.clock.monotonicMs());
      if ("comeBackInMs" in turn) {
        this.#refused.inc({ reason: "rate" });
        throw tooFast(turn.comeBackInMs);
      }
      waitMs = Math.max(waitMs, turn.beginInMs);
    }
    return waitMs;
  }

  async #waitForTurn(credential: StreamRequest["credential"], waitMs: number): Promise<void> {
    const { clock } = this.#deps;
    for (let leftMs = waitMs; leftMs > 0; ) {
      const dueMs = clock.monotonicMs() + leftMs;
      await delay(leftMs);
      const nowMs = clock.monotonicMs();
      if (nowMs - dueMs <= LATE_MS) return;
      leftMs = Math.max(...this.#limitersOf(credential).map((limiter) => limiter.again(nowMs)));
    }
  }

  #limitersOf({ kind }: StreamRequest["credential"]): readonly AcceptLimiter[] {
    return kind === "client" ? [this.#acceptsOfClients, this.#accepts] : [this.#accepts];
  }

  #spreadMs(count: number): number {
    const returnMs = (count / (this.#deps.limits.acceptsPerSecond * RETURN_SHARE)) * 1_000;
    return Math.min(LONGEST_AWAY_MS, Math.max(SHORTEST_SPREAD_MS, returnMs));
  }

  #enter({ kind, scope }: StreamRequest["credential"]): Environment {
    const environment = this.#environments.get(scope.environmentId) ?? this.#follow(scope);
    environment.users += 1;
    this.#count += 1;
    count(this.#ofTenants, scope.tenantId, 1);
    if (kind === "client") count(this.#ofClients, scope.tenantId, 1);
    this.#open.set(this.#count);
    return environment;
  }

  #leave(
    { kind, scope: { tenantId, environmentId } }: StreamRequest["credential"],
    environment: Environment,
  ): void {
    environment.users -= 1;
    this.#count -= 1;
    count(this.#ofTenants, tenantId, -1);
    if (kind === "client") count(this.#ofClients, tenantId, -1);
    this.#open.set(this.#count);
    if (environment.users > 0) return;
    environment.unwatch();
    environment.feed.forgetPatches();
    this.#environments.delete(environmentId);
  }

  #follow(scope: Scope): Environment {
    const { rulesets, clock, limits } = this.#deps;
    const feed = new EnvironmentFeed(limits.environmentPatchBytes, this.#patches);
    const connections = new Set<StreamConnection>();
    const unwatch = rulesets.watch(scope, (ruleset) => {
      feed.accept(ruleset);
      const nowMs = clock.monotonicMs();
      for (const connection of connections) connection.advance(nowMs);
    });
    const environment = { feed, hints: new HintFeed(feed), connections, unwatch, users: 0 };
    this.#environments.set(scope.environmentId, environment);
    return environment;
  }

  #tick(): void {
    const nowMs = this.#deps.clock.monotonicMs();
    for (const { connections } of this.#environments.values()) {
      for (const connection of connections) connection.tick(nowMs);
    }
    if (this.#isRechecking || nowMs - this.#recheckedMs < this.#deps.limits.recheckMs) return;
    this.#recheckedMs = nowMs;
    this.#isRechecking = true;
    void this.#recheck([...this.#byKey.values()]).finally(() => {
      this.#isRechecking = false;
    });
  }

  /** A stream outlives the moment in which its key was checked, so the key is asked about again. */
  async #recheck(streams: readonly OfKey[]): Promise<void> {
    try {
      const ended = new Set(await this.#deps.keys.findEnded(streams.map(({ key }) => key)));
      for (const { key, connections } of streams) {
        if (ended.has(key)) sendAway(connections, "key_revoked", this.#spreadMs(connections.size));
      }
    } catch (err) {
      this.#deps.log.warn({ err }, "The keys of open streams could not be checked.");
    }
  }
}

/** A tenant that has none left is forgotten. */
function count(counts: Map<TenantId, number>, tenantId: TenantId, by: 1 | -1): void {
  const next = (counts.get(tenantId) ?? 0) + by;
  if (next > 0) counts.set(tenantId, next);
  else counts.delete(tenantId);
}

function sendAway(connections: Iterable<StreamConnection>, reason: GoodbyeReason, spreadMs: number): void {
  for (const connection of connections) connection.goodbye(reason, spreadMs);
}

/** A place comes free when a stream ends, and nobody knows when that is. */
function full(): TransportError {
  return new TransportError(
    "too_many_streams",
    "This server has all the streams that it can hold; try again.",
    { headers: { "retry-after": seconds(LONGEST_AWAY_MS * (0.1 + 0.9 * Math.random())) } },
  );
}

function tooFast(waitMs: number): TransportError {
  return new TransportError(
    "too_many_streams",
    "More streams begin at this server than it takes at once; come back when Retry-After says.",
    { headers: { "retry-after": seconds(waitMs) } },
  );
}

function seconds(ms: number): string {
  return String(Math.ceil(ms / 1_000));
}
