/** How a published ruleset is written outside of the database: a line that says which it is, a line of what goes with it, its body. */
import type { StoredRuleset } from "@burgee/db";
import { z } from "zod";
import { environmentId, tenantId } from "../ids.ts";
import { listHash } from "../segments/list-input.ts";
import type { Scope } from "./scope.ts";

/** Bounds what is read: twice what may be published, with room for what goes with it. */
export const MAX_RECORD_BYTES = 16 * 1024 * 1024;
/** The first line is no longer. */
export const IDENTITY_BYTES = 512;

const identity = z.strictObject({
  tenantId,
  environmentId,
  epoch: z.uuid(),
  revision: z.int().min(0),
});
export type RulesetIdentity = z.output<typeof identity>;

const removed = z.record(z.string(), z.int());
const rest = z.strictObject({
  removed,
  removedSegments: removed,
  attributesRevision: z.int(),
  sha256: listHash,
  /** Not in what earlier releases wrote. */
  seal: z.string().max(1024).nullable().default(null),
});

export function encodeRuleset(
  { tenantId, environmentId }: Scope,
  { epoch, revision, body, sha256, ...more }: StoredRuleset,
): Buffer {
  const which: RulesetIdentity = { tenantId, environmentId, epoch, revision };
  const { removed, removedSegments, attributesRevision, seal } = more;
  const with_: z.input<typeof rest> = {
    removed,
    removedSegments,
    attributesRevision,
    sha256: sha256.toString("hex"),
    seal,
  };
  return Buffer.from(`${JSON.stringify(which)}\n${JSON.stringify(with_)}\n${body}`);
}

/** Undefined for bytes that are no ruleset as this build writes it. */
export function decodeRuleset(
  bytes: Buffer,
): { readonly identity: RulesetIdentity; readonly stored: StoredRuleset } | undefined {
  const second = bytes.indexOf("\n") + 1;
  const third = bytes.indexOf("\n", second) + 1;
  if (second === 0 || third === 0) return undefined;
  const which = decodeIdentity(bytes);
  const more = parseLine(rest, bytes.toString("utf8", second, third));
  if (!which || !more) return undefined;
  const { epoch, revision } = which;
  const sha256 = Buffer.from(more.sha256, "hex");
  return {
    identity: which,
    stored: { ...more, epoch, revision, sha256, body: bytes.toString("utf8", third) },
  };
}

/** From a file's first bytes. */
export function decodeIdentity(start: Buffer): RulesetIdentity | undefined {
  const end = start.indexOf("\n");
  return end === -1 ? undefined : parseLine(identity, start.toString("utf8", 0, end));
}

function parseLine<T extends z.ZodType>(schema: T, line: string): z.output<T> | undefined {
  try {
    return schema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}
