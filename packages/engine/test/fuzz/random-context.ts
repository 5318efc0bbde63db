import type { Random } from "./random.ts";

export const ATTRIBUTES = [
  ...["region", "plan", "userId", "targetingKey", "version", "ip", "age", "score", "ok"],
  ...["tags", "ids", "user", "seen", "odd", "constructor", "missing"],
] as const;

export const TEXTS = [
  ...[
    "",
    "a",
    "ab",
    "IN",
    "pro",
    "1.2.3",
    "1.2",
    "2.0.0-rc.1",
    "01.2",
    "10.0.0.1",
    "10.0.0.0/8",
    "::ffff:10.0.0.1",
  ],
  ...[
    "2001:db8::/32",
    "2001:db8::1",
    "2024-02-29T12:30:00.5Z",
    "2023-02-30T00:00:00Z",
    "1h30m",
    "-1.5s",
    "42",
    "-7",
  ],
  ...[
    "1e3",
    "true",
    "UTC",
    "+05:30",
    "Asia/Kathmandu",
    "Nowhere/At",
    "aé😀\ud800",
    " a\ufeff\x85",
    "a+b",
    "(",
    "^a.*b$",
  ],
] as const;

/** Attributes of any kind: what a program might pass, and what it should not. */
export function randomContext(random: Random): Record<string, unknown> {
  const context: Record<string, unknown> = {};
  for (const name of ATTRIBUTES) {
    if (name !== "missing" && !random.oneIn(4)) context[name] = attribute(random, name);
  }
  return context;
}

function attribute(random: Random, name: string): unknown {
  if (random.oneIn(6)) return randomValue(random, 2);
  switch (name) {
    case "age":
    case "score":
      return number(random);
    case "ok":
      return random.oneIn(2);
    case "tags":
      return random.list(5, () => random.pick(TEXTS));
    case "ids":
      return random.list(5, () => number(random));
    case "user":
      return {
        plan: random.pick(TEXTS),
        age: number(random),
        tags: random.list(3, () => random.pick(TEXTS)),
      };
    case "seen":
      return new Date(random.below(2_000_000_000) * 1000);
    case "odd":
      return randomValue(random, 3);
    default:
      return random.pick(TEXTS);
  }
}

function randomValue(random: Random, depth: number): unknown {
  switch (random.below(depth > 0 ? 14 : 11)) {
    case 0:
      return number(random);
    case 1:
      return null;
    case 2:
      return undefined;
    case 3:
      return random.oneIn(2);
    case 4:
      return BigInt(random.below(9)) * 2n ** BigInt(random.below(62)) - 3n;
    case 5:
      return Uint8Array.from(random.list(4, () => random.below(256)));
    case 6:
      return new Date(random.below(1_000_000_000) * 1000);
    case 7:
      return random.pick(TEXTS).repeat(random.below(40));
    case 8:
      return random.pick<unknown>([Symbol.iterator, randomValue, /a/, Number.NaN, -0]);
    case 11:
      return random.list(5, () => randomValue(random, depth - 1));
    case 12:
      return Object.fromEntries(random.list(4, () => [random.pick(TEXTS), randomValue(random, depth - 1)]));
    case 13:
      return JSON.parse('{"__proto__": {"a": 1}, "constructor": "a", "a": [1, {"a": null}]}');
    default:
      return random.pick(TEXTS);
  }
}

function number(random: Random): number {
  return random.pick([
    0,
    1,
    2,
    3,
    18,
    42,
    1.5,
    -1,
    -0,
    0.1,
    2 ** 31,
    2 ** 53,
    2 ** 63,
    1e300,
    Number.NaN,
    1 / 0,
  ]);
}
