/**
 * Keeps one key, one tenant and one address from having a process to themselves. Each process counts by itself, in memory: to ask
 * a shared counter would cost more than the read that it is about.
 */
import type { ServerResponse } from "node:http";
import { addressGroup } from "@burgee/core";
import type { TenantId } from "@burgee/db";
import type { Metrics } from "@burgee/runtime";
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import type { AnyCredential } from "../access/credential.ts";
import { TransportError } from "../errors/api-error.ts";
import { RATE_BOUNDS, type RateBounds, WINDOW_SECONDS } from "./rate-bounds.ts";

type Bound = keyof RateBounds;

/** What is left of a bound, and until when. */
interface State {
  readonly bound: Bound;
  readonly quota: number;
  readonly left: number;
  readonly resetSeconds: number;
}

const MOST_GROUPS = 10_000;

export class RateLimits {
  readonly #bounds: RateBounds;
  readonly #limiters: Readonly<Record<Bound, RateLimiterMemory>>;
  readonly #groups = new Map<string, string>();
  readonly #refused: { inc(labels: { by: Bound }): void };

  constructor(bounds: Partial<RateBounds>, metrics: Metrics) {
    this.#bounds = { ...RATE_BOUNDS, ...bounds };
    const { key, client, tenant, address } = this.#bounds;
    this.#limiters = {
      key: limiterOf(key),
      client: limiterOf(client),
      tenant: limiterOf(tenant),
      address: limiterOf(address),
    };
    this.#refused = metrics.counter({
      name: "burgee_rate_limited_total",
      help: "Requests beyond the bound of a key, a client key at an address, a tenant or an address.",
      labels: ["by"],
    });
  }

  /** Told to nobody before it is reached: another address's load is no news. @throws {TransportError} "rate_limited" */
  async takeAddress(address: string | undefined): Promise<void> {
    const { address: quota } = this.#bounds;
    if (quota > 0) await this.#take("address", this.#groupOf(address), quota);
  }

  /** @throws {TransportError} "rate_limited" */
  async takeKey(
    { kind, keyId, quotas, scope: { tenantId } }: AnyCredential,
    address: string | undefined,
    response: ServerResponse,
  ): Promise<void> {
    // Whoever has a client key could use up what its tenant's servers need, if these were counted together.
    const [bound, name, tenant] =
      kind === "client"
        ? (["client", `${keyId} ${this.#groupOf(address)}`, clientsOf(tenantId)] as const)
        : (["key", keyId, tenantId] as const);
    const mostOfKey = this.#bounds[bound];
    const mostOfTenant = quotas.requests ?? this.#bounds.tenant;
    const ofKey = mostOfKey > 0 ? await this.#take(bound, name, mostOfKey) : undefined;
    const ofTenant = mostOfTenant > 0 ? await this.#take("tenant", tenant, mostOfTenant) : undefined;
    const tightest = ofKey && ofTenant && ofTenant.left < ofKey.left ? ofTenant : (ofKey ?? ofTenant);
    if (!tightest) return;
    const told = [ofKey, ofTenant].flatMap((state) => (state ? [policyOf(state)] : []));
    response.setHeader("ratelimit-policy", told.join(", "));
    response.setHeader("ratelimit", rateLimitOf(tightest));
  }

  /** How many requests a tenant made within the ten seconds that run, by servers' and personal keys or by client keys: the larger count. */
  async countOf(tenantId: TenantId): Promise<number> {
    const counts = await Promise.all(
      [tenantId, clientsOf(tenantId)].map((name) => this.#limiters.tenant.get(name)),
    );
    return Math.max(...counts.map((count) => count?.consumedPoints ?? 0));
  }

  /** What a tenant may make in ten seconds, unless the operator says otherwise for it; null where nothing bounds it. */
  get mostOfTenant(): number | null {
    return this.#bounds.tenant > 0 ? this.#bounds.tenant : null;
  }

  /** Remembered, since it costs more than all the counting. */
  #groupOf(address = ""): string {
    const known = this.#groups.get(address);
    if (known !== undefined) return known;
    if (this.#groups.size === MOST_GROUPS) this.#groups.clear();
    const group = addressGroup(address);
    this.#groups.set(address, group);
    return group;
  }

  async #take(bound: Bound, name: string, quota: number): Promise<State> {
    const { consumedPoints, msBeforeNext } = await takeOne(this.#limiters[bound], name);
    const left = Math.max(0, quota - consumedPoints);
    const state = { bound, quota, left, resetSeconds: Math.ceil(msBeforeNext / 1000) };
    if (consumedPoints > quota) throw this.#refusal(state);
    return state;
  }

  #refusal(state: State): TransportError {
    const { bound, resetSeconds } = state;
    this.#refused.inc({ by: bound });
    return new TransportError("rate_limited", MESSAGES[bound], {
      headers: {
        "retry-after": String(Math.max(1, resetSeconds)),
        "ratelimit-policy": policyOf(state),
        ratelimit: rateLimitOf(state),
      },
    });
  }
}

const MESSAGES: Readonly<Record<Bound, string>> = {
  key: "This key asked more than a key may; come back later, or read in process with an SDK.",
  client: "Too many requests came from your address with this key; come back later.",
  tenant: "All of your tenant's keys together asked more than a tenant may; come back later.",
  address: "Too many requests came from your address; come back later.",
};

function limiterOf(points: number): RateLimiterMemory {
  return new RateLimiterMemory({ points, duration: WINDOW_SECONDS });
}

/** Where the bound is passed, the library throws the state in place of answering it. */
async function takeOne(limiter: RateLimiterMemory, name: string): Promise<RateLimiterRes> {
  try {
    return await limiter.consume(name);
  } catch (state) {
    if (state instanceof RateLimiterRes) return state;
    throw state;
  }
}

/** As many again as by the tenant's other keys. */
function clientsOf(tenantId: TenantId): string {
  return `${tenantId} clients`;
}

function policyOf({ bound, quota }: State): string {
  return `"${bound}";q=${quota};w=${WINDOW_SECONDS}`;
}

/** draft-ietf-httpapi-ratelimit-headers: requests left, and seconds until there are more. */
function rateLimitOf({ bound, left, resetSeconds }: State): string {
  return `"${bound}";r=${left};t=${resetSeconds}`;
}
