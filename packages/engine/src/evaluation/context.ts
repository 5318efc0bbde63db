/** A context as the engine reads it: own properties only, whatever their values. */
export type Attributes = Readonly<Record<string, unknown>>;

/** Reads one attribute; `undefined` where the context lacks it. */
export type AttributeReader = (context: Attributes) => unknown;

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
  return (context) => own(context, name);
}

/** A property of the object's own: keys of any kind are just texts, those that all objects inherit too. */
export function own<Value>(of: Readonly<Record<string, Value>>, key: string): Value | undefined {
  return Object.hasOwn(of, key) ? of[key] : undefined;
}

const EMPTY: Attributes = Object.freeze({});

function readUserId(context: Attributes): unknown {
  return readId(context, "targetingKey") ?? readId(context, "userId");
}

function readId(context: Attributes, name: string): unknown {
  const id = own(context, name);
  return id === "" || id === null ? undefined : id;
}

function isObject(value: unknown): value is Attributes {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
