import type { Atom } from "./atom.ts";

/** What must hold: of atoms, that their outcome is one of `outcomes`. There is no negation: it has gone into the outcomes. */
export type Formula =
  | boolean
  | { readonly kind: "literal"; readonly atom: Atom; readonly outcomes: number }
  | { readonly kind: "all"; readonly of: readonly Formula[] }
  | { readonly kind: "any"; readonly of: readonly Formula[] };

export function allOf(of: readonly Formula[]): Formula {
  return joined("all", of, false);
}

export function anyOf(of: readonly Formula[]): Formula {
  return joined("any", of, true);
}

/** `settles` is the operand that makes the others matter no more. */
function joined(kind: "all" | "any", of: readonly Formula[], settles: boolean): Formula {
  if (of.includes(settles)) return settles;
  const rest = of.filter((part) => typeof part !== "boolean");
  const [first] = rest;
  if (first === undefined) return !settles;
  return rest.length === 1 ? first : { kind, of: rest };
}
