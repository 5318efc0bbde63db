/**
 * Copies of rulesets between the database and the nodes, so that many nodes ask the database for a ruleset once between them. Whoever can
 * write there could put anything in a copy's place, so a copy is believed only where it is the one that was asked for, whole, and signed by
 * its own tenant's key; without the keys, which the database tells, by its scope and its checksum alone.
 */
import { createHash } from "node:crypto";
import type { RulesetHead, StoredRuleset, TenantId } from "@burgee/db";
import { isSealedBy, isSealOf } from "../signing-keys/ruleset-seal.ts";
import { within } from "../turns/within.ts";
import type { KeptRuleset } from "./live-ruleset.ts";
import { decodeRuleset, encodeRuleset, MAX_RECORD_BYTES } from "./ruleset-record.ts";
import type { Scope } from "./scope.ts";

/** Where copies are; an older one never takes the place of a newer there. Each may fail. */
export interface SnapshotStore {
  readonly find: (scope: Scope) => Promise<{ readonly bytes: Buffer; readonly ageMs: number } | undefined>;
  /** In the order of the question. */
  readonly heads: (
    scopes: readonly Scope[],
  ) => Promise<readonly (Pick<RulesetHead, "epoch" | "revision"> | undefined)[]>;
  readonly put: (
    scope: Scope,
    head: Pick<RulesetHead, "epoch" | "revision">,
    bytes: Buffer,
    options: { readonly mayChangeEpoch: boolean },
  ) => Promise<boolean>;
}

/** How looking for a copy ended. */
export type CacheOutcome = "hit" | "miss" | "refused" | "unavailable";

export interface RulesetCacheOptions {
  readonly store: SnapshotStore;
  /** The tenant's valid public keys. May fail. */
  readonly publicKeys: (tenantId: TenantId) => Promise<readonly Buffer[]>;
  readonly nowMs?: () => number;
  readonly onOutcome?: (outcome: CacheOutcome, scope: Scope, error?: unknown) => void;
}

interface KnownKeys {
  readonly keys: readonly Buffer[];
  readonly askedMs: number;
}

/** How long keys are taken as they are; one that signed nothing that is known is asked about sooner. */
const KEYS_FRESH_MS = 5 * 60_000;
const KEYS_RECENT_MS = 5_000;
/** How long a copy waits for the keys: a request waits for it. */
const KEYS_WITHIN_MS = 60;
const MOST_TENANTS = 10_000;

export class RulesetCache {
  readonly #store: SnapshotStore;
  readonly #publicKeys: RulesetCacheOptions["publicKeys"];
  readonly #nowMs: () => number;
  readonly #onOutcome: NonNullable<RulesetCacheOptions["onOutcome"]>;
  readonly #known = new Map<TenantId, KnownKeys>();

  constructor({
    store,
    publicKeys,
    nowMs = () => performance.now(),
    onOutcome = () => undefined,
  }: RulesetCacheOptions) {
    this.#store = store;
    this.#publicKeys = publicKeys;
    this.#nowMs = nowMs;
    this.#onOutcome = onOutcome;
  }

  /** The copy of an environment's ruleset; undefined where there is none that is to be believed, or none to be had soon. Never rejects. */
  async find(scope: Scope): Promise<KeptRuleset | undefined> {
    try {
      const found = await this.#store.find(scope);
      const stored = found && readCopy(scope, found.bytes);
      if (stored && (await this.#isSigned(scope, stored))) {
        this.#onOutcome("hit", scope);
        return { stored, ageMs: found.ageMs };
      }
      this.#onOutcome(found ? "refused" : "miss", scope);
    } catch (error) {
      this.#onOutcome("unavailable", scope, error);
    }
    return undefined;
  }

  /** How new the copies are that are there. @throws {Error} where nobody can be asked */
  async heads(scopes: readonly Scope[]): Promise<readonly RulesetHead[]> {
    const heads = await this.#store.heads(scopes);
    return scopes.flatMap((scope, at) => {
      const head = heads[at];
      return head ? [{ ...scope, ...head }] : [];
    });
  }

  /** Puts what the database just told in the copy's place, unless that is newer. Never rejects. */
  async fill(scope: Scope, stored: StoredRuleset): Promise<void> {
    await restoreCopy(this.#store, scope, stored).catch((error) =>
      this.#onOutcome("unavailable", scope, error),
    );
  }

  /** One that an earlier release published is not signed, and so is read from the database. */
  async #isSigned({ tenantId, environmentId }: Scope, stored: StoredRuleset): Promise<boolean> {
    const { seal } = stored;
    const which = { tenantId, environmentId, ...stored };
    if (seal === null || !isSealOf(seal, which)) return false;
    const keys = await this.#keysOf(tenantId, KEYS_FRESH_MS);
    if (!keys || isSealedBy(seal, which, keys)) return true;
    const newer = await this.#keysOf(tenantId, KEYS_RECENT_MS);
    return newer === undefined || (newer !== keys && isSealedBy(seal, which, newer));
  }

  /** Undefined where nobody could be asked in time, and none are known. */
  async #keysOf(tenantId: TenantId, freshMs: number): Promise<readonly Buffer[] | undefined> {
    const known = this.#known.get(tenantId);
    const askedMs = this.#nowMs();
    if (known && askedMs - known.askedMs < freshMs) return known.keys;
    const asking = this.#publicKeys(tenantId).then(
      (keys) => {
        this.#know(tenantId, { keys, askedMs });
        return keys;
      },
      () => known?.keys,
    );
    return within(asking, KEYS_WITHIN_MS, () => known?.keys);
  }

  #know(tenantId: TenantId, known: KnownKeys): void {
    this.#known.delete(tenantId);
    this.#known.set(tenantId, known);
    const [oldest] = this.#known.keys();
    if (this.#known.size > MOST_TENANTS && oldest !== undefined) this.#known.delete(oldest);
  }
}

/** For who just wrote it to the database: of another epoch too. @throws {Error} */
export function publishCopy(
  store: Pick<SnapshotStore, "put">,
  scope: Scope,
  stored: StoredRuleset,
): Promise<void> {
  return putCopy(store, scope, stored, true);
}

/** For who read it from the database a while ago: another epoch there is left alone. @throws {Error} */
export function restoreCopy(
  store: Pick<SnapshotStore, "put">,
  scope: Scope,
  stored: StoredRuleset,
): Promise<void> {
  return putCopy(store, scope, stored, false);
}

async function putCopy(
  store: Pick<SnapshotStore, "put">,
  { tenantId, environmentId }: Scope,
  stored: StoredRuleset,
  mayChangeEpoch: boolean,
): Promise<void> {
  const which = { tenantId, environmentId };
  await store.put(which, stored, encodeRuleset(which, stored), { mayChangeEpoch });
}

/** Undefined where it is not what was published for that environment. */
function readCopy({ tenantId, environmentId }: Scope, bytes: Buffer): StoredRuleset | undefined {
  const found = bytes.length <= MAX_RECORD_BYTES ? decodeRuleset(bytes) : undefined;
  if (found?.identity.tenantId !== tenantId || found.identity.environmentId !== environmentId)
    return undefined;
  const sum = createHash("sha256").update(found.stored.body).digest();
  return sum.equals(found.stored.sha256) ? found.stored : undefined;
}
