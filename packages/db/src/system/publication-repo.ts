import { type Kysely, sql } from "kysely";
import type { OutboxChange } from "../outbox/outbox-repo.ts";
import { STORED_COLUMNS, type StoredRuleset, storedFromRow } from "../rulesets/ruleset-repo.ts";
import type { EnvironmentId, TenantId } from "../schema/records.ts";
import type { Tables } from "../schema/tables.ts";

/** One environment, claimed for the length of a transaction, or for as long as it is held: others leave it alone meanwhile. */
export interface Claim {
  readonly tenantId: TenantId;
  readonly environmentId: EnvironmentId;
  readonly epoch: string;
  readonly publishedRevision: number;
  readonly announcedRevision: number;
  /** How often publishing failed since it last succeeded. */
  readonly failures: number;
}

type Environment = Pick<Claim, "tenantId" | "environmentId">;
type Held = Environment & Pick<Claim, "publishedRevision">;

const FREE = { claimed_until: sql<Date>`'-infinity'` };
const RECOVERED = { failures: 0, retry_at: sql<Date>`'-infinity'` };

export class PublicationWriter {
  readonly #trx: Kysely<Tables>;

  constructor(trx: Kysely<Tables>) {
    this.#trx = trx;
  }

  /** Undefined when somebody else is publishing this environment right now. */
  async claim(environment: Environment): Promise<Claim | undefined> {
    const row = await this.#publications(environment)
      .select(["epoch", "published_revision", "announced_revision", "failures"])
      .where("claimed_until", "<=", sql<Date>`clock_timestamp()`)
      .forUpdate()
      .skipLocked()
      .executeTakeFirst();
    return (
      row && {
        ...environment,
        epoch: row.epoch,
        publishedRevision: Number(row.published_revision),
        announcedRevision: Number(row.announced_revision),
        failures: row.failures,
      }
    );
  }

  /** Keeps a claim beyond the transaction, for `forMs` from now on, unless somebody published meanwhile. */
  async hold(claim: Held, forMs: number): Promise<void> {
    await this.#update(claim)
      .set({ claimed_until: sql<Date>`clock_timestamp() + ${forMs} * interval '1 millisecond'` })
      .where("published_revision", "=", String(claim.publishedRevision))
      .execute();
  }

  /** What is not yet published of one environment, in revision order. */
  async listChanges(environment: Environment, limit: number): Promise<readonly OutboxChange[]> {
    const rows = await this.#trx
      .selectFrom("outbox")
      .select([
        "environment_id",
        "epoch",
        "revision",
        "type",
        "toggle_id",
        "segment_id",
        "version",
        "traceparent",
      ])
      .where("tenant_id", "=", environment.tenantId)
      .where("environment_id", "=", environment.environmentId)
      .where("published", "=", false)
      .orderBy("revision")
      .limit(limit)
      .execute();
    return rows.map((row) => ({
      environmentId: row.environment_id,
      epoch: row.epoch,
      revision: Number(row.revision),
      type: row.type,
      toggleId: row.toggle_id,
      segmentId: row.segment_id,
      version: row.version,
      traceparent: row.traceparent,
    }));
  }

  async findRuleset(environment: Environment): Promise<StoredRuleset | undefined> {
    const row = await this.#trx
      .selectFrom("rulesets")
      .select(STORED_COLUMNS)
      .where("tenant_id", "=", environment.tenantId)
      .where("environment_id", "=", environment.environmentId)
      .executeTakeFirst();
    return row && storedFromRow(row);
  }

  /** Stores `ruleset` and marks the changes up to it as published. False, and nothing, where somebody did so since the claim. */
  async publish(environment: Held, ruleset: StoredRuleset): Promise<boolean> {
    const revision = String(ruleset.revision);
    const { numUpdatedRows } = await this.#update(environment)
      .set({ epoch: ruleset.epoch, published_revision: revision, ...RECOVERED, ...FREE })
      .where("published_revision", "=", String(environment.publishedRevision))
      .executeTakeFirst();
    if (numUpdatedRows === 0n) return false;
    const stored = {
      epoch: ruleset.epoch,
      revision,
      body: ruleset.body,
      removed: JSON.stringify(ruleset.removed),
      removed_segments: JSON.stringify(ruleset.removedSegments),
      attributes_revision: String(ruleset.attributesRevision),
      sha256: ruleset.sha256,
      seal: ruleset.seal,
      published_at: sql<Date>`clock_timestamp()`,
    };
    await this.#trx
      .insertInto("rulesets")
      .values({ tenant_id: environment.tenantId, environment_id: environment.environmentId, ...stored })
      .onConflict((conflict) => conflict.columns(["tenant_id", "environment_id"]).doUpdateSet(stored))
      .execute();
    await this.#trx
      .updateTable("outbox")
      .set({ published: true })
      .where("tenant_id", "=", environment.tenantId)
      .where("environment_id", "=", environment.environmentId)
      .where("published", "=", false)
      .where("revision", "<=", revision)
      .execute();
    return true;
  }

  /** Remembers that the bus was told; until then the next poll tells it again. */
  async markAnnounced(environment: Environment, revision: number): Promise<void> {
    await this.#update(environment)
      .set({ announced_revision: String(revision), ...RECOVERED })
      .where("announced_revision", "<", String(revision))
      .execute();
  }

  /** Leaves the environment alone for `delayMs`, unless somebody published since the claim, where there was one. */
  async markFailed(environment: Environment & Partial<Held>, delayMs: number): Promise<void> {
    const { publishedRevision } = environment;
    await this.#update(environment)
      .$if(publishedRevision !== undefined, (query) =>
        query.where("published_revision", "=", String(publishedRevision)),
      )
      .set((eb) => ({
        ...FREE,
        failures: eb("failures", "+", 1),
        retry_at: sql<Date>`clock_timestamp() + ${delayMs} * interval '1 millisecond'`,
      }))
      .execute();
  }

  #publications({ tenantId, environmentId }: Environment) {
    return this.#trx
      .selectFrom("publications")
      .where("tenant_id", "=", tenantId)
      .where("environment_id", "=", environmentId);
  }

  #update({ tenantId, environmentId }: Environment) {
    return this.#trx
      .updateTable("publications")
      .where("tenant_id", "=", tenantId)
      .where("environment_id", "=", environmentId);
  }
}
