/**
 * The compiled ruleset: all that an SDK needs to evaluate one environment. Plain JSON, documented in
 * docs/ruleset.md; a change that an old reader would misread raises {@link RULESET_SCHEMA}.
 */
import type { Expression } from "../language/expression.ts";
import type { AttributeType } from "../language/static-type.ts";

export const RULESET_SCHEMA = 1;

export type ToggleKind = "boolean" | "string" | "number" | "json";
/** What a variant serves; its type is the toggle's kind. */
export type VariantValue = JsonValue;

export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue };

export interface Ruleset {
  readonly schema: typeof RULESET_SCHEMA;
  readonly project: string;
  readonly environment: string;
  /** A new epoch begins when a database is restored; revisions compare only within one epoch. */
  readonly epoch: string;
  /** The environment's counter: +1 for each change, no gaps. */
  readonly revision: number;
  readonly toggles: Readonly<Record<string, RulesetToggle>>;
  readonly segments?: Readonly<Record<string, RulesetSegment>>;
  /** What the project declares of its contexts, name to type: for who has to make values of texts. Evaluation asks no types. */
  readonly attributes?: Attributes;
  /** W3C Trace Context of the change that brought this revision, where it had one: so that who applies it can be found beside who made it. */
  readonly traceparent?: string | undefined;
}

/** A type from a newer server is let through, and says nothing. */
export type Attributes = Readonly<Record<string, AttributeType>>;

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
  /** Served while the toggle is disabled, or a prerequisite is not met. */
  readonly offVariant: string;
  /** All must be met, before anything else is asked. */
  readonly prerequisites?: readonly Prerequisite[];
  /** Variant key to the users who get it, whatever the rules say. A user under several variants gets the first by key. */
  readonly targets?: Targets;
  /** In order; the first that matches and serves, decides. */
  readonly rules: readonly RulesetRule[];
  /** Asked after the rules. */
  readonly rollout: Serve | null;
  /** Served when neither a rule nor the rollout decided. */
  readonly defaultVariant: string;
}

/** Met where the other toggle serves one of these variants to the same context. */
export interface Prerequisite {
  readonly toggle: string;
  readonly variants: readonly string[];
}

/** Variant key to ids. */
export type Targets = Readonly<Record<string, readonly string[]>>;

/**
 * A named condition that toggles share: `!(id in exclude) && (id in include || condition)`, without the lists that are empty.
 * Either list may go on in one that travels beside the ruleset.
 */
export interface RulesetSegment {
  readonly key: string;
  /** The revision of the environment in which this segment last changed. */
  readonly revision: number;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly includeList?: ListReference;
  readonly excludeList?: ListReference;
  /** `null` is nobody but those of `include`. */
  readonly condition: Expression | null;
  /** The attribute whose value the lists hold; `userId` where absent. */
  readonly stickiness?: string;
}

/** A packed list of ids (`@burgee/engine/lists`), by its content. */
export interface ListReference {
  /** SHA-256 of its bytes, 64 lower-case hexadecimal digits. */
  readonly hash: string;
  readonly count: number;
}

export interface RulesetRule {
  readonly id: string;
  readonly condition: Expression;
  readonly serve: Serve;
}

export type Serve = ServeVariant | ServePercentage | ServeSplit | ServeTarget;

export interface ServeVariant {
  readonly type: "variant";
  readonly variant: string;
}

/** Serves the users named under a variant that variant, and passes on everyone else. */
export interface ServeTarget {
  readonly type: "target";
  readonly targets: Targets;
}

/** How a context is placed in one of 100,000 buckets. */
export interface Hashing {
  /** Belongs to the rollout and survives edits, so that a growing percentage only adds users. */
  readonly salt: string;
  /** The attribute that is hashed; `targetingKey` and `userId` are aliases. */
  readonly stickiness: string;
  /** The hash family (bucketing/hash-families.ts); ours where absent. */
  readonly hash?: string;
}

/** Serves `variant` to those whose bucket lies below `buckets`, and passes on everyone else. */
export interface ServePercentage extends Hashing {
  readonly type: "percentage";
  readonly variant: string;
  /** Of 100,000: 10 % is 10,000. */
  readonly buckets: number;
}

/** Serves each the variant of the slice that holds its bucket, and passes on who is in no slice. */
export interface ServeSplit extends Hashing {
  readonly type: "split";
  readonly slices: readonly Slice[];
}

/** The buckets from `from` to below `to`. A split's slices are in order and do not overlap. */
export type Slice = readonly [variant: string, from: number, to: number];

/** What changed between two revisions of one epoch; applied all or not at all. `null` removes a toggle or a segment. */
export interface RulesetPatch {
  readonly schema: typeof RULESET_SCHEMA;
  readonly epoch: string;
  readonly from: number;
  readonly to: number;
  readonly changes: Readonly<Record<string, RulesetToggle | null>>;
  readonly segments?: Readonly<Record<string, RulesetSegment | null>>;
  /** All of them, where one changed. */
  readonly attributes?: Attributes;
  /** Of `to`, as a ruleset's. */
  readonly traceparent?: string | undefined;
}
