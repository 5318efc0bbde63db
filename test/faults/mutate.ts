/** Spoils a ruleset at random, as a bug, a bad disk or an attacker would. */
import type { Random } from "./random.ts";

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

const STRANGE: readonly Json[] = [
  ...[null, true, "", "__proto__", "constructor", -1, 0, 1.5, 1e308, 2 ** 53, "x".repeat(10_000)],
  ...[[], {}, [[]], [null], { op: "no-such-operator" }, { type: "rule" }, { variant: "no-such-variant" }],
];

/** Between one and three changes: something is gone, doubled, renamed, or another thing altogether. */
export function mutate(json: Json, random: Random): Json {
  let mutated = json;
  for (let times = 1 + random.below(3); times > 0; times--) mutated = mutateOnce(mutated, random);
  return mutated;
}

function mutateOnce(json: Json, random: Random): Json {
  const isLeaf = json === null || typeof json !== "object" || Object.keys(json).length === 0;
  if (isLeaf || random.next() < 0.05) return random.next() < 0.5 ? random.pick(STRANGE) : spoil(json, random);
  if (Array.isArray(json)) return mutateList(json, random);
  return mutateObject(Object.entries(json), random);
}

function mutateList(list: readonly Json[], random: Random): Json {
  const at = random.below(list.length);
  const item = list[at] ?? null;
  const draw = random.next();
  if (draw < 0.1) return list.toSpliced(at, 1);
  if (draw < 0.2) return list.toSpliced(at, 0, item);
  if (draw < 0.25) return list.toReversed();
  return list.with(at, mutateOnce(item, random));
}

function mutateObject(entries: readonly (readonly [string, Json])[], random: Random): Json {
  const at = random.below(entries.length);
  const [key, value] = entries[at] ?? ["", null];
  const others = entries.toSpliced(at, 1);
  const draw = random.next();
  if (draw < 0.1) return Object.fromEntries(others);
  if (draw < 0.15)
    return Object.fromEntries([...others, [random.pick(["", "__proto__", "toString", `${key}2`]), value]]);
  if (draw < 0.2) return Object.fromEntries([...entries, [`${key}2`, value]]);
  if (draw < 0.25) return Object.fromEntries([...others, [key, random.pick(entries)[1]]]);
  return Object.fromEntries([...others, [key, mutateOnce(value, random)]]);
}

function spoil(json: Json, random: Random): Json {
  if (typeof json === "string") return json.slice(0, random.below(json.length + 1));
  if (typeof json === "number") return json * random.pick([-1, 2, 1_000_000, 0.5]);
  if (typeof json === "boolean") return !json;
  return null;
}
