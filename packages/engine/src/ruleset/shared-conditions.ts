import type { Expression } from "../language/expression.ts";

/** Of a part of a condition: what is shorter as JSON, as an attribute, is written wherever it stands. */
const LEAST_PART_LENGTH = 64;

/** A node of conditions that may be shared: one for all that are equal as JSON. */
interface Part {
  readonly id: number;
  readonly node: object;
  /** Of its JSON. */
  readonly length: number;
  /** The outermost parts inside of it. */
  readonly inside: readonly Part[];
  isCounted: boolean;
  isRepeated: boolean;
  /** Its number, once it is written. */
  at: number | undefined;
}

/**
 * Finds what conditions have in common, and writes it once: first all are read, and counted where they will be written, then written. The
 * work is that of reading each node once, however deep: a part is known by its own fields and the numbers of the parts inside.
 */
export class SharedConditions {
  readonly shared: unknown[] = [];
  readonly #byNode = new Map<object, Part>();
  readonly #byKey = new Map<string, Part>();

  /** The same text for conditions that are equal, and for no others. */
  read(condition: Expression): string {
    return isNode(condition) ? this.#read(condition, []) : JSON.stringify(condition);
  }

  /** Counts a condition that was read, and what is inside; where it was counted before, that will be written with the first. */
  count(condition: Expression): void {
    const part = isNode(condition) ? this.#byNode.get(condition) : undefined;
    if (part) countPart(part);
  }

  /** The number of what occurs more than once, or the condition itself. */
  write(condition: Expression): unknown {
    const part = isNode(condition) ? this.#byNode.get(condition) : undefined;
    return part ? this.#writePart(part) : condition;
  }

  /** What stands for a node in the key of the part around it, among whose parts it is put: its number or, where it is too short, its JSON. */
  #read(node: object, around: Part[]): string {
    const part = this.#byNode.get(node);
    if (part) around.push(part);
    if (part) return numberOf(part);

    const inside: Part[] = [];
    const key = this.#keyOf(node, inside);
    const length = inside.reduce((sum, each) => sum + each.length - numberOf(each).length, key.length);
    if (length < LEAST_PART_LENGTH) return key;
    const made = this.#byKey.get(key) ?? newPart({ id: this.#byKey.size, node, length, inside });
    this.#byKey.set(key, made);
    this.#byNode.set(node, made);
    around.push(made);
    return numberOf(made);
  }

  #keyOf(value: object, inside: Part[]): string {
    const parts: readonly unknown[] = Object.values(value);
    // At once where nothing is inside: most nodes, and the list of 10,000 ids.
    if (!parts.some(isObject)) return JSON.stringify(value);
    const texts = parts.map((part) => this.#textOf(part, inside));
    if (Array.isArray(value)) return `[${texts.join()}]`;
    const fields = Object.keys(value).map((name, at) => `${JSON.stringify(name)}:${texts[at]}`);
    return `{${fields.filter((_, at) => parts[at] !== undefined).join()}}`;
  }

  #textOf(value: unknown, inside: Part[]): string {
    if (!isObject(value)) return JSON.stringify(value);
    return isNode(value) ? this.#read(value, inside) : this.#keyOf(value, inside);
  }

  #writePart(part: Part): unknown {
    if (!part.isRepeated) return this.#writeInside(part);
    part.at ??= this.shared.push(this.#writeInside(part)) - 1;
    return part.at;
  }

  #writeInside({ node, inside }: Part): unknown {
    return inside.length === 0 ? node : this.#withParts(node);
  }

  #withParts(value: object): unknown {
    const write = (inner: unknown) => {
      if (!isObject(inner)) return inner;
      const part = this.#byNode.get(inner);
      return part ? this.#writePart(part) : this.#withParts(inner);
    };
    if (Array.isArray(value)) return value.map(write);
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, write(part)]));
  }
}

function newPart(read: Pick<Part, "id" | "node" | "length" | "inside">): Part {
  return { ...read, isCounted: false, isRepeated: false, at: undefined };
}

function countPart(part: Part): void {
  part.isRepeated ||= part.isCounted;
  if (part.isCounted) return;
  part.isCounted = true;
  for (const inner of part.inside) countPart(inner);
}

/** No JSON has such a text outside of its strings. */
function numberOf({ id }: Part): string {
  return `#${id}`;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/** All objects in a condition but for lists are nodes. */
function isNode(value: unknown): value is object {
  return isObject(value) && !Array.isArray(value);
}
