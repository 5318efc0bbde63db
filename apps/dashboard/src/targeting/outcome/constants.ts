/** What conditions hold attributes against: the values that make a difference. */
import type { Expression } from "@burgee/engine";

export type Constant = string | number | boolean;
/** By the attribute's path; the values of one are distinct. */
export type Constants = ReadonlyMap<string, ReadonlySet<Constant>>;

export function constantsIn(conditions: readonly Expression[]): Constants {
  const found = new Map<string, Set<Constant>>();
  for (const condition of conditions) collect(condition, found);
  return found;
}

function collect(part: Expression, found: Map<string, Set<Constant>>): void {
  if (part === null || typeof part !== "object") return;
  note(part, found);
  for (const child of childrenOf(part)) collect(child, found);
}

/** Each attribute beside each constant of the same comparison or call. */
function note(part: Exclude<Expression, string | boolean | null>, found: Map<string, Set<Constant>>): void {
  const path = pathOf(part);
  if (path !== undefined) add(found, path, []);
  if (part.kind === "binary") {
    const [left, right] = [part.left, part.right];
    for (const [subject, other] of [
      [left, right],
      [right, left],
    ] as const) {
      const named = pathOf(unwrapped(subject));
      if (named !== undefined) add(found, named, scalarsIn(other));
    }
  }
  if (part.kind === "call" && part.target !== undefined) {
    const named = pathOf(part.target);
    if (named !== undefined) add(found, named, part.args.flatMap(scalarsIn).map(neighbourOf(part.name)));
  }
  if (part.kind === "call" && part.name === "cidr") {
    const [subject = null, block] = part.args;
    const named = pathOf(subject);
    if (named !== undefined && typeof block === "string") add(found, named, [block.split("/")[0] ?? block]);
  }
}

/** What a text has to be like for the method to hold; nothing is known of patterns. */
function neighbourOf(method: string): (value: Constant) => Constant {
  return (value) => {
    if (typeof value !== "string") return value;
    if (method === "startsWith") return `${value}example`;
    return method === "endsWith" ? `example${value}` : value;
  };
}

function unwrapped(part: Expression): Expression {
  const isWrapped =
    part !== null &&
    typeof part === "object" &&
    part.kind === "call" &&
    part.target === undefined &&
    part.args.length === 1;
  return isWrapped ? (part.args[0] ?? part) : part;
}

function scalarsIn(part: Expression): readonly Constant[] {
  if (typeof part === "string" || typeof part === "boolean") return [part];
  if (part === null) return [];
  switch (part.kind) {
    case "int":
    case "double":
      return [Number(part.value)];
    case "list":
      return part.items.flatMap(scalarsIn);
    case "call":
      return part.args.flatMap(scalarsIn);
    default:
      return [];
  }
}

function pathOf(part: Expression): string | undefined {
  if (part === null || typeof part !== "object") return undefined;
  if (part.kind === "attribute") return part.name;
  if (part.kind !== "select") return undefined;
  const owner = pathOf(part.of);
  return owner === undefined ? undefined : `${owner}.${part.field}`;
}

function childrenOf(part: Exclude<Expression, string | boolean | null>): readonly Expression[] {
  switch (part.kind) {
    case "and":
    case "or":
      return part.of;
    case "unary":
      return [part.of];
    case "binary":
      return [part.left, part.right];
    case "has":
      return [part.of];
    case "call":
      return part.target === undefined ? part.args : [part.target, ...part.args];
    case "conditional":
      return [part.test, part.whenTrue, part.whenFalse];
    case "macro":
      return [part.over, part.body];
    case "list":
      return part.items;
    case "index":
      return [part.of, part.at];
    default:
      return [];
  }
}

function add(found: Map<string, Set<Constant>>, path: string, values: readonly Constant[]): void {
  const known = found.get(path) ?? new Set();
  for (const value of values) known.add(value);
  found.set(path, known);
}
