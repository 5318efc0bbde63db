import { loadCelSpec } from "./cel-spec/cel-spec-suite.ts";
import { loadMurmur3 } from "./murmur3-suite.ts";
import { loadOperators } from "./operators/operators-suite.ts";
import { loadSemver } from "./semver-suite.ts";
import type { LoadSuite } from "./suite.ts";
import { loadUnleash } from "./unleash/unleash-suite.ts";

/** Every suite by the name of its folder. */
export const suites: readonly (readonly [name: string, load: LoadSuite])[] = [
  ["cel-spec", loadCelSpec],
  ["murmur3", loadMurmur3],
  ["operators", loadOperators],
  ["semver", loadSemver],
  ["unleash-client-specification", loadUnleash],
];
