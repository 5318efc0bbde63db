import type { SigningKey } from "@burgee/db";

/** A key as people see it: its public half. */
export interface SigningKeyView {
  readonly id: string;
  /** Ed25519: 32 bytes in base64url. */
  readonly publicKey: string;
  readonly createdAt: string;
  /** Until when it signs beside the current one; null for the current one. */
  readonly retiresAt: string | null;
}

export function signingKeyView({
  signingKeyId,
  publicKey,
  createdAt,
  retiresAt,
}: SigningKey): SigningKeyView {
  return {
    id: signingKeyId,
    publicKey: publicKey.toString("base64url"),
    createdAt: createdAt.toISOString(),
    retiresAt: retiresAt?.toISOString() ?? null,
  };
}

/** What an SDK pins: one environment, and a key that vouches for it. */
export function verifyKeyOf(environmentId: string, { publicKey }: Pick<SigningKey, "publicKey">): string {
  return `ed25519.${environmentId}.${publicKey.toString("base64url")}`;
}
