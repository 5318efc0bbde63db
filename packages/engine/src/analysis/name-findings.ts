import { own } from "../evaluation/context.ts";
import type { Expression } from "../language/expression.ts";
import type { Spelling } from "../language/spelling.ts";
import type { Attributes, RulesetSegment, Serve } from "../ruleset/ruleset.ts";
import { someNode } from "../ruleset/some-node.ts";
import type { Finding, Place } from "./finding.ts";

/** What is declared of contexts, and for all conditions together what others may be misspellings of. */
export interface Declared {
  readonly attributes: Attributes;
  readonly spelling: Spelling;
}

interface Known {
  readonly declared: Declared | undefined;
  readonly segments: Readonly<Record<string, RulesetSegment>>;
}

/** What a condition and what it serves name that is not there: attributes that nobody declared, segments. */
export function nameFindings(
  condition: Expression | null,
  serve: Serve | undefined,
  place: Place,
  { declared, segments }: Known,
): readonly Finding[] {
  const names = { attributes: new Set<string>(), segments: new Set<string>() };
  someNode(condition, (node) => {
    if (node.kind === "attribute") names.attributes.add(node.name);
    if (node.kind === "segment") names.segments.add(node.key);
    return false;
  });
  if (serve && "stickiness" in serve) names.attributes.add(serve.stickiness);
  const missing = [...names.segments]
    .filter((key) => !own(segments, key))
    .map((key) => missingSegment(key, place));
  return declared ? [...missing, ...undeclared([...names.attributes], declared, place)] : missing;
}

function missingSegment(key: string, place: Place): Finding {
  const message = `There is no segment '${key}': asking for it is an error, and no match.`;
  return {
    code: "missing_segment",
    verdict: "proved",
    place: { ...place, part: `segment('${key}')` },
    message,
  };
}

/** A context may hold it all the same. */
function undeclared(
  names: readonly string[],
  { attributes, spelling }: Declared,
  place: Place,
): readonly Finding[] {
  return names
    .filter((name) => !Object.hasOwn(attributes, name) && name !== "userId" && name !== "targetingKey")
    .map((name) => {
      const near = spelling.attribute(name);
      const hint = near === undefined ? "" : ` Did you mean '${near}'?`;
      const message = `No attribute '${name}' is declared.${hint}`;
      return { code: "undeclared_attribute", verdict: "possible", place: { ...place, part: name }, message };
    });
}
