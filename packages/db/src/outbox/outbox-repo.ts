import { sql } from "kysely";
import { Repo } from "../repo.ts";
import type { EnvironmentId, OutboxType, SegmentId, ToggleId } from "../schema/records.ts";

export interface OutboxChange {
  readonly environmentId: EnvironmentId;
  readonly epoch: string;
  readonly revision: number;
  readonly type: OutboxType;
  /** What changed, and to which of its versions; absent where the environment as a whole did. */
  readonly toggleId?: ToggleId | null;
  readonly segmentId?: SegmentId | null;
  readonly version?: number | null;
  readonly traceparent: string | null;
}

export class OutboxWriter extends Repo {
  /** Tells the publisher of a change, in the transaction that makes it. */
  async append(change: OutboxChange): Promise<void> {
    await this.trx
      .insertInto("outbox")
      .values({
        tenant_id: this.tenantId,
        month: sql<string>`date_trunc('month', now() at time zone 'utc')::date`,
        environment_id: change.environmentId,
        epoch: change.epoch,
        revision: String(change.revision),
        type: change.type,
        toggle_id: change.toggleId ?? null,
        segment_id: change.segmentId ?? null,
        version: change.version ?? null,
        traceparent: change.traceparent,
      })
      .execute();
  }
}
