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
const MIN_INT = -(2n ** 63n);
const MAX_INT = 2n ** 63n - 1n;

/**
 * Checks a condition's tree: every node of a known kind is whole, and the bounds hold. A kind that this release lacks
 * is let through (it fails when evaluated): one rule of a newer server must not cost the whole ruleset.
 */
export function checkExpression(json: unknown): Problem | undefined {
  return checkPart(json, { left: READ_LIMITS.conditionNodes }, READ_LIMITS.conditionDepth);
}

interface Budget {
  left: number;
}

function checkPart(json: unknown, nodes: Budget, depth: number): Problem | undefined {
  if (typeof json === "string" || typeof json === "boolean" || json === null) return undefined;
  if (!isObject(json)) return expected("a part of a condition", json);
  if (depth === 0) return problem(`is nested deeper than ${READ_LIMITS.conditionDepth}`);

  const kind = field(json, "kind");
  if (typeof kind !== "string") return at("kind", expected("the kind of the part", kind));
  const isLiteral = kind === "int" || kind === "double";
  if (!isLiteral && nodes.left-- === 0) {
    return problem(`the condition has more than ${READ_LIMITS.conditionNodes} nodes`);
  }
  const part: Check = (inner) => checkPart(inner, nodes, depth - 1);
  return checkFields(json, fieldsOf(kind, json, part));
}

function fieldsOf(kind: string, json: Fields, part: Check): Readonly<Record<string, Check>> {
  switch (kind) {
    case "int":
      return { value: checkInt };
    case "double":
      return { value: checkDouble };
    case "attribute":
      return { name: checkText };
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
  if (typeof json !== "string" || !INT.test(json)) return expected("an integer in decimal", json);
  const value = BigInt(json);
  return value < MIN_INT || value > MAX_INT ? problem(`${json} does not fit 64 bits`) : undefined;
}

function checkDouble(json: unknown): Problem | undefined {
  return Number.isFinite(json) ? undefined : expected("a finite number", json);
}

function checkText(json: unknown): Problem | undefined {
  return typeof json === "string" ? undefined : expected("a text", json);
}
