/** By what texts that no condition names are told apart. Each feature divides all texts into classes. */
import { comparisonOf } from "../expressions/functions.ts";
import { parseTimestamp } from "../library/time.ts";
import { compare } from "../values/ordering.ts";
import { Run } from "../values/run.ts";
import { Timestamp } from "../values/scalar.ts";
import { parseSemVer } from "../values/semver.ts";
import type { Atom, Form } from "./atom.ts";
import { ERROR, outcomeOf } from "./outcome.ts";

export interface TextFeature {
  readonly atoms: readonly Atom[];
  readonly size: number;
  /** The outcome of one of its atoms for all texts of a class. */
  readonly outcomeAt: (form: Form, at: number) => number;
  /** Pieces of which a text of a class may be made. */
  readonly piecesAt: (at: number) => Pieces;
}

export interface Pieces {
  readonly prefix?: string;
  readonly suffix?: string;
  readonly part?: string;
  readonly wholes?: readonly string[];
}

/** The features of texts that atoms ask for. */
export function featuresOf(atoms: readonly Atom[]): readonly TextFeature[] {
  const of = (...types: readonly Form["type"][]) => atoms.filter(({ form }) => types.includes(form.type));
  const features = [
    edge(of("startsWith"), (text, part) => text.startsWith(part), "prefix"),
    edge(of("endsWith"), (text, part) => text.endsWith(part), "suffix"),
    ...partsIn(of("contains")),
    ordered(of("order").filter(({ form }) => form.type === "order" && typeof form.constant === "string")),
    keyed(of("version"), (text) => parseSemVer(text)?.value, versionsNear),
    keyed(of("moment"), momentOf, (text) => momentsNear(text)),
  ];
  return features.filter((feature) => feature.atoms.length > 0);
}

/** The longest of the prefixes (or suffixes) that a text has tells which of the others it has; class 0 has none. */
function edge(
  atoms: readonly Atom[],
  has: (text: string, part: string) => boolean,
  name: "prefix" | "suffix",
): TextFeature {
  const parts = ["", ...unique(atoms.map(({ form }) => partOf(form))).filter((part) => part !== "")];
  return {
    atoms,
    size: parts.length,
    outcomeAt: (form, at) => outcomeOf(has(parts[at] ?? "", partOf(form))),
    piecesAt: (at) => ({ [name]: parts[at] ?? "" }),
  };
}

function partsIn(atoms: readonly Atom[]): readonly TextFeature[] {
  return unique(atoms.map(({ form }) => partOf(form))).map((part) => ({
    atoms: atoms.filter(({ form }) => partOf(form) === part),
    size: part === "" ? 1 : 2,
    outcomeAt: (_form, at) => outcomeOf(at === 1 || part === ""),
    piecesAt: (at) => ({ part: at === 1 ? part : "" }),
  }));
}

function partOf(form: Form): string {
  return "part" in form ? form.part : "";
}

/** The gaps between constants in the order of texts: the constants themselves are looked at as they are. */
function ordered(atoms: readonly Atom[]): TextFeature {
  const run = new Run();
  const order = (left: string, right: string) => compare(run, left, right) ?? 0;
  const constants = unique(atoms.map(({ form }) => textOf(form))).sort(order);
  const gapOf = (text: string) => constants.filter((constant) => order(constant, text) < 0).length;
  const near = constants.flatMap((text) => [`${text} `, `${text}a`, `${text}\0`]);
  const wholesAt = grouped(
    unique(["!", "A", "a", "~", ...near]).filter((text) => !constants.includes(text)),
    gapOf,
  );
  return {
    atoms,
    size: constants.length + 1,
    outcomeAt: (form, at) => {
      const holds = comparisonOf("op" in form ? form.op : "");
      return holds ? outcomeOf(holds(constants.indexOf(textOf(form)) < at ? 1 : -1, 0)) : ERROR;
    },
    piecesAt: (at) => ({ wholes: wholesAt.get(at) ?? [] }),
  };
}

function textOf(form: Form): string {
  return form.type === "order" ? String(form.constant) : "";
}

/** Class 0 has no key; then come the gaps between the constants' keys and the keys, in turn. */
function keyed<Key extends string | bigint>(
  atoms: readonly Atom[],
  keyOf: (text: string) => Key | undefined,
  near: (text: string) => readonly string[],
): TextFeature {
  const forms = atoms.flatMap(({ form }) =>
    form.type === "version" || form.type === "moment" ? [form] : [],
  );
  const { positionOf, size } = positions(forms.map(({ key }) => key));
  const wholes = unique(forms.flatMap(({ text }) => [text, ...near(text)]));
  const classOf = (text: string) => {
    const key = keyOf(text);
    return key === undefined ? 0 : positionOf(key) + 1;
  };
  const wholesAt = grouped(wholes, classOf);
  return {
    atoms,
    size: size + 1,
    outcomeAt: (form, at) => (at === 0 ? ERROR : outcomeByPosition(form, at - 1, positionOf)),
    piecesAt: (at) => (at === 0 ? {} : { wholes: wholesAt.get(at) ?? [] }),
  };
}

/** Numbers the gaps between some keys, and the keys, in their order from 0. */
export function positions(keys: readonly (string | bigint)[]): {
  readonly positionOf: (key: string | bigint) => number;
  readonly size: number;
} {
  const sorted = unique(keys).sort((a, b) => (a < b ? -1 : 1));
  const known = new Map(sorted.map((key, at) => [key, 2 * at + 1]));
  return {
    size: 2 * sorted.length + 1,
    positionOf: (key) => known.get(key) ?? 2 * sorted.filter((each) => each < key).length,
  };
}

export function outcomeByPosition(
  form: Form,
  at: number,
  positionOf: (key: string | bigint) => number,
): number {
  const holds = form.type === "version" || form.type === "moment" ? comparisonOf(form.op) : undefined;
  return holds && "key" in form ? outcomeOf(holds(at, positionOf(form.key))) : ERROR;
}

/** Versions just above and below one. */
function versionsNear(text: string): readonly string[] {
  const [, release = "", rest = ""] = /^([\d.]+)(-[^+]*)?/.exec(text) ?? [];
  const numbers = [...release.split("."), "0", "0"].slice(0, 3);
  const bumped = numbers.flatMap((number, at) => {
    const head = numbers.slice(0, at);
    const tail = numbers.slice(at + 1).map(() => "0");
    const value = BigInt(number || "0");
    return [value + 1n, ...(value > 0n ? [value - 1n] : [])].map((next) =>
      [...head, next, ...tail].join("."),
    );
  });
  const whole = numbers.join(".");
  return [
    "0.0.0-0",
    "0.0.0",
    ...bumped,
    `${whole}-0`,
    `${whole}-a`,
    `${whole}-zz`,
    whole,
    `${whole}${rest}${rest ? ".0" : "-z.0"}`,
  ];
}

function momentsNear(text: string): readonly string[] {
  const time = parseTimestamp(text);
  if (!(time instanceof Timestamp)) return [];
  const ms = Number(time.value / 1_000_000n);
  return [-86_400_000, -1, 1, 86_400_000].flatMap((by) => {
    const date = new Date(ms + by);
    return Number.isNaN(date.getTime()) ? [] : [date.toISOString()];
  });
}

export function momentOf(text: string): bigint | undefined {
  const time = text.length > 64 ? undefined : parseTimestamp(text);
  return time instanceof Timestamp ? time.value : undefined;
}

function grouped(texts: readonly string[], classOf: (text: string) => number): ReadonlyMap<number, string[]> {
  const groups = new Map<number, string[]>();
  for (const text of texts) {
    const at = classOf(text);
    const group = groups.get(at);
    if (group) group.push(text);
    else groups.set(at, [text]);
  }
  return groups;
}

function unique<Value>(values: readonly Value[]): Value[] {
  return [...new Set(values)];
}
