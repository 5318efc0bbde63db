import { Pattern } from "./pattern.ts";

/** Patterns of one generation: a compiled one may take some hundred kilobytes. */
const GENERATION = 64;

let young = new Map<string, Pattern>();
let old = new Map<string, Pattern>();

/**
 * The pattern that a text is. Those asked for last are kept in two generations: what was not asked for while the young one
 * filled up goes with the old one.
 */
export function patternOf(source: string): Pattern {
  const known = young.get(source);
  if (known) return known;
  const pattern = old.get(source) ?? new Pattern(source);
  if (young.size === GENERATION) {
    old = young;
    young = new Map();
  }
  young.set(source, pattern);
  return pattern;
}
