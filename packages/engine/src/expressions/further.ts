import type { Compiled, Library } from "../values/run.ts";

/** What the library of an evaluation makes of a node, made when it is first asked; `otherwise` without a library, or where it lacks it. */
export function further(make: (library: Library) => Compiled | undefined, otherwise: Compiled): Compiled {
  let known: Library | undefined;
  let made = otherwise;
  return (context, run) => {
    const { library } = run.surroundings;
    if (library !== known) {
      known = library;
      made = (library && make(library)) ?? otherwise;
    }
    return made(context, run);
  };
}
