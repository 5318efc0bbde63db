import type { Compiled, Surroundings } from "../values/run.ts";

/**
 * What a part that surrounds an evaluation makes of a node, made when it is first asked; `otherwise` without that part, or where it
 * lacks the node.
 */
export function further<Part>(
  of: (around: Surroundings) => Part | undefined,
  make: (part: Part) => Compiled | undefined,
  otherwise: Compiled,
): Compiled {
  let known: Part | undefined;
  let made = otherwise;
  return (context, run) => {
    const part = of(run.surroundings);
    if (part !== known) {
      known = part;
      made = (part && make(part)) ?? otherwise;
    }
    return made(context, run);
  };
}
