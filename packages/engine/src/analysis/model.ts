import { BUCKETS } from "../bucketing/bucket.ts";
import type { Atom, Ranges } from "./atom.ts";
import { holdsBucket } from "./bucket-ranges.ts";
import { ERROR, FALSE, TRUE } from "./outcome.ts";
import type { Subject } from "./subject.ts";
import { classesOf } from "./subject-classes.ts";
import type { Tester } from "./tester.ts";
import type { ValueClass } from "./value-class.ts";

/** What a context decides: the class of a subject's value, the buckets of its hash, or the outcome of one atom. */
export type Variable =
  | { readonly type: "subject"; readonly subject: Subject; readonly classes: readonly ValueClass[] }
  | { readonly type: "bucket"; readonly hashing: Hashed; readonly starts: readonly number[] }
  | { readonly type: "outcome" };

export interface Hashed {
  readonly salt: string;
  readonly hash: string;
  readonly domain: "rollout" | "variant";
  /** The key of the subject. */
  readonly subject: string;
}

/** That a variable has one of the values whose bits are set. */
export interface Constraint {
  readonly variable: number;
  readonly allowed: bigint;
}

/**
 * The variables behind some atoms. What a real context gives them meets every constraint of what holds for it, so that what
 * no assignment meets, no context does.
 */
export class Model {
  readonly variables: Variable[] = [];
  /** All values of each variable. */
  readonly whole: bigint[] = [];
  readonly #places = new Map<Atom, { readonly variable: number; readonly place: number }>();
  readonly #buckets = new Map<string, number>();
  readonly #outcomes = new Map<Atom, number>();
  readonly #atomsOf: (readonly Atom[])[] = [];
  readonly #tester: Tester;
  readonly #constraints: (readonly Constraint[] | undefined)[] = [];

  constructor(atoms: readonly Atom[], tester: Tester) {
    this.#tester = tester;
    const bySubject = new Map<string, { readonly subject: Subject; readonly atoms: Atom[] }>();
    for (const atom of atoms) {
      for (const subject of atom.subject ? [atom.subject] : (atom.subjects ?? [])) {
        const group = bySubject.get(subject.key) ?? { subject, atoms: [] };
        if (atom.subject) group.atoms.push(atom);
        bySubject.set(subject.key, group);
      }
    }
    for (const group of bySubject.values()) this.#addSubject(group.subject, group.atoms);
    this.#addBuckets(atoms);
  }

  /** Whether a value is one of a class of this variable, as far as its atoms tell. */
  isIn(variable: number, row: Uint8Array, value: unknown): boolean {
    const asked = this.variables[variable];
    if (asked?.type !== "subject") return false;
    return (this.#atomsOf[variable] ?? []).every((atom, place) => {
      const outcome = this.#tester.outcome(atom, asked.subject, value);
      return atom.form.type === "bucket" || (outcome & (row[place] ?? 0)) !== 0;
    });
  }

  constraintsOf(atom: Atom, outcomes: number): readonly Constraint[] {
    const at = atom.index * 8 + outcomes;
    const known = this.#constraints[at] ?? this.#make(atom, outcomes);
    this.#constraints[at] = known;
    return known;
  }

  #make(atom: Atom, outcomes: number): readonly Constraint[] {
    const found = this.#places.get(atom);
    if (!found) return [this.#thatOutcome(atom, outcomes)];
    const { variable, place } = found;
    const asked = this.variables[variable];
    const classes = asked?.type === "subject" ? asked.classes : [];
    const rows = classes.map((each) => each.outcomes[place] ?? 0);
    const isSettled = rows.every((row) => (row & outcomes) === 0 || (row & ~outcomes) === 0);
    const allowed = bits(rows.map((row) => (row & outcomes) !== 0));
    return [{ variable, allowed }, ...(isSettled ? [] : [this.#thatUnsettled(atom, outcomes)])];
  }

  /** Where the class of the value does not tell the outcome. */
  #thatUnsettled(atom: Atom, outcomes: number): Constraint {
    const { form } = atom;
    const variable = form.type === "bucket" ? this.#buckets.get(keyOf(hashedBy(atom))) : undefined;
    const asked = variable === undefined ? undefined : this.variables[variable];
    if (variable === undefined || asked?.type !== "bucket" || form.type !== "bucket") {
      return this.#thatOutcome(atom, outcomes);
    }
    const isAllowed = (start: number) => (outcomes & (holdsBucket(form.ranges, start) ? TRUE : FALSE)) !== 0;
    return { variable, allowed: bits([...asked.starts.map(isAllowed), (outcomes & ERROR) !== 0]) };
  }

  #thatOutcome(atom: Atom, outcomes: number): Constraint {
    const variable = this.#outcomes.get(atom) ?? this.#add({ type: "outcome" }, 3);
    this.#outcomes.set(atom, variable);
    return { variable, allowed: BigInt(outcomes) };
  }

  #addSubject(subject: Subject, atoms: readonly Atom[]): void {
    const classes = classesOf(subject, atoms, this.#tester);
    const variable = this.#add({ type: "subject", subject, classes }, classes.length);
    this.#atomsOf[variable] = atoms;
    for (const [place, atom] of atoms.entries()) this.#places.set(atom, { variable, place });
  }

  /** One variable for all that asks the same hash: between the ends of their ranges its buckets are alike. */
  #addBuckets(atoms: readonly Atom[]): void {
    const ranges = new Map<string, { hashing: Hashed; ranges: Ranges[] }>();
    for (const atom of atoms) {
      if (atom.form.type !== "bucket") continue;
      const hashing = hashedBy(atom);
      const known = ranges.get(keyOf(hashing)) ?? { hashing, ranges: [] };
      known.ranges.push(atom.form.ranges);
      ranges.set(keyOf(hashing), known);
    }
    for (const [key, { hashing, ranges: all }] of ranges) {
      const ends = all.flat(2).filter((end) => end < BUCKETS);
      const starts = [...new Set([0, ...ends])].sort((a, b) => a - b);
      this.#buckets.set(key, this.#add({ type: "bucket", hashing, starts }, starts.length + 1));
    }
  }

  #add(variable: Variable, size: number): number {
    this.whole.push((1n << BigInt(size)) - 1n);
    return this.variables.push(variable) - 1;
  }
}

function hashedBy({ form, subject }: Atom): Hashed {
  const { salt = "", hash = "b1" } = form.type === "bucket" ? form.hashing : {};
  const domain = form.type === "bucket" ? form.domain : "rollout";
  return { salt, hash, domain, subject: subject?.key ?? "" };
}

function keyOf({ salt, hash, domain, subject }: Hashed): string {
  return JSON.stringify([salt, hash, domain, subject]);
}

/** The number whose bits, from the lowest, are these. */
function bits(set: readonly boolean[]): bigint {
  let digits = "";
  for (let at = 0; at < set.length; at += 4) {
    let digit = 0;
    for (let bit = 0; bit < 4; bit++) if (set[at + bit]) digit |= 1 << bit;
    digits = digit.toString(16) + digits;
  }
  return BigInt(`0x${digits || "0"}`);
}

/** The places of the bits that are set, the first ones only. */
export function placesIn(set: bigint, most: number): readonly number[] {
  const places: number[] = [];
  const digits = set.toString(16);
  for (let at = 0; at < digits.length && places.length < most; at++) {
    const digit = Number.parseInt(digits.charAt(digits.length - 1 - at), 16);
    for (let bit = 0; bit < 4; bit++) if (digit & (1 << bit)) places.push(4 * at + bit);
  }
  return places.slice(0, most);
}
