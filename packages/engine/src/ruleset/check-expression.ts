import { READ_LIMITS } from "../limits.ts";
import {
  at,
  type Check,
  checkFields,
  checkList,
  expected,
  type Fields,
  field,
  isObject,
  type Problem,
  problem,
} from "./problem.ts";

const INT = /^(?:0|-?[1-9][0-9]{0,18})$/;
const UINT = /^(?:0|[1-9][0-9]{0,19})$/;
/** One character a byte. */
const BYTES = /^[\0-\xff]*$/;

/**
 * Checks a condition's tree: every node of a known kind is whole, and the bounds hold. A kind that this release lacks
 * is let through (it fails when evaluated): one rule of a newer server must not cost the whole ruleset.
 */
export function checkExpression(json: unknown): Problem | undefined {
  return checkPart(json, { left: READ_LIMITS.conditionNodes }, READ_LIMITS.conditionDepth);
}

const LITERALS = ["int", "uint", "double", "bytes", "type"];

interface Budget {
  left: number;
}

function checkPart(json: unknown, nodes: Budget, depth: number): Problem | undefined {
  if (typeof json === "string" || typeof json === "boolean" || json === null) return undefined;
  if (!isObject(json)) return expected("a part of a condition", json);
  if (depth === 0) return problem(`is nested deeper than ${READ_LIMITS.conditionDepth}`);

  const kind = field(json, "kind");
  if (typeof kind !== "string") return at("kind", expected("the kind of the part", kind));
  if (!LITERALS.includes(kind) && nodes.left-- === 0) {
    return problem(`the condition has more than ${READ_LIMITS.conditionNodes} nodes`);
  }
  const part: Check = (inner) => checkPart(inner, nodes, depth - 1);
  return checkFields(json, fieldsOf(kind, json, part));
}

function fieldsOf(kind: string, json: Fields, part: Check): Readonly<Record<string, Check>> {
  switch (kind) {
    case "int":
      return { value: checkInt };
    case "uint":
      return { value: checkUint };
    case "double":
      return { value: checkDouble };
    case "bytes":
      return { value: checkBytes };
    case "type":
    case "attribute":
    case "variable":
      return { name: checkText };
    case "segment":
      return { key: checkText };
    case "macro":
      return {
        name: checkText,
        over: part,
        variable: checkText,
        ...(Object.hasOwn(json, "test") && { test: part }),
        body: part,
      };
    case "list":
      return { items: (items) => checkParts(items, part) };
    case "map":
      return {
        entries: (entries) => checkList(entries, READ_LIMITS.listItems, (entry) => checkPair(entry, part)),
      };
    case "select":
      return { of: part, field: checkText };
    case "index":
      return { of: part, at: part };
    case "has":
      return { of: (of) => checkHas(of, part) };
    case "call":
      return {
        name: checkText,
        ...(Object.hasOwn(json, "target") && { target: part }),
        args: (args) => checkParts(args, part),
      };
    case "unary":
      return { op: checkText, of: part };
    case "binary":
      return { op: checkText, left: part, right: part };
    case "and":
    case "or":
      return { of: (of) => checkParts(of, part) };
    case "conditional":
      return { test: part, whenTrue: part, whenFalse: part };
    default:
      return {};
  }
}

function checkParts(json: unknown, part: Check): Problem | undefined {
  if (!Array.isArray(json)) return expected("a list", json);
  if (json.length > READ_LIMITS.listItems) {
    return problem(`has ${json.length} items; at most ${READ_LIMITS.listItems} are read`);
  }
  for (let index = 0; index < json.length; index++) {
    const item: unknown = json[index];
    const found = typeof item === "string" ? undefined : part(item);
    if (found) return at(index, found);
  }
  return undefined;
}

function checkPair(json: unknown, part: Check): Problem | undefined {
  if (!Array.isArray(json) || json.length !== 2) return expected("a pair of key and value", json);
  return at(0, part(json[0])) ?? at(1, part(json[1]));
}

function checkHas(json: unknown, part: Check): Problem | undefined {
  const kind = isObject(json) ? field(json, "kind") : undefined;
  return kind === "select" || kind === "attribute" ? part(json) : expected("a field or an attribute", json);
}

function checkInt(json: unknown): Problem | undefined {
  return checkInteger(json, INT, (value) => BigInt.asIntN(64, value));
}

function checkUint(json: unknown): Problem | undefined {
  return checkInteger(json, UINT, (value) => BigInt.asUintN(64, value));
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

function checkDouble(json: unknown): Problem | undefined {
  return Number.isFinite(json) ? undefined : expected("a finite number", json);
}

function checkText(json: unknown): Problem | undefined {
  return typeof json === "string" ? undefined : expected("a text", json);
}
