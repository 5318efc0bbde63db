import { type Fault, Refusal } from "./refusal.ts";
import { Spelling } from "./spelling.ts";
import { type AttributeType, type StaticType, staticTypeOf } from "./static-type.ts";

/** What is known of the place where a condition will run. */
export interface ConditionOptions {
  /** Declared attributes; others are allowed, and may be anything. */
  readonly attributes?: Readonly<Record<string, AttributeType>>;
  /** The keys of all segments; where given, others are refused. */
  readonly segments?: readonly string[];
  /** What is wrong with a pattern of `matches`, if anything: the language holds no regular expressions itself. */
  readonly checkPattern?: (pattern: string) => string | undefined;
  /**
   * Where one save has many conditions: theirs together, made of these attributes and segments. `null` where nobody reads what a name may
   * have meant: then there are no warnings.
   */
  readonly spelling?: Spelling | null;
}

/** What the writer of a condition knows of the place where it will run, and what is to be said of names that nobody declared. */
export class Declarations {
  readonly #attributes: Readonly<Record<string, AttributeType>>;
  readonly #segments: ReadonlySet<string> | undefined;
  readonly checkPattern: (pattern: string) => string | undefined;
  readonly #spelling: () => Spelling | null;
  /** Undeclared attributes by where they stand. */
  readonly #undeclared = new Map<number, string>();

  constructor(options: ConditionOptions) {
    const { attributes = {}, segments, checkPattern = () => undefined, spelling } = options;
    this.#attributes = attributes;
    this.#segments = segments && new Set(segments);
    this.checkPattern = checkPattern;
    this.#spelling = () => (spelling === undefined ? new Spelling(options) : spelling);
  }

  /** The attribute's type; `dyn` where nobody declared it, which is noted. */
  attribute(name: string, start: number): StaticType {
    const declared = this.declared(name);
    if (declared) return staticTypeOf(declared);
    if (name !== "userId" && name !== "targetingKey") this.#undeclared.set(start, name);
    return "dyn";
  }

  declared(name: string): AttributeType | undefined {
    return Object.hasOwn(this.#attributes, name) ? this.#attributes[name] : undefined;
  }

  /** Takes back that an attribute stands here: it was the name of a type. */
  forget(start: number): void {
    this.#undeclared.delete(start);
  }

  /** @throws {Refusal} where the segments are known, and this is none of them */
  checkSegment(key: string, start: number): void {
    if (!this.#segments || this.#segments.has(key)) return;
    const near = this.#spelling()?.segment(key);
    const hint = near === undefined ? "" : ` Did you mean '${near}'?`;
    const expected = near === undefined ? "the key of a segment" : `'${near}'`;
    throw new Refusal(
      start,
      `There is no segment '${key.slice(0, 40)}'.${hint}`,
      `'${key.slice(0, 40)}'`,
      expected,
    );
  }

  /** For each undeclared name that is close to a declared one: that it may be misspelt. Names come once, in the order written. */
  warnings(): readonly Fault[] {
    const spelling = this.#undeclared.size > 0 ? this.#spelling() : null;
    if (!spelling) return [];
    const warned = new Set<string>();
    const warnings: Fault[] = [];
    for (const [offset, name] of this.#undeclared) {
      const near = warned.has(name) ? undefined : spelling.attribute(name);
      warned.add(name);
      if (near === undefined) continue;
      const message = `No attribute '${name}' is declared. Did you mean '${near}'?`;
      warnings.push({ offset, message, found: `'${name}'`, expected: `'${near}'` });
    }
    return warnings;
  }
}
