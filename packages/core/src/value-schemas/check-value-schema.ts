/**
 * What a tenant wrote as a JSON Schema: whether it is one, and what checking a value against it may cost. It is interpreted,
 * and never becomes code.
 */
import type { InputIssue } from "../errors/app-error.ts";
import { LIMITS } from "../limits.ts";
import { DIALECT, FORMATS, type Holding, KEYWORDS, TYPES } from "./keywords.ts";
import { patternCost } from "./pattern-cost.ts";

export type ValueSchema = Readonly<Record<string, unknown>>;

/** The most that is done for each part of a value, references followed. */
export interface SchemaCost {
  readonly steps: number;
  /** Looks at each character, by patterns. */
  readonly looks: number;
  /** Whether each item of a list is compared with each other. */
  readonly comparesItems: boolean;
}

type Checked =
  | { readonly ok: true; readonly cost: SchemaCost }
  | { readonly ok: false; readonly issue: InputIssue };

class Fault extends Error {
  readonly pointer: string;

  constructor(pointer: string, message: string) {
    super(message);
    this.pointer = pointer;
  }
}

const FREE: SchemaCost = { steps: 0, looks: 0, comparesItems: false };
const REFERENCE = /^#\/\$defs\/([A-Za-z0-9_-]{1,64})$/;

/** Checks a schema in full. `at` is where it stands in the input. */
export function checkValueSchema(schema: ValueSchema, at: string): Checked {
  try {
    const bytes = Buffer.byteLength(JSON.stringify(schema));
    if (bytes > LIMITS.valueSchemaBytes)
      throw new Fault(at, `A schema has at most ${LIMITS.valueSchemaBytes} bytes; this one has ${bytes}.`);
    return { ok: true, cost: new SchemaWalk(schema, at).check() };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { ok: false, issue: { pointer: error.pointer, code: "invalid_schema", message: error.message } };
  }
}

class SchemaWalk {
  readonly #schema: ValueSchema;
  readonly #at: string;
  /** What each definition costs; null while it is being walked, so that a circle is seen. */
  readonly #definitions = new Map<string, SchemaCost | null>();

  constructor(schema: ValueSchema, at: string) {
    this.#schema = schema;
    this.#at = at;
  }

  check(): SchemaCost {
    return this.#schemaCost(this.#schema, this.#at, 0);
  }

  #schemaCost(schema: unknown, at: string, depth: number): SchemaCost {
    if (typeof schema === "boolean") return { ...FREE, steps: 1 };
    if (!isRecord(schema)) throw new Fault(at, "A schema is an object, true or false.");
    if (depth === LIMITS.valueSchemaDepth)
      throw new Fault(at, `A schema is nested at most ${LIMITS.valueSchemaDepth} levels deep.`);

    let cost: SchemaCost = { ...FREE, steps: 1, comparesItems: schema.uniqueItems === true };
    for (const [keyword, held] of Object.entries(schema)) {
      cost = sum(cost, this.#keywordCost(keyword, held, `${at}/${escaped(keyword)}`, depth));
      if (cost.steps > LIMITS.valueSchemaSteps)
        throw new Fault(at, "This schema is too large once its references are followed.");
    }
    return cost;
  }

  #keywordCost(keyword: string, held: unknown, at: string, depth: number): SchemaCost {
    const holding = Object.hasOwn(KEYWORDS, keyword) ? KEYWORDS[keyword] : undefined;
    if (!holding) throw new Fault(at, unknownKeyword(keyword));
    const below = (schema: unknown, where: string) => this.#schemaCost(schema, where, depth + 1);
    switch (holding) {
      case "schema":
        return below(held, at);
      case "schemas":
        return sumOf(listOf(held, at).map((each, index) => below(each, `${at}/${index}`)));
      case "schemas by name":
      case "schemas by pattern": {
        const entries = Object.entries(recordOf(held, at));
        return sumOf(
          entries.map(([name, each]) => {
            const where = `${at}/${escaped(name)}`;
            const looks = holding === "schemas by pattern" ? patternLooks(name, where) : 0;
            return sum(below(each, where), { ...FREE, looks });
          }),
        );
      }
      case "reference":
        return this.#referenceCost(held, at);
      case "pattern":
        return { ...FREE, looks: patternLooks(held, at) };
      default:
        demandHeld(holding, held, at);
        return { ...FREE, steps: partsOf(held) };
    }
  }

  #referenceCost(held: unknown, at: string): SchemaCost {
    const [, name] = (typeof held === "string" && REFERENCE.exec(held)) || [];
    const definitions = isRecord(this.#schema.$defs) ? this.#schema.$defs : {};
    if (name === undefined || !Object.hasOwn(definitions, name))
      throw new Fault(at, "A $ref names a definition of this very schema, as in #/$defs/size.");

    const known = this.#definitions.get(name);
    if (known === null) throw new Fault(at, `The definition ${name} refers back to itself.`);
    if (known) return known;
    this.#definitions.set(name, null);
    const cost = this.#schemaCost(definitions[name], `${this.#at}/$defs/${name}`, 1);
    this.#definitions.set(name, cost);
    return cost;
  }
}

function demandHeld(holding: Holding, held: unknown, at: string): void {
  const fault = WANTED[holding]?.(held);
  if (fault) throw new Fault(at, fault);
}

/** What each plain keyword wants to hold; undefined where it does. */
const WANTED: Partial<Readonly<Record<Holding, (held: unknown) => string | false>>> = {
  types: (held) => {
    const types = Array.isArray(held) ? held : [held];
    return types.every((type) => TYPES.includes(type)) && types.length > 0
      ? false
      : `Give one or more of ${TYPES.join(", ")}.`;
  },
  values: (held) => !(Array.isArray(held) && held.length > 0) && "Give a list of values.",
  names: (held) => !isNames(held) && "Give a list of names.",
  "names by name": (held) =>
    !(isRecord(held) && Object.values(held).every(isNames)) && "Give lists of names, by name.",
  text: (held) => typeof held !== "string" && "Give a text.",
  format: (held) => !FORMATS.some((format) => format === held) && `Give one of ${FORMATS.join(", ")}.`,
  dialect: (held) => held !== DIALECT && `Schemas are of ${DIALECT}; leave this out.`,
  flag: (held) => typeof held !== "boolean" && "Give true or false.",
  number: (held) => typeof held !== "number" && "Give a number.",
  "positive number": (held) => !(typeof held === "number" && held > 0) && "Give a number above 0.",
  count: (held) => !(Number.isSafeInteger(held) && Number(held) >= 0) && "Give a whole number from 0.",
};

function patternLooks(pattern: unknown, at: string): number {
  if (typeof pattern !== "string") throw new Fault(at, "Give a pattern as a text.");
  const cost = patternCost(pattern);
  if (!cost.ok) throw new Fault(at, `Nobody can tell how long this pattern would take: ${cost.fault}.`);
  return cost.tries;
}

function unknownKeyword(keyword: string): string {
  return `A schema here has no keyword ${keyword.slice(0, 40)}; it has ${Object.keys(KEYWORDS).join(", ")}.`;
}

function sum(one: SchemaCost, other: SchemaCost): SchemaCost {
  return {
    steps: one.steps + other.steps,
    looks: one.looks + other.looks,
    comparesItems: one.comparesItems || other.comparesItems,
  };
}

function sumOf(costs: readonly SchemaCost[]): SchemaCost {
  return costs.reduce(sum, FREE);
}

/** How many values there are in a value, itself included. */
export function partsOf(value: unknown): number {
  if (typeof value !== "object" || value === null) return 1;
  return Object.values(value).reduce((parts: number, each) => parts + partsOf(each), 1);
}

function isNames(held: unknown): boolean {
  return Array.isArray(held) && held.every((name) => typeof name === "string");
}

function listOf(held: unknown, at: string): readonly unknown[] {
  if (Array.isArray(held) && held.length > 0) return held;
  throw new Fault(at, "Give a list of schemas.");
}

function recordOf(held: unknown, at: string): Readonly<Record<string, unknown>> {
  if (isRecord(held)) return held;
  throw new Fault(at, "Give schemas, by name.");
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function escaped(name: string): string {
  return name.slice(0, 80).replaceAll("~", "~0").replaceAll("/", "~1");
}
