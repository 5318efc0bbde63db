import { findText } from "./conformance-folder.ts";
import { evaluateText } from "./evaluate-text.ts";
import type { Case, Exclusion, Suite } from "./suite.ts";

type Comparison = readonly [
  greater: string,
  lesser: string,
  options?: boolean | { readonly loose?: boolean },
];
type Valid = readonly [
  text: string,
  major: number,
  minor: number,
  patch: number,
  prerelease: readonly (string | number)[],
  build: readonly (string | number)[],
];

/** node-semver's own examples of what a version is, and which is the greater. */
export function loadSemver(folder: string): Suite | undefined {
  const comparisons = findText(folder, "semver", "comparisons.json");
  const valid = findText(folder, "semver", "valid-versions.json");
  if (comparisons === undefined && valid === undefined) return undefined;

  const examples = [
    ...parsed<Comparison>(comparisons).map(comparisonOf),
    ...parsed<Valid>(valid).map(validOf),
  ];
  return {
    cases: examples.filter((example) => "run" in example),
    exclusions: examples.filter((example) => "reason" in example),
  };
}

function parsed<Row>(text: string | undefined): readonly Row[] {
  return text === undefined ? [] : JSON.parse(text);
}

function comparisonOf([greater, lesser, options]: Comparison): Case | Exclusion {
  const isLoose = options === true || (typeof options === "object" && options.loose === true);
  const name = `${greater} > ${lesser}${isLoose ? ", loosely" : ""}`;
  const reason = notSemVer([greater, lesser]);
  if (reason !== undefined) return { name, reason };
  return {
    name,
    run: () =>
      wrongWith("semver(a) > semver(b) && semver(b) < semver(a) && semver(a) == semver(a)", greater, lesser),
  };
}

function validOf([text, major, minor, patch, prerelease]: Valid): Case | Exclusion {
  const name = `reads ${text}`;
  const reason = notSemVer([text]);
  if (reason !== undefined) return { name, reason };
  return {
    name,
    run: () => {
      const core = [major, minor, patch].join(".");
      const tail = prerelease.length === 0 ? "" : `-${prerelease.join(".")}`;
      return wrongWith("semver(a) == semver(b)", text, `${core}${tail}`);
    },
  };
}

function wrongWith(condition: string, a: string, b: string): string | undefined {
  const outcome = evaluateText(condition, { a, b }, { checked: true });
  if (outcome.kind !== "value") return outcome.message;
  return outcome.value === true ? undefined : `${condition} does not hold for ${a} and ${b}`;
}

/** What node-semver takes beyond SemVer 2.0.0. */
function notSemVer(texts: readonly string[]): string | undefined {
  if (texts.some((text) => /^[\s=]*v/.test(text))) return "a leading v is refused: SemVer 2.0.0 has none";
  if (texts.some((text) => /^[\s=]/.test(text)))
    return "a leading = or space is refused: SemVer 2.0.0 has none";
  if (texts.some((text) => /^\d+\.\d+\.\d+[A-Za-z]/.test(text)))
    return "a prerelease without its hyphen is refused: SemVer 2.0.0 demands it";
  return undefined;
}
