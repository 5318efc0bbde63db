/**
 * How the keys of one environment are written into a file: hashes with what they are good for. Servers' and clients' keys
 * alone; what a person's key may do is asked of the database each time.
 */
import { environmentId, projectId, type Scope, sdkKeyId, tenantId } from "@burgee/core";
import type { KeyCredential, ProjectId, SdkKeyId } from "@burgee/db";
import type { FileKind } from "@burgee/runtime";
import { z } from "zod";

export const KEYS_FILE: FileKind = { name: "keys", version: 1 };

/** Bounds what is read: 5,000 keys of a tenant, each with all the origins that it may have. */
export const MAX_KEYS_BYTES = 64 * 1024 * 1024;

export interface KeptKey {
  readonly sdkKeyId: SdkKeyId;
  readonly projectId: ProjectId;
  readonly kind: "srv" | "cli";
  readonly origins: readonly string[];
  readonly quotas: KeyCredential["quotas"];
  /** By this machine's clock, from what the database said was left; null for ever. */
  readonly endsAtMs: number | null;
}

const keptKey = z.strictObject({
  hash: z.base64().length(44),
  sdkKeyId,
  projectId,
  kind: z.enum(["srv", "cli"]),
  origins: z.array(z.string()),
  quotas: z.partialRecord(z.enum(["streams", "requests"]), z.number()),
  endsAtMs: z.number().nullable(),
});

const keysFile = z.strictObject({
  tenantId,
  environmentId,
  /** When it was written: a clock that was set back since makes no key live longer. */
  savedAtMs: z.number(),
  keys: z.array(keptKey),
});

/** Undefined for a key that is not to be kept: a person's, and one that has ended. */
export function keptKeyOf(credential: KeyCredential, nowMs: number): KeptKey | undefined {
  const { sdkKeyId, projectId, kind, origins, quotas, expiresInMs, revokedAt } = credential;
  if (kind === "pat" || revokedAt || (expiresInMs !== null && expiresInMs <= 0)) return undefined;
  return {
    sdkKeyId,
    projectId,
    kind,
    origins,
    quotas,
    endsAtMs: expiresInMs === null ? null : nowMs + expiresInMs,
  };
}

/** @param keys by the base64 of their hashes */
export function encodeKeys(scope: Scope, keys: ReadonlyMap<string, KeptKey>, nowMs: number): Buffer {
  const { tenantId, environmentId } = scope;
  const file: z.input<typeof keysFile> = {
    tenantId,
    environmentId,
    savedAtMs: nowMs,
    keys: [...keys].map(([hash, { origins, ...key }]) => ({ hash, ...key, origins: [...origins] })),
  };
  return Buffer.from(JSON.stringify(file));
}

export interface DecodedKeys {
  readonly scope: Scope;
  readonly keys: ReadonlyMap<string, KeptKey>;
  readonly savedAtMs: number;
}

/** Undefined for bytes that are no keys as this build writes them. */
export function decodeKeys(bytes: Buffer): DecodedKeys | undefined {
  try {
    const file = keysFile.safeParse(JSON.parse(bytes.toString("utf8"))).data;
    if (!file) return undefined;
    const { tenantId, environmentId, savedAtMs, keys } = file;
    return {
      scope: { tenantId, environmentId },
      savedAtMs,
      keys: new Map(keys.map(({ hash, ...key }) => [hash, key])),
    };
  } catch {
    return undefined;
  }
}

/** As the database would tell it now. */
export function credentialOf(
  { tenantId, environmentId }: Scope,
  { endsAtMs, ...key }: KeptKey,
  nowMs: number,
): KeyCredential {
  return {
    ...key,
    tenantId,
    environmentId,
    userId: null,
    reach: { permissions: null, environments: null },
    role: null,
    bindings: { permissions: null, grants: [] },
    expiresInMs: endsAtMs === null ? null : endsAtMs - nowMs,
    revokedAt: null,
  };
}
