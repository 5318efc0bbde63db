/**
 * The text that is hashed for an attribute's value, or `undefined` where there is none to hash.
 *
 * - A non-empty string is itself.
 * - A finite number is the shortest decimal that reads back as it, in ECMAScript's form: `42`, `0.5`, `-3`, `1e+21`;
 *   negative zero is `0`. An integer so has one form, whether it came as an int or as a double.
 * - A boolean is `true` or `false`.
 * - Missing, null, empty, NaN, infinite, a list or a map: nothing.
 */
export function stickinessText(value: unknown): string | undefined {
  if (typeof value === "string") return value || undefined;
  const isText = typeof value === "boolean" || typeof value === "bigint" || Number.isFinite(value);
  return isText ? String(value) : undefined;
}
