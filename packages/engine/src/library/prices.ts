import type { Meaning, Meanings } from "../values/run.ts";

/**
 * Units of one call, whatever it is given, beside those that grow with a long text: a fifth of a microsecond each, of the worst
 * text of 64 UTF-16 units. What is not named here costs no more than its node.
 */
export const prices = {
  ...{ bytes: 14, string: 14, int: 6, uint: 6, double: 4, bool: 4, timestamp: 16, duration: 50 },
  ...{ semver: 6, cidr: 50, bucket: 7, size: 8, ".size": 8 },
  ...{ ".indexOf": 24, ".lastIndexOf": 24, ".charAt": 8, ".substring": 10, ".trim": 5 },
  ...{ ".lowerAscii": 22, ".upperAscii": 22, ".split": 5, ".replace": 8, ".join": 2 },
  ...{ ".getFullYear": 6, ".getMonth": 6, ".getDayOfYear": 6, ".getDayOfMonth": 6, ".getDate": 6 },
  ...{ ".getDayOfWeek": 6, ".getHours": 6, ".getMinutes": 6, ".getSeconds": 6, ".getMilliseconds": 6 },
  /** A time zone by name, beside the accessor: the runtime is asked, which makes a formatter for one that is not kept. */
  zone: 250,
  /** Bytes that become a text, beside `string`: what is no UTF-8 is found out by an exception. */
  decoding: 40,
} as const;

/** The meanings, each paid before it is asked. */
export function priced(meanings: Meanings): Meanings {
  const table = new Map(Object.entries<number>(prices));
  return Object.fromEntries(
    Object.entries(meanings).map(([name, meaning]) => [name, paid(meaning, table.get(name))]),
  );
}

function paid(meaning: Meaning, units: number | undefined): Meaning {
  if (units === undefined) return meaning;
  const asked: Meaning = (run, first, second, third, fourth) =>
    run.spend(units) ? meaning(run, first, second, third, fourth) : undefined;
  // How many operands it takes is told by its length.
  return Object.defineProperty(asked, "length", { value: meaning.length });
}
