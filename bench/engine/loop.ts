import { CONTEXTS } from "./toggles.ts";

/** Calls a side so many times, over all contexts in turn, and says how many answered yes. */
export type Loop = (calls: number) => number | Promise<number>;

/**
 * A loop of its own for each side, compiled from its own text: one loop for all would see many kinds of callee and charge
 * each side for the others.
 */
export function loopOf<Context>(
  name: string,
  isOn: (context: Context) => boolean | Promise<boolean>,
  contexts: readonly Context[],
): Loop {
  const [first] = contexts;
  if (first === undefined) throw new Error("no contexts");
  const isAsync = isOn(first) instanceof Promise;
  const make = new Function(
    "isOn",
    "contexts",
    `// ${name}
    return ${isAsync ? "async " : ""}(calls) => {
      let count = 0;
      for (let index = 0; index < calls; index++) {
        if (${isAsync ? "await " : ""}isOn(contexts[index & ${CONTEXTS - 1}])) count++;
      }
      return count;
    };`,
  );
  return make(isOn, contexts);
}
