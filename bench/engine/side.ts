/** What every engine is asked, in no engine's own form. */
export type BenchRule =
  | { readonly kind: "plain" }
  /** On for those ids, else for region IN on plan pro, else from version 1.35.0 on. */
  | { readonly kind: "three"; readonly ids: readonly string[] }
  | { readonly kind: "percentage"; readonly percent: number };

export interface BenchToggle {
  readonly key: string;
  readonly rule: BenchRule;
}

export interface BenchAttributes {
  readonly userId: string;
  readonly region: string;
  readonly plan: string;
  readonly appVersion: string;
  readonly [attribute: string]: string;
}

/** An engine that is ready. The promise of one that has no answer at once is awaited. */
export interface ReadySide<Context> {
  readonly isOn: (key: string, context: Context) => boolean | Promise<boolean>;
  readonly close: () => void;
}

/** An engine: toggles in its own form as a text, contexts in its own form, and the way from that text to its first answer. */
export interface Side<Context = unknown> {
  readonly name: string;
  readonly write: (toggles: readonly BenchToggle[]) => string | Promise<string>;
  readonly contextOf: (attributes: BenchAttributes) => Context;
  readonly ready: (text: string) => Promise<ReadySide<Context>>;
}

/** A library of expressions alone. */
export interface ExpressionSide {
  readonly name: string;
  readonly compile: (text: string) => (attributes: BenchAttributes) => boolean;
}
