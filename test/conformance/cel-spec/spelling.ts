/**
 * One text for each value of CEL, by which an answer is compared with what cel-spec expects, and shown. Maps have no order,
 * any NaN is NaN, and zero has no sign, as cel-spec has it.
 */
export const spelling = {
  null: () => "null",
  bool: (value: boolean) => String(value),
  int: (value: bigint) => String(value),
  uint: (value: bigint) => `${value}u`,
  double: (value: number) => (Number.isInteger(value) ? `${value === 0 ? 0 : value}.0` : String(value)),
  string: (value: string) => JSON.stringify(value),
  bytes: (value: Uint8Array) => `b"${[...value].map((byte) => `\\x${hex(byte)}`).join("")}"`,
  type: (name: string) => `type ${name}`,
  timestamp: (nanoseconds: bigint) => `timestamp ${nanoseconds} ns`,
  duration: (nanoseconds: bigint) => `duration ${nanoseconds} ns`,
  list: (items: readonly string[]) => `[${items.join(", ")}]`,
  map: (entries: readonly (readonly [string, string])[]) =>
    `{${entries
      .map(([key, value]) => `${key}: ${value}`)
      .sort()
      .join(", ")}}`,
} as const;

function hex(byte: number): string {
  return byte.toString(16).padStart(2, "0");
}
