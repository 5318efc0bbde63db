import { hashFamily } from "../bucketing/hash-families.ts";
import { stickinessText } from "../bucketing/stickiness.ts";
import { ANALYSIS_BOUNDS } from "./bounds.ts";
import { type Model, placesIn, type Variable } from "./model.ts";
import type { Domains } from "./solve.ts";
import { MISSING, NO_OWNER, place, type Subject } from "./subject.ts";
import { NO_VALUE, type ValueClass } from "./value-class.ts";

type Context = Record<string, unknown>;

/** Makes contexts that fit what is left of the variables, until one is accepted. */
export function findWitness<Found>(
  model: Model,
  domains: Domains,
  accept: (context: Context) => Found | undefined,
): Found | undefined {
  const axes = model.variables.flatMap((variable, at) => {
    if (variable.type !== "subject") return [];
    const domain = domains[at] ?? model.whole[at] ?? 0n;
    const values = candidates(model, domains, at, variable, domain);
    return [{ subject: variable.subject, values, isNarrow: domain !== model.whole[at] }];
  });
  const narrow = axes.filter(({ isNarrow }) => isNarrow);
  const first = narrow.flatMap(({ values }) => values.slice(0, 1));
  // What nothing narrows may be compared with what is narrow: the same values are worth a try.
  const free = axes
    .filter(({ isNarrow }) => !isNarrow)
    .map(({ subject, values }) => ({
      subject,
      values: [...values.slice(0, 1), ...first, ...values.slice(1)],
    }));
  const ordered = [...narrow, ...free];
  for (let turn = 0; turn < ANALYSIS_BOUNDS.contexts; turn++) {
    const context = contextAt(ordered, turn);
    if (!context) return undefined;
    const found = accept(context);
    if (found !== undefined) return found;
  }
  return undefined;
}

interface Axis {
  readonly subject: Subject;
  readonly values: readonly unknown[];
}

/** The context of a turn, as a number whose digits choose the values; `undefined` after the last. */
function contextAt(axes: readonly Axis[], turn: number): Context | undefined {
  const context: Context = {};
  let left = turn;
  for (const { subject, values } of axes) {
    if (values.length === 0) return undefined;
    place(context, subject, values[left % values.length]);
    left = Math.floor(left / values.length);
  }
  return left === 0 ? context : undefined;
}

/** Values of the classes that are left: those that the hashes take first, a missing one before others. */
function candidates(
  model: Model,
  domains: Domains,
  at: number,
  { classes, subject }: Extract<Variable, { type: "subject" }>,
  domain: bigint,
): readonly unknown[] {
  const takes = hashTest(model, domains, subject);
  const values: unknown[] = [];
  for (const place of placesIn(domain, 4_000)) {
    const each = classes[place];
    if (!each || each.value === NO_VALUE) continue;
    const named = [each.value, ...(each.others ?? [])];
    const hashed = takes && each.isRegion ? searched(model, at, each, takes) : undefined;
    values.push(...(hashed === undefined ? named.slice(0, takes ? 8 : 1) : [hashed]));
    if (values.length >= 48) break;
  }
  const rank = (value: unknown) => (value === MISSING || value === NO_OWNER ? 0 : takes?.(value) ? 1 : 2);
  return values.sort((one, other) => rank(one) - rank(other));
}

/** Whether a value hashes to buckets that are left; `undefined` where none is ruled out. */
function hashTest(
  model: Model,
  domains: Domains,
  subject: Subject,
): ((value: unknown) => boolean) | undefined {
  const tests: ((text: string) => boolean)[] = [];
  for (const [at, variable] of model.variables.entries()) {
    const domain = domains[at] ?? model.whole[at] ?? 0n;
    if (variable.type !== "bucket" || domain === model.whole[at]) continue;
    const { hashing, starts } = variable;
    const bucket = hashFamily(hashing.hash)?.(hashing.salt, hashing.domain);
    if (hashing.subject !== subject.key || !bucket) continue;
    tests.push((text) => {
      const drawn = bucket(text);
      const place = starts.filter((start) => start <= drawn).length - 1;
      return (domain & (1n << BigInt(place))) !== 0n;
    });
  }
  if (tests.length === 0) return undefined;
  return (value) => {
    const text = stickinessText(value);
    return text !== undefined && tests.every((test) => test(text));
  };
}

/** A value of the class that hashes as it should. */
function searched(
  model: Model,
  at: number,
  { value, outcomes }: ValueClass,
  takes: (value: unknown) => boolean,
): unknown {
  const make = makersOf(value).find((each) => model.isIn(at, outcomes, each(1)));
  if (!make) return undefined;
  for (let turn = 1; turn <= ANALYSIS_BOUNDS.hashes; turn++) {
    const each = make(turn);
    if (takes(each)) return each;
  }
  return undefined;
}

/** Ways to make many values of one. */
function makersOf(value: unknown): readonly ((turn: number) => unknown)[] {
  if (typeof value === "number")
    return [(turn) => value + turn, (turn) => value - turn, (turn) => value + turn / 2 ** 20];
  if (typeof value !== "string") return [];
  const half = value.length >> 1;
  return [
    (turn) => `${value}${turn}`,
    (turn) => `${value.slice(0, half)}${turn}${value.slice(half)}`,
    (turn) => `${turn}${value}`,
  ];
}
