import { WRITE_LIMITS } from "../limits.ts";
import type { Operand } from "./operand.ts";
import { Refusal } from "./refusal.ts";

/** Counts the nodes of one condition. */
export class NodeCounter {
  #count = 0;

  /** The depth of a node with these parts. @throws {Refusal} where it is one too many, or too deep */
  add(start: number, parts: readonly Operand[]): number {
    this.#count++;
    if (this.#count > WRITE_LIMITS.conditionNodes) {
      throw new Refusal(start, `A condition has at most ${WRITE_LIMITS.conditionNodes} parts.`);
    }
    const depth = 1 + parts.reduce((deepest, part) => Math.max(deepest, part.depth), 0);
    if (depth > WRITE_LIMITS.conditionDepth) throw tooDeep(start);
    return depth;
  }
}

export function tooDeep(start: number): Refusal {
  return new Refusal(start, `A condition is nested at most ${WRITE_LIMITS.conditionDepth} deep.`);
}

/** @throws {Refusal} at the first that is too many */
export function checkCount(parts: readonly Operand[], what: string): void {
  const excess = parts[WRITE_LIMITS.listItems];
  if (excess) throw tooMany(what, parts.length, excess.start);
}

export function tooMany(what: string, found: number, start: number): Refusal {
  const most = `at most ${WRITE_LIMITS.listItems} ${what}`;
  return new Refusal(start, `There are more than ${WRITE_LIMITS.listItems} ${what}.`, `${found}`, most);
}
