import { asFailure } from "../expressions/logic.ts";
import { weigh } from "../expressions/weigh.ts";
import { EVALUATION_LIMITS } from "../limits.ts";
import type { ListReference, RulesetSegment } from "../ruleset/ruleset.ts";
import { Failure } from "../values/failure.ts";
import { BUDGET_EXCEEDED, type Compiled, type Run } from "../values/run.ts";
import type { Compiler } from "./compiler.ts";
import { textReader } from "./text-reader.ts";

/**
 * A segment's test: `!(id in exclude) && (id in include || condition)`, without the lists that are empty, errors absorbed as
 * CEL has it. As a toggle's closures, it holds nothing of the ruleset around it.
 */
export function compileSegment(segment: RulesetSegment, { compile }: Pick<Compiler, "compile">): Compiled {
  const { condition, stickiness = "userId" } = segment;
  const read = textReader(stickiness);
  const unknown = new Failure("no_id", stickiness);
  const included = membership(segment.include, segment.includeList, unknown);
  const excluded = membership(segment.exclude, segment.excludeList, unknown);
  const test = compile(condition ?? false);
  const units = EVALUATION_LIMITS.entryUnits + weigh(condition);

  return (context, run) => {
    if (run.segmentDepth >= EVALUATION_LIMITS.segmentDepth) return TOO_DEEP;
    if (!run.spend(units)) return BUDGET_EXCEEDED;

    const id = (included ?? excluded) ? read(context, run) : undefined;
    if (typeof id === "object") return id;
    const isExcluded = excluded ? excluded(id, run) : false;
    if (isExcluded === true) return false;
    const isIncluded = included ? included(id, run) : false;
    if (isIncluded === true) return isExcluded || isIncluded;

    run.segmentDepth++;
    const met = test(context, run);
    run.segmentDepth--;
    const open = met === true ? isExcluded : isIncluded;
    if (open) return open;
    return typeof met === "boolean" ? met : asFailure("segment", met);
  };
}

type Membership = (id: string | undefined, run: Run) => boolean | Failure;

/** Whether an id is in a list or in what it goes on in; `undefined` for an empty list. */
function membership(
  ids: readonly string[],
  list: ListReference | undefined,
  unknown: Failure,
): Membership | undefined {
  const listed = new Set(ids);
  if (!list) return listed.size > 0 ? (id) => (id === undefined ? unknown : listed.has(id)) : undefined;

  const { hash } = list;
  const missing = new Failure("no_list", hash);
  return (id, run) => {
    if (id === undefined) return unknown;
    if (listed.has(id)) return true;
    if (!run.spendText(id.length)) return BUDGET_EXCEEDED;
    const found = run.surroundings.list?.(hash);
    if (found) return found.has(id);
    run.missingList ??= hash;
    return missing;
  };
}

const TOO_DEEP = new Failure("too_deep");
