import { type Ruleset, type RulesetSegment, type RulesetToggle, segmentsAsked } from "@burgee/engine";
import { isSameJson } from "./same-json.ts";

/** What is new, gone or different in a ruleset: by key. */
export interface Changed {
  readonly toggles: readonly string[];
  readonly segments: readonly string[];
}

/** Without a ruleset before, everything is new. */
export function changesBetween(before: Ruleset | undefined, after: Ruleset): Changed {
  return {
    toggles: differences(before?.toggles, after.toggles),
    segments: differences(before?.segments, after.segments),
  };
}

/**
 * The keys of toggles that may answer otherwise than before: those that changed, and after them those that ask a segment or
 * wait for a toggle that did, through however many others.
 */
export function affectedToggles(ruleset: Ruleset, { toggles, segments }: Changed): string[] {
  const first = new Set(toggles);
  if (segments.length > 0) {
    const changed = reached(segments, ruleset.segments, segmentsOf);
    for (const [key, toggle] of Object.entries(ruleset.toggles)) {
      if (some(segmentsOf(toggle), changed)) first.add(key);
    }
  }
  return [...reached(first, ruleset.toggles, prerequisitesOf)];
}

type Parts<Part> = Readonly<Record<string, Part>>;

function differences<Part extends Versioned>(before: Parts<Part> = {}, after: Parts<Part> = {}): string[] {
  const old = new Map(Object.entries(before));
  const changed: string[] = [];
  for (const [key, part] of Object.entries(after)) {
    if (!isSame(old.get(key), part)) changed.push(key);
    old.delete(key);
  }
  return [...changed, ...old.keys()];
}

interface Versioned {
  readonly revision: number;
}

/** Most that differ do so in their revision; a ruleset that a program brought may differ without. */
function isSame<Part extends Versioned>(before: Part | undefined, after: Part): boolean {
  return before?.revision === after.revision && isSameJson(before, after);
}

/** `from`, and all parts from which a way of asking leads there. */
function reached<Part>(
  from: Iterable<string>,
  parts: Parts<Part> = {},
  askedBy: (part: Part) => Iterable<string>,
): ReadonlySet<string> {
  const found = new Set(from);
  const asking = askersOf(parts, askedBy);
  // A set is walked on to what is added on the way.
  for (const key of found) for (const asker of asking.get(key) ?? []) found.add(asker);
  return found;
}

/** Key to the keys of those that ask it. */
function askersOf<Part>(
  parts: Parts<Part>,
  askedBy: (part: Part) => Iterable<string>,
): ReadonlyMap<string, readonly string[]> {
  const askers = new Map<string, string[]>();
  for (const [key, part] of Object.entries(parts)) {
    for (const asked of askedBy(part)) {
      const known = askers.get(asked);
      if (known) known.push(key);
      else askers.set(asked, [key]);
    }
  }
  return askers;
}

function prerequisitesOf({ prerequisites = [] }: RulesetToggle): readonly string[] {
  return prerequisites.map(({ toggle }) => toggle);
}

/** Of parts that stay from one ruleset to the next, looked up once: conditions are long. */
const known = new WeakMap<object, ReadonlySet<string>>();

function segmentsOf(part: RulesetToggle | RulesetSegment): ReadonlySet<string> {
  const asked = known.get(part) ?? segmentsAsked(part);
  known.set(part, asked);
  return asked;
}

function some(keys: ReadonlySet<string>, of: ReadonlySet<string>): boolean {
  for (const key of keys) if (of.has(key)) return true;
  return false;
}
