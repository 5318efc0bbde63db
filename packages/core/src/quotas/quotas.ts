/**
 * How much of everything a tenant may have, unless the operator says otherwise for one (`npm run quota`). Far above what people
 * need, and below where one tenant would be felt by others. Here is each with its reason.
 */
import type { CountedQuota, Quota } from "@burgee/db";

interface QuotaRule {
  readonly most: number;
  /** As a message names it. */
  readonly of: string;
  /** What its people can do about it. */
  readonly remedy: string;
}

export const QUOTAS = {
  /** One an application of a large company; lists of projects are shown whole. */
  projects: { most: 200, of: "projects", remedy: "use one that is there" },
  /** Five for each of these projects. Each has a ruleset that every process which serves it keeps in memory. */
  environments: { most: 1_000, of: "environments", remedy: "use one that is there" },
  /** Two projects full to the brim, or 250 in each. With each comes a setting in every environment. */
  toggles: { most: 50_000, of: "toggles that are not archived", remedy: "archive those that nobody asks" },
  /** A fifth of that: segments are there to be shared. */
  segments: {
    most: 10_000,
    of: "segments that are not archived",
    remedy: "archive those that nothing names",
  },
  /** 10 GiB: what ten projects full of lists keep. They are by far the largest rows, in backups as well. */
  segment_list_bytes: {
    most: 10 * 1024 * 1024 * 1024,
    of: "bytes of uploaded lists",
    remedy: "name fewer lists: those that no segment names go after a day",
  },
  /** Of a company whose every engineer signs in. They are listed in pages. */
  members: { most: 2_000, of: "members", remedy: "remove who left" },
  /** Of those that neither expired nor were revoked: one an environment, and two for each member. */
  sdk_keys: {
    most: 5_000,
    of: "keys that neither expired nor were revoked",
    remedy: "revoke what nobody uses",
  },
  /** At one process: half of what it holds unless it is told otherwise, so that no tenant has them all. */
  streams: {
    most: 10_000,
    of: "streams open at this server",
    remedy: "close some, or read by polling",
  },
  /** At one process, in ten seconds: what it answers of the dearer ones. `BURGEE_RATE_TENANT` says otherwise for all tenants. */
  requests: { most: 30_000, of: "requests in ten seconds", remedy: "read in process with an SDK" },
} as const satisfies Record<Quota, QuotaRule>;

export const QUOTA_NAMES = Object.keys(QUOTAS) as readonly Quota[];

/** Counted from rows, and so of the whole tenant; the others each process counts by itself. */
export function isCounted(quota: Quota): quota is CountedQuota {
  return quota !== "streams" && quota !== "requests";
}
