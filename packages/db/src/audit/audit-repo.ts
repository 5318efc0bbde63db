import { type Kysely, type Selectable, sql } from "kysely";
import { Repo } from "../repo.ts";
import type {
  AuditEntry,
  AuditFacets,
  AuditFilter,
  ExportedAuditEntry,
  ListedAuditEntry,
  Origin,
  StoredAuditEntry,
  TenantId,
} from "../schema/records.ts";
import type { Tables } from "../schema/tables.ts";
import { countFacets } from "./audit-facets.ts";
import { meets, monthOf } from "./audit-filter.ts";

/** Where a tenant's chain stands. */
export interface AuditHead {
  readonly seq: number;
  readonly hash: Buffer;
  /** The database's clock, to the millisecond, for the entry that comes next. */
  readonly now: Date;
}

/** A place in a chain. Two entries of one number are no chain, and lie in different months. */
export type AuditPlace = Pick<StoredAuditEntry, "seq" | "month">;

const CONTENT = [
  "audit_entries.seq",
  "audit_entries.actor",
  "audit_entries.action",
  "audit_entries.object",
  "audit_entries.environment_id",
  "audit_entries.revision",
  "audit_entries.request_id",
  "audit_entries.address",
  "audit_entries.user_agent",
  "audit_entries.before",
  "audit_entries.after",
  "audit_entries.hash_version",
  "audit_entries.previous_hash",
  "audit_entries.hash",
] as const;

/** Whether an entry was read as it lies there, and what lies beside its content follows from it. */
const IS_EXACT = sql<boolean>`
  date_trunc('milliseconds', audit_entries.created_at) = audit_entries.created_at
  and month = date_trunc('month', audit_entries.created_at at time zone 'utc')::date
  and before is distinct from 'null' and after is distinct from 'null'
  and object_kind = split_part(object, '/', 1) and object_key = split_part(object, '/', -1)
  and project_key is not distinct from
        case when object_kind = 'grant' then nullif(split_part(object, '/', 3), '')
             when object_kind = 'project' or split_part(object, '/', 3) <> '' then split_part(object, '/', 2) end`;

/** What a reader of entries as they lie needs beside their content. */
const AS_STORED = [
  sql<number>`(extract(epoch from audit_entries.created_at) * 1000)::float8`.as("created_at_ms"),
  sql<string>`month::text`.as("month"),
  IS_EXACT.as("is_exact"),
] as const;

/** A piece of a trail, oldest first, of whatever length its entries have: bounded in how many are looked at, and in their bytes. */
export interface AuditPiece {
  readonly filter: AuditFilter;
  /** The last entry of the piece before it; 0 for the first. */
  readonly after: number;
  /** The last entry that is looked at in any case. */
  readonly last: number;
  readonly mostLookedAt: number;
  /** Of states, as they lie: compressed where they are long. At least one entry is read. */
  readonly mostBytes: number;
}

export interface ReadAuditPiece {
  readonly entries: readonly ExportedAuditEntry[];
  /** Up to which entry it looked. */
  readonly upTo: number;
}

export class AuditReader extends Repo {
  /** Newest first; `before` is the last sequence number of the page before. */
  async list(page: {
    readonly filter?: AuditFilter;
    readonly before: number | undefined;
    readonly limit: number;
  }): Promise<readonly ListedAuditEntry[]> {
    const rows = await withPlace(this.trx)
      .select([...CONTENT, "audit_entries.created_at"])
      .where(meets(this.tenantId, page.filter ?? {}))
      .$if(page.before !== undefined, (query) => query.where("audit_entries.seq", "<", String(page.before)))
      .orderBy("audit_entries.seq", "desc")
      .limit(page.limit)
      .execute();
    return rows.map((row) => ({
      ...contentOf(row),
      createdAt: row.created_at,
      project: row.project,
      environment: row.environment,
    }));
  }

  /** @param bounds how many of the newest entries are counted, and how many values of each facet are answered */
  facets(
    filter: AuditFilter,
    bounds: { readonly mostCounted: number; readonly mostValues: number; readonly mostDays: number },
  ): Promise<AuditFacets> {
    return countFacets(this.trx, this.tenantId, filter, bounds);
  }

  /** How many such entries were written within the last minute; counted no further than to `most`. */
  async countLastMinute(
    {
      action,
      ...by
    }: { readonly action: string } & ({ readonly actor: string } | { readonly object: string }),
    most: number,
  ): Promise<number> {
    const entries = this.trx
      .selectFrom("audit_entries")
      .select("seq")
      .where("tenant_id", "=", this.tenantId)
      .where("action", "=", action)
      .where("actor" in by ? "actor" : "object", "=", "actor" in by ? by.actor : by.object)
      .where("created_at", ">", sql<Date>`now() - interval '1 minute'`)
      .where(
        "month",
        ">=",
        sql<string>`date_trunc('month', (now() - interval '1 minute') at time zone 'utc')::date`,
      )
      .limit(most);
    const { count } = await this.trx
      .selectFrom(entries.as("entries"))
      .select(sql<number>`count(*)::int`.as("count"))
      .executeTakeFirstOrThrow();
    return count;
  }

  /** As they lie in their table, oldest first: those after `after`, at most `limit`. */
  async listStored(after: AuditPlace | undefined, limit: number): Promise<readonly StoredAuditEntry[]> {
    const place = after ?? { seq: Number.MIN_SAFE_INTEGER, month: "-infinity" };
    const rows = await this.trx
      .selectFrom("audit_entries")
      .select(CONTENT)
      .select(AS_STORED)
      .where("tenant_id", "=", this.tenantId)
      .where("seq", ">=", String(place.seq))
      .where(sql<boolean>`(seq, month) > (${place.seq}::bigint, ${place.month}::date)`)
      .orderBy("seq")
      .orderBy("audit_entries.month")
      .limit(limit)
      .execute();
    return rows.map(storedOf);
  }

  /** Which piece it is follows from where it begins alone: asked again, it is the same. */
  async readPiece({ filter, after, last, mostLookedAt, mostBytes }: AuditPiece): Promise<ReadAuditPiece> {
    const end = Math.min(last, after + mostLookedAt);
    const sizes = this.trx
      .selectFrom("audit_entries")
      .select([
        "seq",
        sql<string>`sum(coalesce(pg_column_size(before), 0) + coalesce(pg_column_size(after), 0)) over (order by seq)`.as(
          "bytes",
        ),
        sql<string>`min(seq) over ()`.as("first"),
        sql<string>`max(seq) over ()`.as("final"),
      ])
      .where(meets(this.tenantId, filter))
      .where("seq", ">", String(after))
      .where("seq", "<=", String(end));
    const fits = await this.trx
      .selectFrom(sizes.as("sizes"))
      .select([sql<string | null>`max(seq)`.as("last"), sql<string | null>`max(final)`.as("final")])
      .where(sql<boolean>`bytes <= ${mostBytes} or seq = first`)
      .executeTakeFirstOrThrow();
    if (fits.last === null) return { entries: [], upTo: end };

    const rows = await withPlace(this.trx)
      .select([...CONTENT, ...AS_STORED])
      .where(meets(this.tenantId, filter))
      .where("audit_entries.seq", ">", String(after))
      .where("audit_entries.seq", "<=", fits.last)
      .orderBy("audit_entries.seq")
      .orderBy("audit_entries.month")
      .execute();
    const entries = rows.map((row) => ({
      ...storedOf(row),
      project: row.project,
      environment: row.environment,
    }));
    return { entries, upTo: fits.last === fits.final ? end : Number(fits.last) };
  }

  /** The end of the chain, as it is noted apart from it. */
  async findHead(): Promise<Pick<AuditHead, "seq" | "hash"> | undefined> {
    const row = await this.trx
      .selectFrom("audit_heads")
      .select(["seq", "hash"])
      .where("tenant_id", "=", this.tenantId)
      .executeTakeFirst();
    return row && { seq: Number(row.seq), hash: row.hash };
  }
}

export class AuditWriter extends AuditReader {
  /** Of the request that this transaction works for. */
  readonly origin: Origin;

  constructor(trx: Kysely<Tables>, tenantId: TenantId, origin: Origin) {
    super(trx, tenantId);
    this.origin = origin;
  }

  async begin(hash: Buffer): Promise<void> {
    await this.trx.insertInto("audit_heads").values({ tenant_id: this.tenantId, seq: "0", hash }).execute();
  }

  /** Locks the chain's end until the transaction ends. Taken last in a transaction, after every other lock. */
  async lockHead(): Promise<AuditHead> {
    const row = await this.trx
      .selectFrom("audit_heads")
      .select(["seq", "hash", sql<Date>`date_trunc('milliseconds', clock_timestamp())`.as("now")])
      .where("tenant_id", "=", this.tenantId)
      .forUpdate()
      .executeTakeFirstOrThrow();
    return { seq: Number(row.seq), hash: row.hash, now: row.now };
  }

  /** Adds some hundred entries at most, each after the one before it, at the end that {@link lockHead} gave. */
  async append(entries: readonly AuditEntry[]): Promise<void> {
    const last = entries.at(-1);
    if (!last) return;
    const rows = entries.map((entry) => this.#rowOf(entry));
    await this.trx.insertInto("audit_entries").values(rows).execute();
    await this.trx
      .updateTable("audit_heads")
      .set({ seq: String(last.seq), hash: last.hash })
      .where("tenant_id", "=", this.tenantId)
      .execute();
  }

  #rowOf(entry: AuditEntry) {
    return {
      tenant_id: this.tenantId,
      month: monthOf(entry.createdAt),
      seq: String(entry.seq),
      created_at: entry.createdAt,
      actor: entry.actor,
      action: entry.action,
      object: entry.object,
      environment_id: entry.environmentId,
      revision: entry.revision === null ? null : String(entry.revision),
      request_id: entry.requestId,
      address: entry.address,
      user_agent: entry.userAgent,
      before: entry.before && JSON.stringify(entry.before),
      after: entry.after && JSON.stringify(entry.after),
      hash_version: entry.hashVersion,
      previous_hash: entry.previousHash,
      hash: entry.hash,
    };
  }
}

/** Entries with the keys of the project and the environment that they are of. */
function withPlace(trx: Kysely<Tables>) {
  return trx
    .selectFrom("audit_entries")
    .leftJoin("environments", (join) =>
      join
        .onRef("environments.tenant_id", "=", "audit_entries.tenant_id")
        .onRef("environments.environment_id", "=", "audit_entries.environment_id"),
    )
    .leftJoin("projects", (join) =>
      join
        .onRef("projects.tenant_id", "=", "environments.tenant_id")
        .onRef("projects.project_id", "=", "environments.project_id"),
    )
    .select("environments.key as environment")
    .select((eb) => eb.fn.coalesce("audit_entries.project_key", "projects.key").as("project"));
}

function storedOf(
  row: ContentRow & { readonly created_at_ms: number; readonly month: string; readonly is_exact: boolean },
): StoredAuditEntry {
  return {
    ...contentOf(row),
    createdAt: new Date(row.created_at_ms),
    month: row.month,
    isExact: row.is_exact,
  };
}

/** All but the time, which is read in two ways. */
type ContentRow = Omit<
  Selectable<Tables["audit_entries"]>,
  "tenant_id" | "month" | "created_at" | "object_kind" | "project_key" | "object_key"
>;

function contentOf(row: ContentRow): Omit<AuditEntry, "createdAt"> {
  return {
    seq: Number(row.seq),
    actor: row.actor,
    action: row.action,
    object: row.object,
    environmentId: row.environment_id,
    revision: row.revision === null ? null : Number(row.revision),
    requestId: row.request_id,
    address: row.address,
    userAgent: row.user_agent,
    before: row.before,
    after: row.after,
    hashVersion: row.hash_version,
    previousHash: row.previous_hash,
    hash: row.hash,
  };
}
