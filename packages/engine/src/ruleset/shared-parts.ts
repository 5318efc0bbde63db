import { READ_LIMITS } from "../limits.ts";
import type { Needs } from "./needs.ts";
import { expected, type Fields, type Problem, problem } from "./problem.ts";

/** What holds something that may be shared: a node, a list of parts, a rule, all toggles. */
export type Holder = Record<string | number, unknown>;

/** What toggles have in common: all but key, version and revision, and where `needsSalt` the rollout's salt. */
interface SharedToggle {
  readonly body: Fields;
  readonly rollout: Fields | undefined;
  readonly needsSalt: boolean;
  /** Of its JSON in full. */
  readonly length: number;
}

interface SharedPart {
  readonly tree: unknown;
  readonly nodes: number;
  readonly depth: number;
  /** Of its JSON in full. */
  readonly length: number;
}

/** What a ruleset writes once, and the bounds of the condition that is being checked. */
export class SharedParts {
  readonly toggles: SharedToggle[] = [];
  /** What the conditions need that were checked so far. */
  readonly needs: Needs = { matches: false, library: false };
  /** Of all that was put in the place of a number so far. */
  putLength = 0;
  readonly #parts: SharedPart[] = [];
  #nodesLeft = 0;
  #depth = 0;

  /** Begins another condition. */
  begin(): void {
    this.#nodesLeft = READ_LIMITS.conditionNodes;
    this.#depth = 0;
  }

  /** Keeps the condition that was begun last as a part that others may share. */
  keep(tree: unknown, length: number): void {
    const nodes = READ_LIMITS.conditionNodes - this.#nodesLeft;
    this.#parts.push({ tree, nodes, depth: this.#depth, length });
  }

  /** To be called before a shared part is checked; what it gives says after it how long that part is with what was put into it. */
  measure(json: unknown): () => number {
    const without = textLength(json) - this.putLength;
    return () => without + this.putLength;
  }

  checkPutLength(): Problem | undefined {
    return this.putLength > READ_LIMITS.putLength
      ? problem(`what is shared has, in all its places, more than ${READ_LIMITS.putLength} characters`)
      : undefined;
  }

  /** Counts nodes, inside so many others. */
  take(nodes: number, depth: number): Problem | undefined {
    if (depth > READ_LIMITS.conditionDepth)
      return problem(`is nested deeper than ${READ_LIMITS.conditionDepth}`);
    if (depth > this.#depth) this.#depth = depth;
    this.#nodesLeft -= nodes;
    return this.#nodesLeft < 0
      ? problem(`the condition has more than ${READ_LIMITS.conditionNodes} nodes`)
      : undefined;
  }

  /** Puts a part of a condition in the place of its number, and counts it as if it stood there; inside of so many nodes. */
  putPart(holder: Holder, name: string | number, at: number, outside: number): Problem | undefined {
    const part = this.#parts[at];
    if (!part) return expected("a part of a condition", at);
    this.putLength += part.length;
    return (
      this.take(part.nodes, outside + part.depth) ?? this.checkPutLength() ?? put(holder, name, part.tree)
    );
  }
}

/** Puts what is shared in the place of its number. */
function put(holder: Holder, name: string | number, value: unknown): Problem | undefined {
  try {
    holder[name] = value;
    return undefined;
  } catch {
    return problem("names what is shared, and is frozen");
  }
}

/** Of JSON as text; without end where it is none. */
function textLength(json: unknown): number {
  try {
    return JSON.stringify(json).length;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
