/** Levels past which nobody looks: those of a condition or a value are fewer, and what a newer server adds may have any. */
const MOST_LEVELS = 1_000;

/** Whether two values are the same as JSON texts. What is too deep to say is not. */
export function isSameJson(one: unknown, other: unknown, levels = MOST_LEVELS): boolean {
  if (one === other) return true;
  if (!isObject(one) || !isObject(other) || Array.isArray(one) !== Array.isArray(other)) return false;
  const names = namesIn(one);
  const others = namesIn(other);
  if (names.length !== others.length || levels === 0) return false;
  return names.every((name, at) => name === others[at] && isSameJson(one[name], other[name], levels - 1));
}

/** Of what JSON writes. */
function namesIn(value: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.keys(value).filter((name) => value[name] !== undefined);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
