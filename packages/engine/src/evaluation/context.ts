/** A context as the engine reads it: own properties only, whatever their values. */
export type Attributes = Readonly<Record<string, unknown>>;

/** Reads one attribute; `undefined` where the context lacks it. */
export type AttributeReader = (context: Attributes, run: Reading) => unknown;

/** What readers know of the context beforehand. */
export interface Reading {
  /** Whether all that the context could inherit is known: nothing under names that `Object.prototype` lacks. */
  readonly isPlain: boolean;
}

/** Takes what a caller passed: nothing is the empty context, and `undefined` stands for what can't be a context. */
export function readContext(context: unknown): Attributes | undefined {
  if (context === undefined || context === null) return EMPTY;
  return isObject(context) ? context : undefined;
}

/**
 * `userId` and `targetingKey` are aliases, and `targetingKey` wins; an empty text or null under either name is as good as
 * none. Inherited properties are no attributes.
 */
export function attributeReader(name: string): AttributeReader {
  if (name === "userId" || name === "targetingKey") return readUserId;
  if (name in Object.prototype) return (context) => own(context, name);
  return (context, { isPlain }) => (isPlain || Object.hasOwn(context, name) ? context[name] : undefined);
}

/**
 * Whether a context is an object like those of literals and of JSON, and nobody put anything on `Object.prototype`: asked once an
 * evaluation, it spares asking of each attribute whether it is the context's own.
 */
export function isPlain(context: Attributes): boolean {
  // Asked first, it tells the compiler the shape of the context, and so its prototype, which is slow to ask for.
  if (context.constructor !== Object) return false;
  if (Object.getPrototypeOf(context) !== Object.prototype) return false;
  for (const _ in EMPTY) return false;
  return true;
}

/** A property of the object's own: keys of any kind are just texts, those that all objects inherit too. */
export function own<Value>(of: Readonly<Record<string, Value>>, key: string): Value | undefined {
  return Object.hasOwn(of, key) ? of[key] : undefined;
}

const EMPTY: Attributes = Object.freeze({});

function readUserId(context: Attributes, run: Reading): unknown {
  if (!run.isPlain) return usable(own(context, "targetingKey")) ?? usable(own(context, "userId"));
  return usable(context.targetingKey) ?? usable(context.userId);
}

function usable(id: unknown): unknown {
  return id === "" || id === null ? undefined : id;
}

function isObject(value: unknown): value is Attributes {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
