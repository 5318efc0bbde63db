/**
 * The same input, with another value at a pointer; what is missing on the way is made. `*` is the first of a list, or of a record;
 * a number is one of a list that is there.
 */
export function withValueAt(input: unknown, pointer: string, value: string): object {
  const [, ...path] = pointer.split("/");
  return Object(placed(input, path, value));
}

function placed(current: unknown, [name, ...rest]: readonly string[], value: string): unknown {
  if (name === undefined) return value;
  if (Array.isArray(current) && Number(name) in current) {
    return current.with(Number(name), placed(current[Number(name)], rest, value));
  }
  if (name === "*" && !isRecord(current)) {
    const [first, ...others]: readonly unknown[] = Array.isArray(current) ? current : [];
    return [placed(first, rest, value), ...others];
  }
  const record = isRecord(current) ? current : {};
  const key = name === "*" ? (Object.keys(record)[0] ?? "any") : name;
  return { ...record, [key]: placed(record[key], rest, value) };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
