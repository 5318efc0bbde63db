import type { Binary, Call, Expression } from "../language/expression.ts";
import { parseTimestamp } from "../library/time.ts";
import { Timestamp } from "../values/scalar.ts";
import { parseSemVer } from "../values/semver.ts";
import type { Form } from "./atom.ts";
import { bucketRanges } from "./bucket-ranges.ts";
import { constantsIn, scalarOf, scalarsOf } from "./constants.ts";
import { type Subject, subjectIn } from "./subject.ts";

/** What is known of a test of one subject. */
export function formOf(expression: Expression): Form {
  return recognised(expression) ?? { type: "opaque", constants: constantsIn(expression) };
}

function recognised(expression: Expression): Form | undefined {
  if (subjectIn(expression)) return { type: "equality", constants: [true, false] };
  if (expression === null || typeof expression !== "object") return undefined;
  if (expression.kind === "has") return subjectIn(expression.of) && { type: "equality", constants: [] };
  if (expression.kind === "call") return textForm(expression);
  if (expression.kind !== "binary") return undefined;
  if (expression.op === "in") return listForm(expression);
  return comparison(expression) ?? comparison(turned(expression));
}

function textForm({ name, target, args }: Call): Form | undefined {
  const [part, ...more] = args;
  if (target === undefined || !subjectIn(target) || typeof part !== "string" || more.length > 0)
    return undefined;
  return name === "startsWith" || name === "endsWith" || name === "contains"
    ? { type: name, part }
    : undefined;
}

function listForm({ left, right }: Binary): Form | undefined {
  const constants = subjectIn(left) && scalarsOf(right);
  if (constants) return { type: "equality", constants };
  const constant = subjectIn(right) && scalarOf(left);
  return constant === undefined ? undefined : { type: "membership", constants: [constant] };
}

/** A comparison whose left side reads the subject. */
function comparison({ op, left, right }: Binary): Form | undefined {
  const constant = scalarOf(right);
  if (!TURNED.has(op)) return undefined;
  if (subjectIn(left) && constant !== undefined) {
    if (op === "==" || op === "!=") return { type: "equality", constants: [constant] };
    const isOrdered = typeof constant === "number" || typeof constant === "string";
    return isOrdered ? { type: "order", op, constant } : { type: "equality", constants: [constant] };
  }
  const version = argumentOf("semver", right);
  if (argumentOf("semver", left) && typeof version === "string") {
    const key = parseSemVer(version)?.value;
    return key === undefined ? undefined : { type: "version", op, text: version, key };
  }
  const moment = argumentOf("timestamp", right);
  if (argumentOf("timestamp", left) && typeof moment === "string") {
    const time = parseTimestamp(moment);
    return time instanceof Timestamp ? { type: "moment", op, text: moment, key: time.value } : undefined;
  }
  return bucketForm(op, left, constant);
}

function bucketForm(op: string, left: Expression, constant: unknown): Form | undefined {
  if (left === null || typeof left !== "object" || left.kind !== "call") return undefined;
  const [salt, value = null, ...more] = left.args;
  const subject =
    left.name === "bucket" && left.target === undefined && more.length === 0 && subjectIn(value);
  const ranges = typeof constant === "number" ? bucketRanges(op, constant) : undefined;
  if (!subject || typeof salt !== "string" || !ranges) return undefined;
  return { type: "bucket", hashing: { salt, stickiness: subject.key }, domain: "rollout", ranges };
}

/** What stands in `name(…)`, where that is a text or reads the subject. */
function argumentOf(name: string, expression: Expression): string | Subject | undefined {
  if (expression === null || typeof expression !== "object" || expression.kind !== "call") return undefined;
  const [argument = null, ...more] = expression.args;
  if (expression.name !== name || expression.target !== undefined || more.length > 0) return undefined;
  return typeof argument === "string" ? argument : subjectIn(argument);
}

const TURNED: ReadonlyMap<string, Binary["op"]> = new Map([
  ["==", "=="],
  ["!=", "!="],
  ["<", ">"],
  ["<=", ">="],
  [">", "<"],
  [">=", "<="],
]);

function turned({ op, left, right }: Binary): Binary {
  return { kind: "binary", op: TURNED.get(op) ?? op, left: right, right: left };
}
