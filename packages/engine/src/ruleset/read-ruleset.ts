import { READ_LIMITS } from "../limits.ts";
import { checkCount, checkKey } from "./check-keys.ts";
import { checkSegment } from "./check-segment.ts";
import { checkShared } from "./check-shared.ts";
import { checkToggles } from "./check-toggle.ts";
import { keepNeeds, type Needs } from "./needs.ts";
import { at, checkEntries, expected, type Fields, isObject, type Problem } from "./problem.ts";
import { RULESET_SCHEMA, type Ruleset } from "./ruleset.ts";
import { SharedParts } from "./shared-parts.ts";

export interface ReadError {
  readonly code: "unsupported_schema" | "malformed_ruleset";
  readonly message: string;
  /** Where, as in `toggles.new_checkout.rules[2].serve.variant`; absent for the whole. */
  readonly path?: string;
}

/** `needs` is what has to be loaded before it is prepared by `@burgee/engine/core`. */
export type ReadResult =
  | { readonly ok: true; readonly ruleset: Ruleset; readonly needs: Readonly<Needs> }
  | { readonly ok: false; readonly error: ReadError };

/**
 * Checks untrusted JSON, once and in full. What it gives is the very object it was given, with what it shares put where
 * its numbers stood.
 */
export function readRuleset(json: unknown): ReadResult {
  const shared = new SharedParts();
  const error = findError(json, shared, checkRuleset);
  if (error) return { ok: false, error };
  const ruleset = json as Ruleset;
  keepNeeds(ruleset, shared.needs);
  return { ok: true, ruleset, needs: shared.needs };
}

/** What is wrong with JSON that should be a ruleset, or a patch of one. */
export function findError(
  json: unknown,
  shared: SharedParts,
  check: (json: Fields, shared: SharedParts) => Problem | undefined,
): ReadError | undefined {
  if (!isObject(json)) return malformed(expected("an object", json));
  const { schema } = json;
  if (schema !== RULESET_SCHEMA && Number.isSafeInteger(schema)) return unsupported(schema);
  const found = at("schema", checkSchema(schema)) ?? check(json, shared);
  if (found) return malformed(found);
  // What stands in its places by now would be kept, and written, twice.
  Reflect.deleteProperty(json, "shared");
  return undefined;
}

function checkSchema(json: unknown): Problem | undefined {
  return json === RULESET_SCHEMA ? undefined : expected("the number of the schema", json);
}

/** What is shared comes first: the others name it. Fields that it does not know are ignored, so that a newer server may add some. */
function checkRuleset(ruleset: Fields, shared: SharedParts): Problem | undefined {
  return (
    at("project", checkKey(ruleset.project)) ??
    at("environment", checkKey(ruleset.environment)) ??
    at("epoch", checkKey(ruleset.epoch)) ??
    at("revision", checkCount(ruleset.revision)) ??
    at("shared", checkShared(ruleset.shared, shared)) ??
    at("toggles", checkToggles(ruleset.toggles, shared)) ??
    at("segments", checkSegments(ruleset.segments, shared)) ??
    at("attributes", checkAttributes(ruleset.attributes)) ??
    at("traceparent", checkTraceparent(ruleset.traceparent))
  );
}

/** In a patch, `null` removes. */
export function checkSegments(json: unknown, shared: SharedParts, isPatch = false): Problem | undefined {
  if (json === undefined) return undefined;
  return checkEntries(
    json,
    READ_LIMITS.segments,
    (segment, key) =>
      checkKey(key) ?? (isPatch && segment === null ? undefined : checkSegment(segment, key, shared)),
  );
}

/** Name to type; which types there are is for whoever makes use of them. */
export function checkAttributes(json: unknown): Problem | undefined {
  if (json === undefined) return undefined;
  return checkEntries(json, READ_LIMITS.attributes, (type, name) => checkKey(name) ?? checkKey(type));
}

/** Its form is for whoever sends it on. */
export function checkTraceparent(json: unknown): Problem | undefined {
  return json === undefined ? undefined : checkKey(json);
}

function unsupported(schema: unknown): ReadError {
  return {
    code: "unsupported_schema",
    message: `The ruleset has schema ${schema}; this release reads schema ${RULESET_SCHEMA}. Update the SDK.`,
    path: "schema",
  };
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
