import type { Ruleset } from "@burgee/engine";
import { READ_LIMITS } from "@burgee/engine/reader";
import { parsedJson } from "../delivery/parsed-json.ts";
import type { Sent } from "../ruleset/sent.ts";
import { sha256 } from "../ruleset/sha256.ts";

/** What is said of a ruleset in a store, in one line of JSON before it. */
interface Seal {
  readonly format: typeof FORMAT;
  /** Of the ruleset's JSON, which follows. */
  readonly sha256: string;
  /** Names the SDK key that it was read with, and does not tell it. */
  readonly key: string;
  readonly epoch: string;
  readonly revision: number;
  /** The service's own seal, where the ruleset stands here as the service sent it. */
  readonly signed?: string;
}

/** `empty` holds nothing, `foreign` is nobody's of ours, `broken` once was, `other_key` was read with another key. */
export type Opened =
  | { readonly type: "ruleset"; readonly seal: Seal; readonly json: unknown; readonly sent: Sent }
  | { readonly type: "empty" }
  | { readonly type: "foreign" | "broken" | "other_key"; readonly message: string };

const FORMAT = "burgee-ruleset-1";
const MAX_SEAL_BYTES = 2_048;
/** All that is shared written out, in bytes; what the service sends is bounded before. */
const MAX_BYTES = MAX_SEAL_BYTES + READ_LIMITS.rulesetBytes + READ_LIMITS.putLength;
const LINE_END = 10;

/** A ruleset's bytes for a store. @param sent as it came, where that is to be verified once more when it is read */
export async function sealed(ruleset: Ruleset, key: string, sent: Sent | undefined): Promise<Uint8Array> {
  const json = new TextEncoder().encode(sent?.text ?? JSON.stringify(ruleset));
  const { epoch, revision } = ruleset;
  const signed = sent?.seal;
  const seal: Seal = {
    format: FORMAT,
    sha256: await sha256(json),
    key,
    epoch,
    revision,
    ...(signed !== undefined && { signed }),
  };
  const line = new TextEncoder().encode(`${JSON.stringify(seal)}\n`);
  const bytes = new Uint8Array(line.length + json.length);
  bytes.set(line);
  bytes.set(json, line.length);
  return bytes;
}

/** Reads what a store holds, and believes only what its checksum says. */
export async function opened(bytes: Uint8Array | undefined, key: string): Promise<Opened> {
  if (bytes === undefined || bytes.length === 0) return { type: "empty" };
  const end = bytes.subarray(0, MAX_SEAL_BYTES).indexOf(LINE_END);
  const seal = end === -1 ? undefined : parsedJson(textOf(bytes.subarray(0, end)));
  if (!isSeal(seal))
    return { type: "foreign", message: "it holds something else than a ruleset of Burgee's" };
  if (bytes.length > MAX_BYTES) return { type: "broken", message: `it holds more than ${MAX_BYTES} bytes` };

  const json = new Uint8Array(bytes.subarray(end + 1));
  if ((await sha256(json)) !== seal.sha256) {
    return {
      type: "broken",
      message: "the ruleset in it is not the one that was saved: its checksum differs",
    };
  }
  if (seal.key !== key) {
    return { type: "other_key", message: "the ruleset in it was read with another SDK key" };
  }
  const text = textOf(json);
  return { type: "ruleset", seal, json: parsedJson(text), sent: { text, seal: seal.signed } };
}

/** Names an SDK key in a store, as half of a hash that the service does not use. */
export async function nameOfKey(sdkKey: string): Promise<string> {
  return (await sha256(new TextEncoder().encode(`burgee-store:${sdkKey}`))).slice(0, 32);
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder("utf-8").decode(bytes);
}

function isSeal(json: unknown): json is Seal {
  if (typeof json !== "object" || json === null || !("format" in json) || json.format !== FORMAT)
    return false;
  const { sha256: sum, key, epoch, revision, signed = "" } = json as Partial<Record<keyof Seal, unknown>>;
  const texts = [sum, key, epoch, signed].every((text) => typeof text === "string");
  return texts && Number.isSafeInteger(revision);
}
