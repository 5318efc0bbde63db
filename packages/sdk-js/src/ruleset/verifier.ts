/** Who signed a ruleset: the part of the SDK that `verifyKey` loads. */
import type { Sent } from "./sent.ts";
import { sha256 } from "./sha256.ts";

/** `burgee1|tenant|environment|epoch|revision|SHA-256 of the text|signatures`, these over all before the last bar. */
const FIELDS = 7;
const ED25519 = { name: "Ed25519" };

/**
 * Why a ruleset is not one that a pinned key vouches for, as the end of a sentence; undefined where it is.
 *
 * - Shape: each pin is `ed25519.<environment>.<public key>`, 32 bytes in base64url.
 * - Source: docs/ruleset.md, "The seal"; RFC 8032.
 */
export async function whyNotVerified(
  pins: readonly string[],
  ruleset: unknown,
  { text, seal }: Sent,
): Promise<string | undefined> {
  if (seal === undefined) return "it carries no seal, and `verifyKey` asks for one";
  const fields = seal.split("|");
  const [format, , environment = "", epoch, revision, sum, signatures = ""] = fields;
  if (format !== "burgee1" || fields.length !== FIELDS)
    return "its seal is of a form that this SDK does not know";

  const keys = pins.map((pin) => pin.split(".")).filter(([, pinned]) => pinned === environment);
  if (keys.length === 0) return "it is of another environment than `verifyKey` names";
  if (sum !== (await sha256(new TextEncoder().encode(text)))) return "it was altered since it was signed";
  if (!says(ruleset, epoch, revision)) return "its seal is of another revision";

  const statement = new TextEncoder().encode(seal.slice(0, seal.lastIndexOf("|")));
  for (const [, , key = ""] of keys) {
    const publicKey = await crypto.subtle.importKey("raw", bytesOf(key), ED25519, false, ["verify"]);
    for (const signature of signatures.split(",")) {
      if (await crypto.subtle.verify(ED25519, publicKey, bytesOf(signature), statement)) return undefined;
    }
  }
  return "no key of `verifyKey` signed it";
}

function says(ruleset: unknown, epoch: string | undefined, revision: string | undefined): boolean {
  if (typeof ruleset !== "object" || ruleset === null) return false;
  return Reflect.get(ruleset, "epoch") === epoch && String(Reflect.get(ruleset, "revision")) === revision;
}

function bytesOf(base64url: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
