/** Which probes there are: each name in each place first, and then as many more as are wanted, at random from a seed. */
import { KINDS, type Kind } from "./kinds.ts";
import type { Probe } from "./probe.ts";
import type { Target } from "./targets.ts";

export interface Planned {
  readonly targets: readonly Target[];
  readonly personas: readonly string[];
  readonly theirs: ReadonlyMap<Kind, readonly string[]>;
  /** Whom a target lets through with an input of our own; where that is nobody, who comes furthest. */
  readonly admitted: ReadonlyMap<Target, readonly string[]>;
}

/**
 * Whoever is let through asks everything: without a name of theirs, with one in every place at once, and with each in each place;
 * and last whoever is not let through. What tells most comes first, so that a beginning is a good sample.
 */
export function* everyPlace({ targets, personas, theirs, admitted }: Planned): Generator<Probe> {
  const askers = targets.flatMap((target) => {
    const [first, ...others] = askersOf(target, { personas, admitted });
    return first === undefined ? [] : [{ target, first, others }];
  });
  for (const { target, first, others } of askers) {
    for (const persona of [first, ...others]) yield { target, persona, named: {} };
  }
  for (const { target, first } of askers) {
    if (target.names.size < 2) continue;
    const named = [...target.names].flatMap(([pointer, kind]) => {
      const [name] = theirs.get(kind) ?? [];
      return name === undefined ? [] : [[pointer, name]];
    });
    yield { target, persona: first, named: Object.fromEntries(named) };
  }
  const inPlaces = function* (target: Target, persona: string, from: number, to?: number): Generator<Probe> {
    for (const [pointer, kind] of target.names) {
      for (const name of theirs.get(kind)?.slice(from, to) ?? [])
        yield { target, persona, named: { [pointer]: name } };
    }
  };
  for (const { target, first } of askers) yield* inPlaces(target, first, 0, 1);
  for (const { target, first } of askers) yield* inPlaces(target, first, 1);
  for (const { target, others } of askers) for (const other of others) yield* inPlaces(target, other, 0);
  for (const { target, first, others } of askers) {
    const refused = personas.filter((persona) => persona !== first && !others.includes(persona));
    for (const persona of refused) yield { target, persona, named: {} };
  }
}

/** Everybody, where all are turned away. */
function askersOf(
  target: Target,
  { personas, admitted }: Pick<Planned, "personas" | "admitted">,
): readonly string[] {
  const passing = admitted.get(target) ?? [];
  return passing.length > 0 ? passing : personas;
}

/** After so many that were drawn before there are next to no others. */
const MOST_TRIES = 5_000;

/** Some places of some target, mostly with names of the kind that belongs there; no two alike. */
export function* atRandom({ targets, theirs, ...planned }: Planned, seed: number): Generator<Probe> {
  const draw = drawFrom(seed);
  const pick = <T>(from: readonly T[]) => from[draw(from.length)];
  const asked = targets.filter((target) => target.names.size > 0);
  const seen = new Set<string>();
  for (let tries = 0; tries < MOST_TRIES; ) {
    const target = pick(asked);
    const persona = target && pick(askersOf(target, planned));
    if (!target || persona === undefined) return;
    const named: Record<string, string> = {};
    const places = [...target.names];
    const certain = draw(places.length);
    const isStray = draw(4) === 0;
    for (const [index, [pointer, own]] of places.entries()) {
      if (index !== certain && draw(2) === 0) continue;
      const kind = isStray && index === certain ? (pick(KINDS) ?? own) : own;
      const name = pick(theirs.get(kind) ?? []);
      const sent = own === "condition" && kind !== "condition" ? inCondition(name) : name;
      if (sent !== undefined) named[pointer] = sent;
    }
    const key = JSON.stringify([target.name, persona, named]);
    tries = seen.has(key) ? tries + 1 : 0;
    if (seen.has(key) || Object.keys(named).length === 0) continue;
    seen.add(key);
    yield { target, persona, named };
  }
}

/**
 * By itself many a name is another kind of condition than its like: an id may hold `4e24`. One that messages quote in part, as they do from
 * 40 characters on, could not be told from its like; an actor is named without its kind.
 */
function inCondition(name = ""): string | undefined {
  const word = name.split(":").at(-1) ?? "";
  return word.length > 0 && word.length <= 40 ? `segment('${word}')` : undefined;
}

/** Whole numbers below a bound, the same ones for a seed (mulberry32). */
function drawFrom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}
