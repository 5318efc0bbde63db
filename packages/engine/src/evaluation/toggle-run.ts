import type { RulesetToggle } from "../ruleset/ruleset.ts";
import { Run, type Surroundings } from "../values/run.ts";
import type { Attributes } from "./context.ts";
import type { Decision } from "./decision.ts";

/** Decides one toggle for one context, or is all that it can decide. Throws only what the context's own getters throw. */
export type CompiledToggle = Decision | ((context: Attributes, run: ToggleRun) => Decision);

/** A toggle of the ruleset that is asked. */
export interface AskedToggle {
  readonly toggle: RulesetToggle;
  readonly decide: CompiledToggle;
  /** What asking it as a prerequisite costs, weighed when it first is. */
  units?: number;
}

/** What surrounds the evaluation of a toggle: other toggles too, which may be its prerequisites. */
export interface ToggleSurroundings extends Surroundings {
  readonly toggle: (key: string) => AskedToggle | undefined;
}

/** One evaluation of one toggle and its prerequisites. */
export class ToggleRun extends Run {
  declare surroundings: ToggleSurroundings;
  /** Why the first serve that could not be asked was passed over. */
  note: string | undefined;
  /** Whether prerequisites went deeper than the bound, or cost too much: then none is met, whatever it asks for. */
  isCutOff = false;

  override begin(surroundings: ToggleSurroundings, nowMs?: number, isPlain?: boolean): void {
    super.begin(surroundings, nowMs, isPlain);
    this.note = undefined;
    this.isCutOff = false;
  }
}

/** What a toggle decides. */
export function decisionBy(toggle: CompiledToggle, context: Attributes, run: ToggleRun): Decision {
  return typeof toggle === "object" ? toggle : toggle(context, run);
}
