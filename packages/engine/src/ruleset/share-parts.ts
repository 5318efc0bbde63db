import type { Ruleset, RulesetPatch, RulesetSegment, RulesetToggle } from "./ruleset.ts";
import { SharedBodies } from "./shared-bodies.ts";
import { SharedConditions } from "./shared-conditions.ts";

/**
 * A ruleset or a patch as it is written: what toggles and conditions have in common stands once in `shared`, and its number where it
 * was. `readRuleset` and `readPatch` put it back.
 */
export function shareParts(whole: Ruleset | RulesetPatch): object {
  const steps = shareInSteps(whole);
  let step = steps.next();
  while (!step.done) step = steps.next();
  return step.value;
}

/** As {@link shareParts}, for whoever lets others go first between its steps: none is longer than reading or writing one toggle. */
export function* shareInSteps(whole: Ruleset | RulesetPatch): Generator<undefined, object> {
  const conditions = new SharedConditions();
  const bodies = new SharedBodies(conditions);

  const toggles = yield* ofEach(togglesOf(whole), (toggle) => bodies.read(toggle));
  const segments = yield* ofEach(segmentsOf(whole), (segment) => {
    conditions.read(segment.condition);
    conditions.count(segment.condition);
    return segment;
  });
  const written = yield* ofEach(toggles, (toggle) => bodies.write(toggle));
  const writtenSegments = yield* ofEach(segments, (segment) => ({
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
    ["toggles" in whole ? "toggles" : "changes"]: written,
    ...(whole.segments && { segments: writtenSegments }),
  };
}

type Kept<Part> = Readonly<Record<string, Part | null>>;

function togglesOf(whole: Ruleset | RulesetPatch): Kept<RulesetToggle> {
  return "toggles" in whole ? whole.toggles : whole.changes;
}

function segmentsOf({ segments = {} }: Ruleset | RulesetPatch): Kept<RulesetSegment> {
  return segments;
}

/** What `work` makes of each that was not removed, a step each. */
function* ofEach<Part, Made>(kept: Kept<Part>, work: (part: Part) => Made): Generator<undefined, Kept<Made>> {
  const made: [string, Made | null][] = [];
  for (const [key, part] of Object.entries(kept)) {
    made.push([key, part && work(part)]);
    yield;
  }
  return Object.fromEntries(made);
}

function named(name: string, shared: readonly unknown[]): object {
  return shared.length > 0 ? { [name]: shared } : {};
}
