import { QUOTAS } from "@burgee/core";

/** The bounds of streams of this process. Times in milliseconds. */
export interface StreamLimits {
  /** Connections of this process; more are asked to come back. */
  readonly maxConnections: number;
  /** Of these, one tenant's, unless the operator says otherwise for it. */
  readonly maxOfTenant: number;
  /** Streams that begin in a second, lest those who all lost another server keep this one from all else. */
  readonly acceptsPerSecond: number;
  /** A sign of life at the latest after this silence; the SDK takes 45 s of silence for a dead line. */
  readonly heartbeatMs: number;
  /** A connection that takes nothing for so long is cut. */
  readonly stalledMs: number;
  /** The mean; each connection's own is up to a fifth off, so that they come back one by one. */
  readonly maxAgeMs: number;
  /** How often the keys of open streams are asked about. */
  readonly recheckMs: number;
  /** How often all of the above is looked at. */
  readonly tickMs: number;
  /** Patches in memory, those under way included; whoever finds no room is sent the whole, which all share. */
  readonly environmentPatchBytes: number;
  readonly patchBytes: number;
}

export const STREAM_LIMITS: StreamLimits = {
  maxConnections: 20_000,
  maxOfTenant: QUOTAS.streams.most,
  acceptsPerSecond: 500,
  heartbeatMs: 15_000,
  stalledMs: 10_000,
  maxAgeMs: 15 * 60_000,
  recheckMs: 2_000,
  tickMs: 500,
  environmentPatchBytes: 16 * 1024 * 1024,
  patchBytes: 64 * 1024 * 1024,
};
