/** Changes of a PATCH (RFC 7644, section 3.5.2), applied one after the other to a resource with folded names. Pure. */
import { z } from "zod";
import { LIMITS } from "../limits.ts";
import { scimRefusal } from "./directory.ts";
import { type Filter, type Path, parsePath } from "./filter.ts";
import { type Folded, folded, isFolded } from "./folded.ts";

export interface Operation {
  readonly op: "add" | "replace" | "remove";
  readonly path: Path | undefined;
  /** With folded names. */
  readonly value: unknown;
}

const operation = z.object({
  op: z
    .string("Name the operation: add, replace or remove.")
    .toLowerCase()
    .pipe(z.enum(["add", "replace", "remove"], "An operation is add, replace or remove.")),
  path: z.string("A path is a text.").nullish(),
  value: z.unknown().optional(),
});
const request = z.object({
  operations: z
    .array(operation, "Send Operations: a list of what to change.")
    .min(1, "Send at least one operation.")
    .max(LIMITS.scimOperations, `Send at most ${LIMITS.scimOperations} operations at once.`),
});

/** @throws {AppError} "invalid_input" of the type `invalidSyntax` or `invalidPath` */
export function readOperations(body: unknown): readonly Operation[] {
  const parsed = request.safeParse(folded(body));
  if (!parsed.success) {
    throw scimRefusal("invalidSyntax", parsed.error.issues[0]?.message ?? "This is no PATCH of SCIM.");
  }
  return parsed.data.operations.flatMap(({ op, path, value }) => {
    if (path !== undefined && path !== null && path !== "") return [{ op, path: parsePath(path), value }];
    if (op === "remove") throw scimRefusal("noTarget", "Name in path what to remove.");
    if (!isFolded(value))
      throw scimRefusal("invalidSyntax", "Without a path, value is an object of attributes.");
    return Object.entries(value).map(([name, each]) => ({ op, path: parsePath(name), value: each }));
  });
}

/**
 * Changes a resource; what stands in no operation stays as it is.
 * @param kept the attributes that are; others are passed over
 * @throws {AppError} "invalid_input"
 */
export function patched(resource: Folded, operations: readonly Operation[], kept: readonly string[]): Folded {
  return operations
    .filter(({ path }) => path !== undefined && kept.includes(path.attribute))
    .reduce(applied, resource);
}

function applied(resource: Folded, { op, path, value }: Operation): Folded {
  if (!path) return resource;
  const { attribute, sub, filter } = path;
  const held = resource[attribute];
  if (filter) {
    const values = inSome(Array.isArray(held) ? held : [], { filter, sub }, { op, value });
    return { ...resource, [attribute]: bounded(values) };
  }
  if (sub !== undefined) {
    const whole = isFolded(held) ? held : {};
    return { ...resource, [attribute]: op === "remove" ? without(whole, sub) : { ...whole, [sub]: value } };
  }
  if (op === "remove") return removed(resource, attribute, value);
  if (Array.isArray(held) && op === "add")
    return { ...resource, [attribute]: bounded(added(held, listOf(value))) };
  if (isFolded(held) && isFolded(value)) return { ...resource, [attribute]: { ...held, ...value } };
  return { ...resource, [attribute]: Array.isArray(value) ? bounded(value) : value };
}

/** Of several values, those that fit a filter. Where none does, one that fits is added. */
function inSome(
  values: readonly unknown[],
  { filter, sub }: { readonly filter: Filter; readonly sub: string | undefined },
  { op, value }: Pick<Operation, "op" | "value">,
): readonly unknown[] {
  const change = (each: Folded): readonly unknown[] => {
    if (op === "remove") return sub === undefined ? [] : [without(each, sub)];
    if (sub !== undefined) return [{ ...each, [sub]: value }];
    if (!isFolded(value)) throw scimRefusal("invalidValue", "A whole value is an object of its parts.");
    return [{ ...each, ...value }];
  };
  const isMeant = (each: unknown): each is Folded => isFolded(each) && fits(filter, each);
  if (op === "remove" || values.some(isMeant)) {
    return values.flatMap((each) => (isMeant(each) ? change(each) : [each]));
  }
  return [...values, ...change(namedBy(filter))];
}

/** Looked at after each operation, so that a thousand of them have no more to go through than one. */
function bounded(values: readonly unknown[]): readonly unknown[] {
  if (values.length <= LIMITS.scimValues) return values;
  throw scimRefusal("tooMany", `An attribute has at most ${LIMITS.scimValues} values.`);
}

function removed(resource: Folded, attribute: string, value: unknown): Folded {
  const held = resource[attribute];
  if (!Array.isArray(held) || value === undefined || value === null) return without(resource, attribute);
  const gone = new Set(listOf(value).map(valueIn));
  return { ...resource, [attribute]: held.filter((each) => !gone.has(valueIn(each))) };
}

function added(held: readonly unknown[], more: readonly unknown[]): readonly unknown[] {
  const there = new Set(held.map(valueIn));
  return [...held, ...more.filter((each) => !there.has(valueIn(each)))];
}

function without(object: Folded, name: string): Folded {
  return Object.fromEntries(Object.entries(object).filter(([each]) => each !== name));
}

/** What a value that is added by a filter says of itself: `type eq "work"` makes `{ type: "work" }`. */
function namedBy(filter: Filter): Folded {
  if (filter.is === "all") return Object.assign({}, ...filter.of.map(namedBy));
  return filter.is === "compared" && filter.by === "eq" ? { [filter.attribute]: filter.value } : {};
}

function fits(filter: Filter, value: Folded): boolean {
  switch (filter.is) {
    case "all":
      return filter.of.every((each) => fits(each, value));
    case "any":
      return filter.of.some((each) => fits(each, value));
    case "not":
      return !fits(filter.of, value);
    case "present":
      return value[filter.attribute] !== undefined && value[filter.attribute] !== null;
    case "some":
      return false;
    case "compared":
      return compares(filter, value[filter.attribute]);
    default:
      return filter satisfies never;
  }
}

function compares({ by, value }: Extract<Filter, { is: "compared" }>, held: unknown): boolean {
  const [one, other] = [String(held ?? "").toLowerCase(), String(value).toLowerCase()];
  switch (by) {
    case "eq":
      return one === other;
    case "ne":
      return one !== other;
    case "co":
      return one.includes(other);
    case "sw":
      return one.startsWith(other);
    case "ew":
      return one.endsWith(other);
    default:
      return by satisfies never;
  }
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

/** What tells one of several values from another. */
export function valueIn(each: unknown): unknown {
  return isFolded(each) ? each.value : each;
}
