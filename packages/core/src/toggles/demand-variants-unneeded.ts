import type { Readers, Setting, SettingState, Toggle, Variants } from "@burgee/db";
import { refuse } from "../errors/invalid-input.ts";
import { LIMITS } from "../limits.ts";
import { variantsServed } from "../settings/variants-served.ts";

/**
 * Refuses to take away variants that a setting serves, that a new environment would begin with, or that another toggle waits for.
 * @throws {AppError} "invalid_input", naming where
 */
export async function demandVariantsUnneeded(
  readers: Readers,
  toggle: Toggle,
  variants: Variants,
  settings: readonly Setting[],
): Promise<void> {
  const isGone = (variant: string) => !Object.hasOwn(variants, variant);
  if (!Object.keys(toggle.variants).some(isGone)) return;

  const environments = await readers.environments.list(toggle.projectId);
  const keys = new Map(environments.map(({ environmentId, key }) => [environmentId, key]));
  const dependents = await readers.settings.listDependents(toggle.projectId, toggle.key);
  const needed = [
    ...[toggle.defaultVariant, toggle.offVariant]
      .filter(isGone)
      .map((variant) => `${variant} (new environments)`),
    ...settings.flatMap(({ environmentId, state }) =>
      servedBy(state)
        .filter(isGone)
        .map((variant) => `${variant} (${keys.get(environmentId)})`),
    ),
    ...dependents.flatMap(({ environment, toggle: other, variants: awaited }) =>
      awaited.filter(isGone).map((variant) => `${variant} (${other} in ${environment} waits for it)`),
    ),
  ];
  if (needed.length === 0) return;
  const named = [...new Set(needed)].sort().slice(0, LIMITS.usersNamed).join(", ");
  const message = `These variants are in use and can't be taken away: ${named}.`;
  throw refuse([{ pointer: "/variants", code: "variant_in_use", message }]);
}

function servedBy(state: SettingState): readonly string[] {
  return [...new Set(variantsServed(state))];
}
