import { BUCKETS } from "../bucketing/bucket.ts";
import { Timestamp, timestampOfMs } from "../values/scalar.ts";
import type { Atom } from "./atom.ts";
import { ANALYSIS_BOUNDS } from "./bounds.ts";
import { numberGaps } from "./number-regions.ts";
import { ANY, FALSE, TRUE } from "./outcome.ts";
import { MISSING, NO_OWNER, type Subject } from "./subject.ts";
import type { Tester } from "./tester.ts";
import { momentOf, outcomeByPosition, positions } from "./text-features.ts";
import { textRegions } from "./text-regions.ts";
import { NO_VALUE, type ValueClass } from "./value-class.ts";

/**
 * Divides all values that a subject can have (a missing one, and those of any type, among them) into classes that its
 * atoms can't tell apart: the values that conditions name one by one, and regions between them. Every value is in a
 * class; where the classes would be too many, all are in one, of which nothing is known.
 */
export function classesOf(subject: Subject, atoms: readonly Atom[], tester: Tester): readonly ValueClass[] {
  const maker = new ClassMaker(subject, atoms, tester);
  return maker.make();
}

class ClassMaker {
  readonly #subject: Subject;
  readonly #atoms: readonly Atom[];
  readonly #tester: Tester;
  /** Texts and numbers that conditions name, with the places of the atoms to which they are constants of an equality. */
  readonly #points = new Map<unknown, number[]>();
  readonly #classes: ValueClass[] = [];

  constructor(subject: Subject, atoms: readonly Atom[], tester: Tester) {
    this.#subject = subject;
    this.#atoms = atoms;
    this.#tester = tester;
  }

  make(): readonly ValueClass[] {
    this.#collectPoints();
    this.#addNamed();
    if (this.#isTooMuch(0)) return [this.#unknown()];
    this.#addTexts();
    this.#addNumbers();
    this.#addPlain();
    this.#addContainers();
    this.#addMoments();
    return this.#isTooMuch(0) ? [this.#unknown()] : this.#classes;
  }

  #isTooMuch(more: number): boolean {
    return (this.#classes.length + more) * this.#atoms.length > ANALYSIS_BOUNDS.cells;
  }

  #unknown(): ValueClass {
    return { value: NO_VALUE, isRegion: true, outcomes: new Uint8Array(this.#atoms.length).fill(ANY) };
  }

  #collectPoints(): void {
    for (const [at, { form }] of this.#atoms.entries()) {
      if (form.type === "equality") for (const value of form.constants) this.#pointAt(value)?.push(at);
      if (form.type === "order") this.#pointAt(form.constant);
      if ("part" in form) this.#pointAt(form.part);
      if ("text" in form) this.#pointAt(form.text);
      if (form.type !== "opaque") continue;
      for (const value of form.constants) {
        const near = typeof value === "number" ? [value, value - 1, value + 1] : [value];
        for (const each of near) this.#pointAt(each);
      }
    }
  }

  #pointAt(value: unknown): number[] | undefined {
    const isPoint = typeof value === "string" ? value !== "" : Number.isFinite(value);
    if (!isPoint) return undefined;
    const point = this.#points.get(value) ?? [];
    this.#points.set(value, point);
    return point;
  }

  /** The values that are named, those alike together. */
  #addNamed(): void {
    const other = { string: this.#usual(this.#fresh("string")), number: this.#usual(this.#fresh("number")) };
    const outcomes = this.#atoms.map((atom) => this.#namedOutcome(atom));
    const groups = new Map<string, { value: unknown; others: unknown[]; row: Uint8Array }>();
    const tried = this.#atoms.flatMap((atom, at) =>
      atom.form.type === "equality" ? [] : [[atom, at] as const],
    );
    for (const [value, places] of this.#points) {
      const type = typeof value === "string" ? "string" : "number";
      const changes: number[] = [];
      for (const at of places) changes.push(at, outcomes[at]?.(value) ?? ANY);
      for (const [atom, at] of tried) changes.push(at, this.#tester.outcome(atom, this.#subject, value));
      const key = `${type} ${changes.join(" ")}`;
      const group = groups.get(key);
      if (group) {
        if (group.others.length < 200) group.others.push(value);
        continue;
      }
      if (this.#isTooMuch(groups.size)) break;
      const row = Uint8Array.from(other[type]);
      for (let at = 0; at < changes.length; at += 2) row[changes[at] ?? 0] = changes[at + 1] ?? ANY;
      groups.set(key, { value, others: [], row });
    }
    for (const { value, others, row } of groups.values()) {
      this.#classes.push({ value, others, isRegion: false, outcomes: row });
    }
  }

  /** What an equality gives for its own constants: the same for all of one type, but for those that a context has few of. */
  #namedOutcome(atom: Atom): (value: unknown) => number {
    const known = new Map<string, number>();
    return (value) => {
      const type = typeof value;
      const outcome = known.get(type) ?? this.#tester.outcome(atom, this.#subject, value);
      known.set(type, outcome);
      return outcome;
    };
  }

  /** The outcomes for a value that no condition names. */
  #usual(value: unknown): Uint8Array {
    return Uint8Array.from(this.#atoms, (atom) => this.#regionOutcome(atom, value));
  }

  /** An atom's outcome for all values that are such as this one. */
  #regionOutcome(atom: Atom, value: unknown): number {
    const { form } = atom;
    const isContainer = typeof value === "object";
    if (form.type === "opaque") return ANY;
    if (form.type === "membership" && isContainer && !(value instanceof Date)) return TRUE | FALSE;
    if (form.type === "bucket" && !isContainer) return bucketOutcome(form.ranges);
    return this.#tester.outcome(atom, this.#subject, value);
  }

  #fresh(type: "string" | "number"): unknown {
    for (let at = 0; ; at++) {
      const value = type === "string" ? `someone${at || ""}` : at + 0.5;
      if (!this.#points.has(value)) return value;
    }
  }

  #addTexts(): void {
    const usual = this.#usual(this.#fresh("string"));
    const places = new Map(this.#atoms.map((atom, at) => [atom, at]));
    for (const { outcomes, candidates } of textRegions(this.#atoms)) {
      const row = Uint8Array.from(usual, (outcome, at) => (isOfText(this.#atoms[at]) ? ANY : outcome));
      for (const [atom, outcome] of outcomes) row[places.get(atom) ?? 0] = outcome;
      const value = candidates.find(
        (text) =>
          text !== "" &&
          !this.#points.has(text) &&
          [...outcomes].every(
            ([atom, outcome]) => this.#tester.outcome(atom, this.#subject, text) === outcome,
          ),
      );
      this.#classes.push({ value: value ?? NO_VALUE, isRegion: true, outcomes: row });
    }
  }

  #addNumbers(): void {
    const boundaries = this.#atoms.flatMap(({ form }) =>
      form.type === "order" && typeof form.constant === "number" ? [form.constant] : [],
    );
    const usual = this.#usual(this.#fresh("number"));
    for (const numbers of numberGaps(boundaries)) {
      const [inside] = numbers;
      const row = Uint8Array.from(usual, (outcome, at) => {
        const atom = this.#atoms[at];
        return atom?.form.type === "order" ? this.#tester.outcome(atom, this.#subject, inside) : outcome;
      });
      const value = numbers.find((number) => !this.#points.has(number)) ?? NO_VALUE;
      this.#classes.push({ value, isRegion: true, outcomes: row });
    }
  }

  /** The values of which a type has few, or that are unlike the rest of theirs. */
  #addPlain(): void {
    const owner = this.#subject.path.length > 1 ? [NO_OWNER] : [];
    const infinite = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const value of [true, false, MISSING, ...owner, null, "", ...infinite]) this.#addExact(value);
  }

  #addExact(value: unknown): void {
    const outcomes = Uint8Array.from(this.#atoms, (atom) => this.#tester.outcome(atom, this.#subject, value));
    this.#classes.push({ value, isRegion: false, outcomes });
  }

  #addContainers(): void {
    const constants = this.#atoms.flatMap(({ form }) =>
      form.type === "membership" || form.type === "opaque" ? form.constants : [],
    );
    const some = [...new Set(constants)].slice(0, 8);
    if (some.length > 1) this.#addExact(some);
    for (const constant of some) this.#addExact([constant]);
    for (const value of [[], {}]) this.#classes.push({ value, isRegion: true, outcomes: this.#usual(value) });
  }

  /** A context's times. One that is out of range is as good as an error. */
  #addMoments(): void {
    const forms = this.#atoms.flatMap(({ form }) => (form.type === "moment" ? [form] : []));
    const { positionOf, size } = positions(forms.map(({ key }) => key));
    const usual = this.#usual(new Date(0));
    const near = forms.flatMap(({ text }) =>
      [0, -1, 1].map((by) => Number((momentOf(text) ?? 0n) / 1_000_000n) + by),
    );
    const values = new Map<number, Date>();
    for (const ms of [0, ...near]) {
      const time = timestampOfMs(ms);
      if (time instanceof Timestamp) values.set(positionOf(time.value), new Date(ms));
    }
    for (let at = 0; at < size; at++) {
      const outcomes = Uint8Array.from(usual, (outcome, place) => {
        const form = this.#atoms[place]?.form;
        return form?.type === "moment" ? outcomeByPosition(form, at, positionOf) : outcome;
      });
      this.#classes.push({ value: values.get(at) ?? NO_VALUE, isRegion: true, outcomes });
    }
    this.#addExact(new Date(Number.NaN));
  }
}

function bucketOutcome(ranges: readonly (readonly [number, number])[]): number {
  if (ranges.length === 0) return FALSE;
  let end = 0;
  for (const [from, to] of ranges) if (from <= end) end = Math.max(end, to);
  return end >= BUCKETS ? TRUE : TRUE | FALSE;
}

/** Whether texts may differ in the outcome though no condition names them. */
function isOfText(atom: Atom | undefined): boolean {
  if (!atom) return false;
  const { form } = atom;
  if (form.type === "order") return typeof form.constant === "string";
  return form.type === "version" || form.type === "moment" || "part" in form;
}
