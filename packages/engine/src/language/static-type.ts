/** What is known of a value's type before there is a context; `dyn` is anything. */
export type StaticType = keyof typeof NAMES;

/** What a project may declare an attribute to be. A timestamp is text of RFC 3339 in a context. */
export type AttributeType = keyof typeof STATIC_TYPES;

const NAMES = {
  bool: "a bool",
  int: "an int",
  uint: "a uint",
  double: "a double",
  string: "a string",
  bytes: "bytes",
  null: "null",
  list: "a list",
  map: "a map",
  type: "a type",
  timestamp: "a timestamp",
  duration: "a duration",
  semver: "a semver",
  dyn: "any value",
} as const;

/** Every number of a context is a double. */
const STATIC_TYPES = {
  string: "string",
  number: "double",
  boolean: "bool",
  timestamp: "timestamp",
  list: "list",
  map: "map",
} as const satisfies Record<string, StaticType>;

export function staticTypeOf(declared: AttributeType): StaticType {
  return STATIC_TYPES[declared];
}

export function nameOf(type: StaticType): string {
  return NAMES[type];
}

/** `a string, a list or a map` */
export function nameAll(types: readonly StaticType[]): string {
  const names = types.map(nameOf);
  const last = names.pop() ?? "";
  return names.length === 0 ? last : `${names.join(", ")} or ${last}`;
}

/** Whether a value of the type may be one of the wanted. */
export function canBe(type: StaticType, ...wanted: readonly StaticType[]): boolean {
  return type === "dyn" || wanted.includes(type);
}

/** Whether two values of these types may be equal: null meets everything, and numbers meet across their types. */
export function areAlike(left: StaticType, right: StaticType): boolean {
  if (left === "null" || right === "null" || left === "dyn" || right === "dyn") return true;
  return left === right || (isNumeric(left) && isNumeric(right));
}

/** What is known of a value: its type, or, of one that is `dyn`, the types that it may have. */
export interface Known {
  readonly type: StaticType;
  readonly among?: readonly StaticType[];
}

/** What is known of a value that has one of these types; of none, nothing is. */
export function oneOf(types: readonly StaticType[]): Known {
  const type = commonType(types);
  return type === "dyn" && types.length > 1 && !types.includes("dyn") ? { type, among: types } : { type };
}

/** The types that the values may have, each once. */
export function typesOf(values: readonly Known[]): readonly StaticType[] {
  const types = new Set<StaticType>();
  for (const { type, among = [type] } of values) for (const each of among) types.add(each);
  return [...types];
}

/** The type that all of them have, or `dyn`. */
export function commonType(types: readonly StaticType[]): StaticType {
  const [first, ...others] = new Set(types);
  return first === undefined || others.length > 0 ? "dyn" : first;
}

export function isNumeric(type: StaticType): boolean {
  return type === "int" || type === "uint" || type === "double";
}
