import { library } from "../src/library/index.ts";
import { Run } from "../src/values/run.ts";

/** A run whose conditions may be made of all that the language has, but `matches`. */
export function wholeRun(): Run {
  const run = new Run();
  run.begin({ ...run.surroundings, library });
  return run;
}
