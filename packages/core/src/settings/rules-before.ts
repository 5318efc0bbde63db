import type { SettingRule } from "@burgee/db";

/**
 * Which rule of the setting before an edited one was: the one of its id; or, where it was written without one, the first of the
 * very same condition. So whoever writes a setting as a whole keeps each rule's id, and with it who is in its percentage.
 */
export class RulesBefore {
  readonly #byId: ReadonlyMap<string, SettingRule>;
  readonly #unclaimed: Set<SettingRule>;

  /** @param ids that the edited rules name */
  constructor(rules: readonly SettingRule[], ids: readonly (string | undefined)[]) {
    this.#byId = new Map(rules.map((rule) => [rule.id, rule]));
    const named = new Set(ids);
    this.#unclaimed = new Set(rules.filter((rule) => !named.has(rule.id)));
  }

  /** Each one without an id once. */
  take(id: string | undefined, condition: string): SettingRule | undefined {
    if (id !== undefined) return this.#byId.get(id);
    for (const rule of this.#unclaimed) {
      if (rule.condition !== condition) continue;
      this.#unclaimed.delete(rule);
      return rule;
    }
    return undefined;
  }
}
