import { fromContext } from "./scalar.ts";

/** The item at an index; `undefined` where there is none. */
export function itemAt(list: readonly unknown[], index: number): unknown {
  return fromContext(list[index]);
}
