import type { Ruleset, RulesetPatch, RulesetSegment, RulesetToggle } from "./ruleset.ts";
import { Sharing } from "./sharing.ts";

/** Of a part of a condition: what is shorter as JSON, as an attribute, is written wherever it stands. */
const LEAST_PART_LENGTH = 64;

/**
 * A ruleset or a patch as it is written: what toggles and conditions have in common stands once in `shared`, and its number where it
 * was. `readRuleset` and `readPatch` put it back.
 */
export function shareParts(whole: Ruleset | RulesetPatch): object {
  const toggles: Kept<RulesetToggle> = "toggles" in whole ? whole.toggles : whole.changes;
  const segments: Kept<RulesetSegment> = whole.segments ?? {};

  const conditions = new Sharing<unknown>(LEAST_PART_LENGTH, (part, write) => mapParts(part, write));
  const writeRules = (rules: unknown) => mapParts(rules, (part) => conditions.write(part));
  const bodies = new Sharing<Body>(0, (body) => ({ ...body, rules: writeRules(body.rules) }));
  const countPart = (part: unknown) => {
    if (isNode(part) && conditions.isFirst(part)) partsOf(part).forEach(countPart);
  };
  for (const toggle of Object.values(toggles)) {
    if (toggle && bodies.isFirst(bodyOf(toggle).body)) partsOf(toggle.rules).forEach(countPart);
  }
  for (const segment of Object.values(segments)) countPart(segment?.condition);

  const written = mapKept(toggles, (toggle) => {
    const { body, own } = bodyOf(toggle);
    const like = bodies.write(body);
    return typeof like === "number" ? [like, ...own] : { ...toggle, rules: writeRules(toggle.rules) };
  });
  const writtenSegments = mapKept(segments, (segment) => ({
    ...segment,
    condition: conditions.write(segment.condition),
  }));
  const shared = {
    ...named("conditions", conditions.shared),
    ...named("toggles", bodies.shared),
  };
  return {
    ...whole,
    ...(Object.keys(shared).length > 0 && { shared }),
    ...("toggles" in whole ? { toggles: written } : { changes: written }),
    ...(whole.segments && { segments: writtenSegments }),
  };
}

/** What a toggle may have in common with others. */
type Body = Pick<RulesetToggle, "rules"> & { readonly rollout: object | null };

/** The toggle but for what is its own: version, revision, and the salt of a rollout that has one. */
function bodyOf({ key: _, version, revision, ...body }: RulesetToggle): { body: Body; own: unknown[] } {
  const { rollout } = body;
  if (!rollout || !("salt" in rollout)) return { body, own: [version, revision] };
  const { salt, ...unsalted } = rollout;
  return { body: { ...body, rollout: unsalted }, own: [version, revision, salt] };
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
