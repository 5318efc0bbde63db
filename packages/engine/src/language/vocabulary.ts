/** What a condition may call, for whoever helps people to write one. Taken from what the checker itself goes by. */
import type { MacroName } from "./expression.ts";
import { MACRO_USAGE } from "./macros.ts";
import { signatures } from "./signatures.ts";
import { nameOf, type StaticType } from "./static-type.ts";

export interface Word {
  readonly name: string;
  /** `method` stands behind a value and a dot, `global` by itself. */
  readonly style: "method" | "global";
  /** As one would write it. */
  readonly usage: string;
  /** The type of what it gives, such as `a bool`. */
  readonly result: string;
  /** What a method may stand behind; empty for anything. */
  readonly of: readonly StaticType[];
}

const MACRO_RESULTS: Readonly<Record<MacroName, string>> = {
  all: "a bool",
  exists: "a bool",
  exists_one: "a bool",
  filter: "a list",
  map: "a list",
};

/** Every function and macro, and what else looks like one, in the order of names. */
export const vocabulary: readonly Word[] = [...functions(), ...macros(), ...forms()].sort((one, other) =>
  one.name < other.name ? -1 : 1,
);

function functions(): readonly Word[] {
  return Object.entries(signatures).map(([name, { style, operands, result, usage }]) => ({
    name,
    style: style === "method" ? "method" : "global",
    usage,
    result: nameOf(result),
    of: style === "method" ? (operands[0] ?? []) : [],
  }));
}

function macros(): readonly Word[] {
  const names: readonly MacroName[] = ["all", "exists", "exists_one", "filter", "map"];
  return names.map((name) => ({
    name,
    style: "method",
    usage: MACRO_USAGE[name],
    result: MACRO_RESULTS[name],
    of: ["list", "map"],
  }));
}

function forms(): readonly Word[] {
  const form = { style: "global", of: [] } as const;
  return [
    { ...form, name: "has", usage: "has(attribute) or has(attribute.field)", result: "a bool" },
    { ...form, name: "segment", usage: "segment('key')", result: "a bool" },
    { ...form, name: "now", usage: "now", result: "a timestamp" },
  ];
}
