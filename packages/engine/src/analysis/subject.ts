import type { Expression } from "../language/expression.ts";

/**
 * What an atom asks of a context: an attribute, or a field of one. Fields count as apart from one another and from their
 * attribute, which allows combinations that no context has, and forbids none.
 */
export interface Subject {
  readonly key: string;
  /** The attribute's name, and the fields below it. */
  readonly path: readonly [string, ...string[]];
}

/** Stands for a context that lacks the subject. */
export const MISSING: unique symbol = Symbol("missing");
/** Stands for a context in which the field's owner is no map. */
export const NO_OWNER: unique symbol = Symbol("no owner");

/** `userId` and `targetingKey` are one attribute. */
export function subjectOf(...[attribute, ...fields]: readonly [string, ...string[]]): Subject {
  const path = [attribute === "targetingKey" ? "userId" : attribute, ...fields] as const;
  return { key: JSON.stringify(path), path };
}

/** The subject that an expression reads and does nothing else. */
export function subjectIn(expression: Expression): Subject | undefined {
  if (expression === null || typeof expression !== "object") return undefined;
  if (expression.kind === "attribute") return subjectOf(expression.name);
  const owner = expression.kind === "select" ? subjectIn(expression.of) : undefined;
  return owner && expression.kind === "select" ? subjectOf(...owner.path, expression.field) : undefined;
}

/** Adds a subject's value to a context. Where an owner of a field has another value already, that one stays. */
export function place(context: Record<string, unknown>, { path }: Subject, value: unknown): void {
  const names = value === NO_OWNER ? path.slice(0, -2) : value === MISSING ? path.slice(0, -1) : path;
  let owner: Record<string, unknown> = context;
  for (const [at, name] of names.entries()) {
    // A copy: fields may be placed in it, and the value stands in other contexts too.
    if (at === path.length - 1) define(owner, name, isRecord(value) ? { ...value } : value);
    else {
      if (!Object.hasOwn(owner, name)) define(owner, name, {});
      const inner = owner[name];
      if (!isRecord(inner)) return;
      owner = inner;
    }
  }
}

/** `__proto__` is a name like any. */
function define(owner: Record<string, unknown>, name: string, value: unknown): void {
  Object.defineProperty(owner, name, { value, enumerable: true, configurable: true, writable: true });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
}
