import type { ExpressionNode } from "../language/expression.ts";
import { READ_LIMITS } from "../limits.ts";
import { asksLibrary } from "./asks-library.ts";
import type { Needs } from "./needs.ts";
import { at, expected, type Fields, isObject, type Problem, problem, tooMany } from "./problem.ts";
import { type Holder, SharedParts } from "./shared-parts.ts";

const INT = /^(?:0|-?[1-9][0-9]{0,18})$/;
const UINT = /^(?:0|[1-9][0-9]{0,19})$/;
/** One character a byte. */
const BYTES = /^[\0-\xff]*$/;

/**
 * Checks a condition's tree: every node of a known kind is whole, and the bounds hold. A kind that this release lacks
 * is let through (it fails when evaluated): one rule of a newer server must not cost the whole ruleset.
 */
export function checkExpression(json: unknown, shared = new SharedParts()): Problem | undefined {
  shared.begin();
  return isScalar(json) ? undefined : checkNode(json, shared, 1);
}

/** As {@link checkExpression} for `holder.condition`, which may be the number of a shared part, and then becomes that part. */
export function checkCondition(holder: Holder, shared: SharedParts): Problem | undefined {
  shared.begin();
  return checkPart(holder, "condition", shared, 0);
}

/** Checks `holder[name]`, a part inside `outside` nodes. */
function checkPart(
  holder: Holder,
  name: string | number,
  shared: SharedParts,
  outside: number,
): Problem | undefined {
  const json = holder[name];
  if (isScalar(json)) return undefined;
  if (typeof json === "number") return at(name, shared.putPart(holder, name, json, outside));
  return at(name, checkNode(json, shared, outside + 1));
}

function isScalar(json: unknown): boolean {
  return typeof json === "string" || typeof json === "boolean" || json === null;
}

/** Checks a tagged part, itself and so many nodes deep. */
function checkNode(node: unknown, shared: SharedParts, depth: number): Problem | undefined {
  if (!isObject(node)) return expected("a part of a condition", node);
  const { kind } = node;
  if (typeof kind !== "string") return at("kind", expected("the kind of the part", kind));
  const literal = literals.get(kind);
  const found = shared.take(literal ? 0 : 1, depth) ?? literal?.(node);
  if (found) return found;

  const inside = literal ? undefined : checkInside(kind, node as Holder, shared, depth);
  if (!inside) note(kind, node, shared.needs);
  return inside;
}

/** Notes what a sound node needs: a condition is walked only here. */
function note(kind: string, node: Fields, needs: Needs): void {
  if (kind === "call" && node.name === "matches") needs.matches = true;
  needs.library ||= asksLibrary(node as unknown as ExpressionNode);
}

function checkInside(kind: string, node: Holder, shared: SharedParts, depth: number): Problem | undefined {
  switch (kind) {
    case "attribute":
    case "variable":
      return checkText(node, "name");
    case "segment":
      return checkText(node, "key");
    case "binary":
      return (
        checkText(node, "op") ??
        checkPart(node, "left", shared, depth) ??
        checkPart(node, "right", shared, depth)
      );
    case "unary":
      return checkText(node, "op") ?? checkPart(node, "of", shared, depth);
    case "and":
    case "or":
      return checkParts(node, "of", shared, depth);
    case "list":
      return checkParts(node, "items", shared, depth);
    case "call":
      return (
        checkText(node, "name") ??
        checkOptional(node, "target", shared, depth) ??
        checkParts(node, "args", shared, depth)
      );
    case "select":
      return checkPart(node, "of", shared, depth) ?? checkText(node, "field");
    case "index":
      return checkPart(node, "of", shared, depth) ?? checkPart(node, "at", shared, depth);
    case "has":
      return checkPart(node, "of", shared, depth) ?? at("of", checkAsked(node.of));
    case "conditional":
      return (
        checkPart(node, "test", shared, depth) ??
        checkPart(node, "whenTrue", shared, depth) ??
        checkPart(node, "whenFalse", shared, depth)
      );
    case "macro":
      return (
        checkText(node, "name") ??
        checkPart(node, "over", shared, depth) ??
        checkText(node, "variable") ??
        checkOptional(node, "test", shared, depth) ??
        checkPart(node, "body", shared, depth)
      );
    case "map":
      return at("entries", checkEntries(node.entries, shared, depth));
    default:
      return undefined;
  }
}

/** The kinds that hold a value, and do not count as nodes. */
const literals: ReadonlyMap<string, (node: Fields) => Problem | undefined> = new Map([
  [
    "int",
    (node) =>
      at(
        "value",
        checkInteger(node.value, INT, (value) => BigInt.asIntN(64, value)),
      ),
  ],
  [
    "uint",
    (node) =>
      at(
        "value",
        checkInteger(node.value, UINT, (value) => BigInt.asUintN(64, value)),
      ),
  ],
  [
    "double",
    ({ value }) => (Number.isFinite(value) ? undefined : at("value", expected("a finite number", value))),
  ],
  ["bytes", ({ value }) => at("value", checkBytes(value))],
  ["type", (node) => checkText(node, "name")],
]);

function checkOptional(
  holder: Holder,
  name: string,
  shared: SharedParts,
  outside: number,
): Problem | undefined {
  return holder[name] === undefined ? undefined : checkPart(holder, name, shared, outside);
}

function checkParts(node: Fields, name: string, shared: SharedParts, outside: number): Problem | undefined {
  const parts = node[name];
  const found = checkLength(parts);
  if (found || !Array.isArray(parts)) return at(name, found);
  const holder = parts as unknown as Holder;
  for (let index = 0; index < parts.length; index++) {
    // No call for each of the 20,000 texts that a list may have.
    if (typeof parts[index] === "string") continue;
    const inner = checkPart(holder, index, shared, outside);
    if (inner) return at(name, inner);
  }
  return undefined;
}

function checkEntries(entries: unknown, shared: SharedParts, outside: number): Problem | undefined {
  const found = checkLength(entries);
  if (found || !Array.isArray(entries)) return found;
  for (let index = 0; index < entries.length; index++) {
    const pair: unknown = entries[index];
    if (!Array.isArray(pair) || pair.length !== 2)
      return at(index, expected("a pair of key and value", pair));
    const holder = pair as unknown as Holder;
    const inner = checkPart(holder, 0, shared, outside) ?? checkPart(holder, 1, shared, outside);
    if (inner) return at(index, inner);
  }
  return undefined;
}

function checkLength(parts: unknown): Problem | undefined {
  if (!Array.isArray(parts)) return expected("a list", parts);
  const { length } = parts;
  return length > READ_LIMITS.listItems ? tooMany("items", length, READ_LIMITS.listItems) : undefined;
}

function checkAsked(json: unknown): Problem | undefined {
  const kind = isObject(json) ? json.kind : undefined;
  return kind === "select" || kind === "attribute" ? undefined : expected("a field or an attribute", json);
}

function checkInteger(json: unknown, form: RegExp, fit: (value: bigint) => bigint): Problem | undefined {
  if (typeof json !== "string" || !form.test(json)) return expected("an integer in decimal", json);
  const value = BigInt(json);
  return fit(value) === value ? undefined : problem(`${json} does not fit 64 bits`);
}

function checkBytes(json: unknown): Problem | undefined {
  return typeof json === "string" && BYTES.test(json)
    ? undefined
    : expected("a text of characters up to U+00FF", json);
}

function checkText(node: Fields, name: string): Problem | undefined {
  const text = node[name];
  return typeof text === "string" ? undefined : at(name, expected("a text", text));
}
