/**
 * The compiled ruleset: all that an SDK needs to evaluate one environment. Plain JSON, documented in
 * docs/ruleset.md; a change that an old reader would misread raises {@link RULESET_SCHEMA}.
 */
import type { Expression } from "../language/expression.ts";

export const RULESET_SCHEMA = 1;

export type ToggleKind = "boolean" | "string";
export type VariantValue = boolean | string;

export interface Ruleset {
  readonly schema: typeof RULESET_SCHEMA;
  readonly project: string;
  readonly environment: string;
  /** A new epoch begins when a database is restored; revisions compare only within one epoch. */
  readonly epoch: string;
  /** The environment's counter: +1 for each change, no gaps. */
  readonly revision: number;
  readonly toggles: Readonly<Record<string, RulesetToggle>>;
}

export interface RulesetToggle {
  readonly key: string;
  readonly kind: ToggleKind;
  /** The setting's counter. */
  readonly version: number;
  /** The revision of the environment in which this toggle last changed. */
  readonly revision: number;
  readonly enabled: boolean;
  /** Variant key to value. */
  readonly variants: Readonly<Record<string, VariantValue>>;
  /** Served while the toggle is disabled. */
  readonly offVariant: string;
  /** In order; the first that matches and serves, decides. */
  readonly rules: readonly RulesetRule[];
  /** Asked after the rules. */
  readonly rollout: Serve | null;
  /** Served when neither a rule nor the rollout decided. */
  readonly defaultVariant: string;
}

export interface RulesetRule {
  readonly id: string;
  readonly condition: Expression;
  readonly serve: Serve;
}

export type Serve = ServeVariant | ServePercentage;

export interface ServeVariant {
  readonly type: "variant";
  readonly variant: string;
}

/** Serves `variant` to those whose bucket lies below `buckets`, and passes on everyone else. */
export interface ServePercentage {
  readonly type: "percentage";
  readonly variant: string;
  /** Of 100,000: 10 % is 10,000. */
  readonly buckets: number;
  /** Belongs to the rollout and survives edits, so that a growing percentage only adds users. */
  readonly salt: string;
  /** The attribute that is hashed; `targetingKey` and `userId` are aliases. */
  readonly stickiness: string;
}

/** What changed between two revisions of one epoch; applied all or not at all. `null` removes a toggle. */
export interface RulesetPatch {
  readonly schema: typeof RULESET_SCHEMA;
  readonly epoch: string;
  readonly from: number;
  readonly to: number;
  readonly changes: Readonly<Record<string, RulesetToggle | null>>;
}
