import { asFailure } from "../expressions/logic.ts";
import { weigh } from "../expressions/weigh.ts";
import { EVALUATION_LIMITS } from "../limits.ts";
import type { RulesetSegment } from "../ruleset/ruleset.ts";
import { Failure } from "../values/failure.ts";
import { BUDGET_EXCEEDED, type Compiled } from "../values/run.ts";
import type { Compiler } from "./compiler.ts";
import { textReader } from "./text-reader.ts";

/**
 * A segment's test: `!(id in exclude) && (id in include || condition)`, without the lists that are empty, errors absorbed as
 * CEL has it. As a toggle's closures, it holds nothing of the ruleset around it.
 */
export function compileSegment(segment: RulesetSegment, { compile }: Pick<Compiler, "compile">): Compiled {
  const { condition, stickiness = "userId" } = segment;
  const read = textReader(stickiness);
  const include = new Set<unknown>(segment.include);
  const exclude = new Set<unknown>(segment.exclude);
  const isListed = include.size + exclude.size > 0;
  const test = compile(condition ?? false);
  const units = EVALUATION_LIMITS.entryUnits + weigh(condition);
  const unknown = new Failure("no_id", stickiness);

  return (context, run) => {
    if (run.segmentDepth === EVALUATION_LIMITS.segmentDepth) return TOO_DEEP;
    if (!run.spend(units)) return BUDGET_EXCEEDED;

    const id = isListed ? read(context, run) : undefined;
    if (typeof id === "object") return id;
    if (exclude.has(id)) return false;
    if (include.has(id)) return true;

    run.segmentDepth++;
    const met = test(context, run);
    run.segmentDepth--;
    if (id === undefined && (met === true ? exclude : include).size > 0) return unknown;
    return typeof met === "boolean" ? met : asFailure("segment", met);
  };
}

const TOO_DEEP = new Failure("too_deep");
