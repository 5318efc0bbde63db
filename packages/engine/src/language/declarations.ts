import { nearName } from "./near-name.ts";
import { Refusal } from "./refusal.ts";
import { type AttributeType, type StaticType, staticTypeOf } from "./static-type.ts";

/** What is known of the place where a condition will run. */
export interface ConditionOptions {
  /** Declared attributes; others are allowed, and may be anything. */
  readonly attributes?: Readonly<Record<string, AttributeType>>;
  /** The keys of all segments; where given, others are refused. */
  readonly segments?: readonly string[];
  /** What is wrong with a pattern of `matches`, if anything: the language holds no regular expressions itself. */
  readonly checkPattern?: (pattern: string) => string | undefined;
}

/** What the writer of a condition knows of the place where it will run, and what is to be said of names that nobody declared. */
export class Declarations {
  readonly #attributes: Readonly<Record<string, AttributeType>>;
  readonly #segments: readonly string[] | undefined;
  readonly checkPattern: (pattern: string) => string | undefined;
  /** Undeclared attributes by where they stand. */
  readonly #undeclared = new Map<number, string>();

  constructor({ attributes = {}, segments, checkPattern = () => undefined }: ConditionOptions) {
    this.#attributes = attributes;
    this.#segments = segments;
    this.checkPattern = checkPattern;
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
    if (!this.#segments || this.#segments.includes(key)) return;
    const near = nearName(key, this.#segments);
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
  warnings(): readonly Refusal[] {
    const known = [...Object.keys(this.#attributes), "userId", "targetingKey"];
    const warned = new Set<string>();
    const warnings: Refusal[] = [];
    for (const [start, name] of this.#undeclared) {
      const near = warned.has(name) ? undefined : nearName(name, known);
      warned.add(name);
      if (near === undefined) continue;
      const message = `No attribute '${name}' is declared. Did you mean '${near}'?`;
      warnings.push(new Refusal(start, message, `'${name}'`, `'${near}'`));
    }
    return warnings;
  }
}
