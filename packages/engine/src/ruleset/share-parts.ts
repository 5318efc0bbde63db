import type { Ruleset, RulesetPatch, RulesetSegment, RulesetToggle } from "./ruleset.ts";
import { Sharing } from "./sharing.ts";

/** What is shorter as JSON is written wherever it stands. The variants of two booleans are not. */
const LEAST_LENGTH = 20;
/** Of a part of a condition: an attribute is not worth it. */
const LEAST_PART_LENGTH = 64;

/**
 * A ruleset or a patch as it is written: what toggles and conditions have in common stands once in `shared`, and its number where it
 * was. `readRuleset` and `readPatch` put it back.
 */
export function shareParts(whole: Ruleset | RulesetPatch): object {
  const toggles: Kept<RulesetToggle> = "toggles" in whole ? whole.toggles : whole.changes;
  const segments: Kept<RulesetSegment> = whole.segments ?? {};

  const conditions = new Sharing(LEAST_PART_LENGTH, (part, write) => mapParts(part, write));
  const variants = new Sharing(LEAST_LENGTH, (value) => value);
  const rules = new Sharing(LEAST_LENGTH, (value) => mapParts(value, (part) => conditions.write(part)));
  const countPart = (part: unknown) => {
    if (isNode(part) && conditions.isFirst(part)) partsOf(part).forEach(countPart);
  };
  for (const toggle of Object.values(toggles)) {
    if (toggle) variants.isFirst(toggle.variants);
    if (toggle && rules.isFirst(toggle.rules)) partsOf(toggle.rules).forEach(countPart);
  }
  for (const segment of Object.values(segments)) countPart(segment?.condition);

  const written = mapKept(toggles, (toggle) => ({
    ...toggle,
    variants: variants.write(toggle.variants),
    rules: rules.write(toggle.rules),
  }));
  const writtenSegments = mapKept(segments, (segment) => ({
    ...segment,
    condition: conditions.write(segment.condition),
  }));
  const shared = {
    ...named("conditions", conditions.shared),
    ...named("variants", variants.shared),
    ...named("rules", rules.shared),
  };
  return {
    ...whole,
    ...(Object.keys(shared).length > 0 && { shared }),
    ...("toggles" in whole ? { toggles: written } : { changes: written }),
    ...(whole.segments && { segments: writtenSegments }),
  };
}

type Kept<Part> = Readonly<Record<string, Part | null>>;

function mapKept<Part>(kept: Kept<Part>, write: (part: Part) => object): Kept<object> {
  return Object.fromEntries(Object.entries(kept).map(([key, part]) => [key, part && write(part)]));
}

function named(name: string, shared: readonly unknown[]): object {
  return shared.length > 0 ? { [name]: shared } : {};
}

/** The outermost parts of conditions in a node, a list of nodes or rules. */
function partsOf(value: unknown): readonly unknown[] {
  const found: unknown[] = [];
  mapParts(value, (part) => found.push(part));
  return found;
}

/** `value` with what `write` makes of the outermost parts of conditions in it. */
function mapParts(value: unknown, write: (part: unknown) => unknown): unknown {
  const inner = (part: unknown) => (isNode(part) ? write(part) : mapParts(part, write));
  if (Array.isArray(value)) return value.map(inner);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, inner(part)]));
}

function isNode(value: unknown): value is object {
  return typeof value === "object" && value !== null && "kind" in value;
}
