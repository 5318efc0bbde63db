import type { Expression } from "../language/expression.ts";
import type { RulesetToggle } from "./ruleset.ts";
import type { SharedConditions } from "./shared-conditions.ts";

/** What a toggle may have in common with others. */
type Body = Pick<RulesetToggle, "rules"> & { readonly rollout: object | null };

/** One for all that are equal as JSON. */
interface Occurrence {
  isRepeated: boolean;
  /** Its number, once it is written. */
  at: number | undefined;
}

export interface ReadToggle {
  readonly toggle: RulesetToggle;
  readonly occurrence: Occurrence;
}

/** Finds what toggles have in common, and writes it once: first all are read, then written. */
export class SharedBodies {
  readonly shared: unknown[] = [];
  readonly #occurrences = new Map<string, Occurrence>();
  readonly #conditions: SharedConditions;

  constructor(conditions: SharedConditions) {
    this.#conditions = conditions;
  }

  /** Of toggles that are alike, only the first's conditions are counted: they are written once. */
  read(toggle: RulesetToggle): ReadToggle {
    const { body } = bodyOf(toggle);
    const rules = withConditions(toggle, (condition) => this.#conditions.read(condition));
    const key = JSON.stringify({ ...body, rules });
    const known = this.#occurrences.get(key);
    const occurrence = known ?? { isRepeated: false, at: undefined };
    if (known) known.isRepeated = true;
    else for (const { condition } of toggle.rules) this.#conditions.count(condition);
    this.#occurrences.set(key, occurrence);
    return { toggle, occurrence };
  }

  /** `[number, version, revision, salt?]` of a toggle that is like others, or the toggle itself. */
  write({ toggle, occurrence }: ReadToggle): object {
    if (!occurrence.isRepeated) return { ...toggle, rules: this.#writeRules(toggle) };
    const { body, own } = bodyOf(toggle);
    occurrence.at ??= this.shared.push({ ...body, rules: this.#writeRules(toggle) }) - 1;
    return [occurrence.at, ...own];
  }

  #writeRules(toggle: RulesetToggle): readonly object[] {
    return withConditions(toggle, (condition) => this.#conditions.write(condition));
  }
}

/** The toggle but for what is its own: version, revision, and the salt of a rollout that has one. */
function bodyOf({ key: _, version, revision, ...body }: RulesetToggle): { body: Body; own: unknown[] } {
  const { rollout } = body;
  if (!rollout || !("salt" in rollout)) return { body, own: [version, revision] };
  const { salt, ...unsalted } = rollout;
  return { body: { ...body, rollout: unsalted }, own: [version, revision, salt] };
}

function withConditions(
  { rules }: RulesetToggle,
  change: (condition: Expression) => unknown,
): readonly object[] {
  return rules.map((rule) => ({ ...rule, condition: change(rule.condition) }));
}
