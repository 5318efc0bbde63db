import { READ_LIMITS } from "../limits.ts";
import { checkCount, checkKey, isKey } from "./check-keys.ts";
import { checkSegment } from "./check-segment.ts";
import { checkShared } from "./check-shared.ts";
import { checkToggle } from "./check-toggle.ts";
import { keepNeeds } from "./needs.ts";
import {
  type Check,
  checkEntries,
  checkFields,
  expected,
  field,
  isObject,
  optional,
  type Problem,
  problem,
} from "./problem.ts";
import { RULESET_SCHEMA, type Ruleset, type RulesetPatch } from "./ruleset.ts";
import { type Holder, SharedParts } from "./shared-parts.ts";

export interface ReadError {
  readonly code: "unsupported_schema" | "malformed_ruleset";
  readonly message: string;
  /** Where, as in `toggles.new_checkout.rules[2].serve.variant`; absent for the whole. */
  readonly path?: string;
}

export type ReadResult =
  | { readonly ok: true; readonly ruleset: Ruleset }
  | { readonly ok: false; readonly error: ReadError };

export type ReadPatchResult =
  | { readonly ok: true; readonly patch: RulesetPatch }
  | { readonly ok: false; readonly error: ReadError };

/**
 * Checks untrusted JSON, once and in full. What it gives is the very object it was given, with what it shares put where
 * its numbers stood.
 */
export function readRuleset(json: unknown): ReadResult {
  const shared = new SharedParts();
  const error = findError(json, {
    project: checkKey,
    environment: checkKey,
    epoch: checkKey,
    revision: checkCount,
    shared: optional((parts) => checkShared(parts, shared)),
    toggles: checkKept(READ_LIMITS.toggles, (toggle, key, toggles) =>
      checkToggle(toggle, key, shared, toggles),
    ),
    segments: optional(checkKept(READ_LIMITS.segments, (segment, key) => checkSegment(segment, key, shared))),
    attributes: optional(checkAttributes),
  });
  if (error) return { ok: false, error };
  const ruleset = json as Ruleset;
  keepNeeds(ruleset, shared.needs);
  return { ok: true, ruleset };
}

/** As {@link readRuleset}, for a patch. */
export function readPatch(json: unknown): ReadPatchResult {
  const shared = new SharedParts();
  const error = findError(json, {
    epoch: checkKey,
    from: checkCount,
    to: (to) => checkCount(to) ?? checkOrder(json, to),
    shared: optional((parts) => checkShared(parts, shared)),
    changes: checkKept(
      READ_LIMITS.toggles,
      changeOf((toggle, key, changes) => checkToggle(toggle, key, shared, changes)),
    ),
    segments: optional(
      checkKept(
        READ_LIMITS.segments,
        changeOf((segment, key) => checkSegment(segment, key, shared)),
      ),
    ),
    attributes: optional(checkAttributes),
  });
  if (error) return { ok: false, error };
  const patch = json as RulesetPatch;
  keepNeeds(patch, shared.needs);
  return { ok: true, patch };
}

function findError(json: unknown, checks: Readonly<Record<string, Check>>): ReadError | undefined {
  if (!isObject(json)) return malformed(expected("an object", json));
  const schema = field(json, "schema");
  if (schema !== RULESET_SCHEMA && Number.isSafeInteger(schema)) return unsupported(schema);
  const found = checkFields(json, { schema: checkSchema, ...checks });
  return found && malformed(found);
}

function unsupported(schema: unknown): ReadError {
  return {
    code: "unsupported_schema",
    message: `The ruleset has schema ${schema}; this release reads schema ${RULESET_SCHEMA}. Update the SDK.`,
    path: "schema",
  };
}

function checkSchema(json: unknown): Problem | undefined {
  return json === RULESET_SCHEMA ? undefined : expected("the number of the schema", json);
}

type CheckKept = (json: unknown, key: string, all: Holder) => Problem | undefined;

function checkKept(max: number, check: CheckKept): Check {
  return (parts) =>
    checkEntries(parts, max, (part, key) => (isKey(key) ? check(part, key, parts as Holder) : checkKey(key)));
}

/** Name to type; which types there are is for whoever makes use of them. */
function checkAttributes(json: unknown): Problem | undefined {
  return checkEntries(json, READ_LIMITS.attributes, (type, name) => checkKey(name) ?? checkKey(type));
}

/** In a patch, `null` removes. */
function changeOf(check: CheckKept): CheckKept {
  return (json, key, all) => (json === null ? undefined : check(json, key, all));
}

function checkOrder(json: unknown, to: unknown): Problem | undefined {
  const from = isObject(json) ? field(json, "from") : undefined;
  return Number(from) < Number(to)
    ? undefined
    : problem(`is not later than 'from', which is ${Number(from)}`);
}

function malformed({ message, path }: Problem): ReadError {
  const where = path.map(segment).join("").replace(/^\./, "");
  if (where === "") return { code: "malformed_ruleset", message };
  return { code: "malformed_ruleset", message: `${where}: ${message}`, path: where };
}

function segment(name: string | number): string {
  if (typeof name === "number") return `[${name}]`;
  return /^[\w-]{1,80}$/.test(name) ? `.${name}` : `[${JSON.stringify(name.slice(0, 80))}]`;
}
