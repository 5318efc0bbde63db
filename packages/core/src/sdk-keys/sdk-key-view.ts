import type { SdkKey, SigningKey } from "@burgee/db";
import { verifyKeyOf } from "../signing-keys/signing-key-view.ts";

/** A key as people see it: everything but its text, which is told once. */
export interface SdkKeyView {
  readonly id: string;
  readonly kind: SdkKey["kind"];
  /** Its first characters. */
  readonly display: string;
  readonly name: string;
  /** The person whose personal key it is. */
  readonly userId: string | null;
  /** Whose pages may use a client key. */
  readonly origins: readonly string[];
  /** What a personal key is for; null for all that its person may do, now and later. */
  readonly permissions: readonly string[] | null;
  /** The ids of the only environments that a personal key reaches; null for all. */
  readonly environmentIds: readonly string[] | null;
  /** Where it is at home: a server's or a client's key reads this environment alone. */
  readonly environmentId: string;
  /** Of a server's key: what its SDK may pin (`verifyKey`), any of which vouches for its rulesets; none before the tenant's first was published. */
  readonly verifyKeys: readonly string[];
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
  /** Within five minutes, or a little longer. */
  readonly lastUsedAt: string | null;
  /** The ids of the key in whose place it came, and of the one that came in its place. */
  readonly replaces: string | null;
  readonly replacedBy: string | null;
}

/** A key with its text, in the one answer that has it. */
export type IssuedSdkKey = SdkKeyView & { readonly key: string };

/** @param signing those that sign the tenant's rulesets now */
export function sdkKeyView(key: SdkKey, signing: readonly SigningKey[]): SdkKeyView {
  return {
    id: key.sdkKeyId,
    kind: key.kind,
    display: key.display,
    name: key.name,
    userId: key.userId,
    origins: key.origins,
    permissions: key.reach.permissions,
    environmentIds: key.reach.environments?.map(({ environmentId }) => environmentId) ?? null,
    environmentId: key.environmentId,
    verifyKeys: key.kind === "srv" ? signing.map((each) => verifyKeyOf(key.environmentId, each)) : [],
    createdAt: key.createdAt.toISOString(),
    expiresAt: key.expiresAt?.toISOString() ?? null,
    revokedAt: key.revokedAt?.toISOString() ?? null,
    lastUsedAt: key.lastUsedAt?.toISOString() ?? null,
    replaces: key.replaces,
    replacedBy: key.replacedBy,
  };
}

/** What the audit trail says of a new key: what it is for, and not what it is. */
export function auditedSdkKey({ kind, name, display, origins, reach, expiresAt, replaces }: SdkKey): object {
  return {
    kind,
    name,
    display,
    expiresAt: expiresAt?.toISOString() ?? null,
    ...(origins.length > 0 && { origins }),
    ...(reach.permissions && { permissions: reach.permissions }),
    ...(reach.environments && {
      environments: reach.environments.map(({ environmentId }) => environmentId),
    }),
    ...(replaces && { replaces }),
  };
}
