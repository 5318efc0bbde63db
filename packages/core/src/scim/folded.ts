/** Names of attributes mean the same in any case (RFC 7643, section 2.1): whatever a directory sends is read with its names in lower case. */

export type Folded = Readonly<Record<string, unknown>>;

/** Of a value as JSON has it. A name that comes twice, in different cases, counts as it came last. */
export function folded(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(folded);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name.toLowerCase(), folded(inner)]),
  );
}

export function isFolded(value: unknown): value is Folded {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
