/** The part of the SDK that looks at seals: who signed a ruleset, and whether it came as it was sent. */
import { SdkError } from "../sdk-error.ts";
import type { Sent } from "./sent.ts";
import { sha256 } from "./sha256.ts";

/** `burgee1|tenant|environment|epoch|revision|SHA-256 of the text|signatures`, these over all before the last bar. */
const FORMAT = "burgee1";
const FIELDS = 7;
const SUM = 5;
const ED25519 = { name: "Ed25519" };

/** What keeps a ruleset from being taken. Never rejects. @param pins empty looks at the checksum alone */
export async function problemWith(
  pins: readonly string[],
  ruleset: unknown,
  sent: Sent,
): Promise<SdkError | undefined> {
  if (pins.length === 0) {
    if (await isWhole(sent)) return undefined;
    const message = "The ruleset is not the one that was sent: its checksum differs.";
    return new SdkError("malformed_ruleset", message);
  }
  try {
    const why = await whyNotVerified(pins, ruleset, sent);
    return why === undefined ? undefined : unverified(why);
  } catch (cause) {
    return unverified(cause instanceof Error ? cause.message : String(cause), cause);
  }
}

/** Also of one that a later version of the service sealed in another way. */
async function isWhole({ text, seal }: Sent): Promise<boolean> {
  const fields = seal?.split("|") ?? [];
  return fields[0] !== FORMAT || fields.length !== FIELDS || fields[SUM] === (await sumOf(text));
}

/**
 * Why a ruleset is not one that a pinned key vouches for, as the end of a sentence; undefined where it is.
 *
 * - Shape: each pin is `ed25519.<environment>.<public key>`, 32 bytes in base64url.
 * - Source: docs/ruleset.md, "The seal"; RFC 8032.
 */
async function whyNotVerified(
  pins: readonly string[],
  ruleset: unknown,
  { text, seal }: Sent,
): Promise<string | undefined> {
  if (seal === undefined) return "it carries no seal, and `verifyKey` asks for one";
  const fields = seal.split("|");
  const [format, , environment = "", epoch, revision, sum, signatures = ""] = fields;
  if (format !== FORMAT || fields.length !== FIELDS)
    return "its seal is of a form that this SDK does not know";

  const keys = pins.map((pin) => pin.split(".")).filter(([, pinned]) => pinned === environment);
  if (keys.length === 0) return "it is of another environment than `verifyKey` names";
  if (sum !== (await sumOf(text))) return "it was altered since it was signed";
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

function sumOf(text: string): Promise<string> {
  return sha256(new TextEncoder().encode(text));
}

function unverified(why: string, cause?: unknown): SdkError {
  return new SdkError("unverified_ruleset", `The ruleset was not taken: ${why}.`, { cause });
}

function says(ruleset: unknown, epoch: string | undefined, revision: string | undefined): boolean {
  if (typeof ruleset !== "object" || ruleset === null) return false;
  return Reflect.get(ruleset, "epoch") === epoch && String(Reflect.get(ruleset, "revision")) === revision;
}

function bytesOf(base64url: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
