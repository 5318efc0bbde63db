/** A file of Unleash's client specification, as far as it asks for buckets. */
export interface Specification {
  readonly name: string;
  readonly state?: { readonly features?: readonly Feature[] };
  readonly tests?: readonly Question<boolean>[];
  readonly variantTests?: readonly Question<{ readonly name: string; readonly enabled: boolean }>[];
}

export interface Feature {
  readonly name: string;
  readonly enabled: boolean;
  readonly strategies?: readonly UnleashStrategy[];
  readonly variants?: readonly UnleashVariant[];
  readonly dependencies?: readonly unknown[];
}

export interface UnleashStrategy {
  readonly name: string;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly constraints?: readonly unknown[];
  readonly segments?: readonly unknown[];
  readonly variants?: readonly UnleashVariant[];
}

export interface UnleashVariant {
  readonly name: string;
  readonly weight: number;
  readonly stickiness?: string;
  readonly overrides?: readonly { readonly contextName: string; readonly values: readonly string[] }[];
}

export interface Question<Answer> {
  readonly description: string;
  readonly toggleName: string;
  readonly context: UnleashContext;
  readonly expectedResult: Answer;
}

export interface UnleashContext {
  readonly properties?: Readonly<Record<string, string>>;
  readonly [name: string]: string | Readonly<Record<string, string>> | undefined;
}
