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
  return (context) => (Object.hasOwn(context, name) ? context[name] : undefined);
}

const EMPTY: Attributes = Object.freeze({});

function readUserId(context: Attributes): unknown {
  const targetingKey = Object.hasOwn(context, "targetingKey") ? context.targetingKey : undefined;
  if (isPresent(targetingKey)) return targetingKey;
  const userId = Object.hasOwn(context, "userId") ? context.userId : undefined;
  return isPresent(userId) ? userId : undefined;
}

function isPresent(id: unknown): boolean {
  return id !== undefined && id !== null && id !== "";
}

function isObject(value: unknown): value is Attributes {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
