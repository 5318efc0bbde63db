import type { SettingServe, SettingState } from "@burgee/db";

/** Every variant that a setting may serve, repeated where it is. */
export function variantsServed({
  offVariant,
  defaultVariant,
  targets = {},
  rules,
  rollout,
}: SettingState): readonly string[] {
  return [
    offVariant,
    defaultVariant,
    ...Object.keys(targets),
    ...rules.flatMap(({ serve }) => variantsIn(serve)),
    ...(rollout ? variantsIn(rollout) : []),
  ];
}

function variantsIn(serve: SettingServe): readonly string[] {
  return serve.type === "split" ? serve.slices.map(([variant]) => variant) : [serve.variant];
}
