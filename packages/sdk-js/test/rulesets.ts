import {
  type JsonValue,
  RULESET_SCHEMA,
  type Ruleset,
  type RulesetPatch,
  type RulesetToggle,
} from "@burgee/engine";

/** A boolean toggle that serves `value` to everyone. */
export function booleanToggle(key: string, value: boolean, revision = 1): RulesetToggle {
  return {
    key,
    kind: "boolean",
    version: revision,
    revision,
    enabled: true,
    variants: { on: true, off: false },
    offVariant: "off",
    rules: [],
    rollout: null,
    defaultVariant: value ? "on" : "off",
  };
}

/** A string toggle that serves `value` to everyone. */
export function stringToggle(key: string, value: string): RulesetToggle {
  return {
    ...booleanToggle(key, true),
    kind: "string",
    variants: { none: "", some: value },
    offVariant: "none",
    defaultVariant: "some",
  };
}

/** A toggle of numbers that serves `value` to everyone. */
export function numberToggle(key: string, value: number): RulesetToggle {
  return { ...stringToggle(key, ""), kind: "number", variants: { none: 0, some: value } };
}

/** A toggle of JSON that serves `value` to everyone. */
export function jsonToggle(key: string, value: JsonValue): RulesetToggle {
  return { ...stringToggle(key, ""), kind: "json", variants: { none: "none", some: value } };
}

export interface RulesetParts {
  readonly epoch?: string;
  readonly revision?: number;
  readonly environment?: string;
  readonly toggles?: readonly RulesetToggle[];
}

export function rulesetWith(parts: RulesetParts = {}): Ruleset {
  const { epoch = "e1", revision = 1, environment = "production", toggles = [] } = parts;
  return {
    schema: RULESET_SCHEMA,
    project: "shop",
    environment,
    epoch,
    revision,
    toggles: Object.fromEntries(toggles.map((toggle) => [toggle.key, toggle])),
  };
}

/** A patch by one revision, unless told otherwise. */
export function patchWith(parts: {
  readonly epoch?: string;
  readonly from: number;
  readonly to?: number;
  readonly changes?: RulesetPatch["changes"];
}): RulesetPatch {
  const { epoch = "e1", from, to = from + 1, changes = {} } = parts;
  return { schema: RULESET_SCHEMA, epoch, from, to, changes };
}
