import { Repo } from "../repo.ts";
import type { EnvironmentId, TenantId } from "../schema/records.ts";

/** A ruleset as it was published: its JSON, and which toggles and segments left it at which revision. */
export interface StoredRuleset {
  readonly epoch: string;
  readonly revision: number;
  readonly body: string;
  readonly removed: Readonly<Record<string, number>>;
  readonly removedSegments: Readonly<Record<string, number>>;
  /** At which revision the declared attributes last changed. */
  readonly attributesRevision: number;
  readonly sha256: Buffer;
  /** What it is, signed by its tenant's keys; null where an earlier release published it. */
  readonly seal: string | null;
}

/** Which environment, and how far it is. */
export interface RulesetHead {
  readonly tenantId: TenantId;
  readonly environmentId: EnvironmentId;
  readonly epoch: string;
  readonly revision: number;
}

export const STORED_COLUMNS = [
  "epoch",
  "revision",
  "body",
  "removed",
  "removed_segments as removedSegments",
  "attributes_revision as attributesRevision",
  "sha256",
  "seal",
] as const;

/** Counters come as texts. */
export function storedFromRow<Row extends { revision: string; attributesRevision: string }>(row: Row) {
  const { revision, attributesRevision } = row;
  return { ...row, revision: Number(revision), attributesRevision: Number(attributesRevision) };
}

export class RulesetReader extends Repo {
  async find(environmentId: EnvironmentId): Promise<StoredRuleset | undefined> {
    const row = await this.trx
      .selectFrom("rulesets")
      .select(STORED_COLUMNS)
      .where("tenant_id", "=", this.tenantId)
      .where("environment_id", "=", environmentId)
      .executeTakeFirst();
    return row && storedFromRow(row);
  }

  /** How far it is published; undefined before the first ruleset. */
  async findHead(environmentId: EnvironmentId): Promise<Pick<RulesetHead, "epoch" | "revision"> | undefined> {
    const row = await this.trx
      .selectFrom("rulesets")
      .select(["epoch", "revision"])
      .where("tenant_id", "=", this.tenantId)
      .where("environment_id", "=", environmentId)
      .executeTakeFirst();
    return row && { epoch: row.epoch, revision: Number(row.revision) };
  }
}
