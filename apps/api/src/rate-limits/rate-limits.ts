/**
 * Keeps one key, one tenant and one address from having a process to themselves. Each process counts by itself, in memory: to ask
 * a shared counter would cost more than the read that it is about, and so would a promise of an answer.
 */
import { addressGroup } from "@burgee/core";
import type { TenantId } from "@burgee/db";
import type { Metrics } from "@burgee/runtime";
import type { AnyCredential } from "../access/credential.ts";
import { TransportError } from "../errors/api-error.ts";
import type { AnswerHead } from "../http/answer-head.ts";
import { RATE_BOUNDS, type RateBounds, WINDOW_SECONDS } from "./rate-bounds.ts";
import { RequestCounts } from "./request-counts.ts";

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
  readonly #counts: Readonly<Record<Bound, RequestCounts>>;
  readonly #groups = new Map<string, string>();
  #told = { bound: "key" as Bound, ofKey: 0, ofTenant: 0, text: "" };
  readonly #refused: { inc(labels: { by: Bound }): void };

  constructor(bounds: Partial<RateBounds>, metrics: Metrics) {
    this.#bounds = { ...RATE_BOUNDS, ...bounds };
    const counts = () => new RequestCounts(WINDOW_SECONDS * 1_000);
    this.#counts = { key: counts(), client: counts(), tenant: counts(), address: counts() };
    this.#refused = metrics.counter({
      name: "burgee_rate_limited_total",
      help: "Requests beyond the bound of a key, a client key at an address, a tenant or an address.",
      labels: ["by"],
    });
  }

  /** Told to nobody before it is reached: another address's load is no news. @throws {TransportError} "rate_limited" */
  takeAddress(address: string | undefined): void {
    const { address: quota } = this.#bounds;
    if (quota > 0) this.#take("address", this.#groupOf(address), quota, performance.now());
  }

  /** @throws {TransportError} "rate_limited" */
  takeKey(
    { kind, keyId, quotas, scope: { tenantId } }: AnyCredential,
    address: string | undefined,
    head: AnswerHead,
  ): void {
    // Whoever has a client key could use up what its tenant's servers need, if these were counted together.
    const [bound, name, tenant] =
      kind === "client"
        ? (["client", `${keyId} ${this.#groupOf(address)}`, clientsOf(tenantId)] as const)
        : (["key", keyId, tenantId] as const);
    const mostOfKey = this.#bounds[bound];
    const mostOfTenant = quotas.requests ?? this.#bounds.tenant;
    const nowMs = performance.now();
    const ofKey = mostOfKey > 0 ? this.#take(bound, name, mostOfKey, nowMs) : undefined;
    const ofTenant = mostOfTenant > 0 ? this.#take("tenant", tenant, mostOfTenant, nowMs) : undefined;
    const tightest = ofKey && ofTenant && ofTenant.left < ofKey.left ? ofTenant : (ofKey ?? ofTenant);
    if (!tightest) return;
    head.add("ratelimit-policy", this.#policyOf(bound, mostOfKey, mostOfTenant));
    head.add("ratelimit", rateLimitOf(tightest));
  }

  /** How many requests a tenant made within the ten seconds that run, by servers' and personal keys or by client keys: the larger count. */
  async countOf(tenantId: TenantId): Promise<number> {
    const nowMs = performance.now();
    const [ofServers, ofClients] = [tenantId, clientsOf(tenantId)] as const;
    const { tenant } = this.#counts;
    return Math.max(tenant.countOf(ofServers, nowMs), tenant.countOf(ofClients, nowMs));
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

  /** The same for most: what was told last is told again. */
  #policyOf(bound: Bound, ofKey: number, ofTenant: number): string {
    const { bound: before, ofKey: keyBefore, ofTenant: tenantBefore, text } = this.#told;
    if (bound === before && ofKey === keyBefore && ofTenant === tenantBefore) return text;
    const policies = [
      ...(ofKey > 0 ? [policyOf({ bound, quota: ofKey })] : []),
      ...(ofTenant > 0 ? [policyOf({ bound: "tenant", quota: ofTenant })] : []),
    ];
    this.#told = { bound, ofKey, ofTenant, text: policies.join(", ") };
    return this.#told.text;
  }

  #take(bound: Bound, name: string, quota: number, nowMs: number): State {
    const { count, endsMs } = this.#counts[bound].add(name, nowMs);
    const state = {
      bound,
      quota,
      left: Math.max(0, quota - count),
      resetSeconds: Math.ceil((endsMs - nowMs) / 1000),
    };
    if (count > quota) throw this.#refusal(state);
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

/** As many again as by the tenant's other keys. */
function clientsOf(tenantId: TenantId): string {
  return `${tenantId} clients`;
}

function policyOf({ bound, quota }: Pick<State, "bound" | "quota">): string {
  return `"${bound}";q=${quota};w=${WINDOW_SECONDS}`;
}

/** draft-ietf-httpapi-ratelimit-headers: requests left, and seconds until there are more. */
function rateLimitOf({ bound, left, resetSeconds }: State): string {
  return `"${bound}";r=${left};t=${resetSeconds}`;
}
