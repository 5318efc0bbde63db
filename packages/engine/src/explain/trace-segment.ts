import { stickinessText } from "../bucketing/stickiness.ts";
import { compileSegment } from "../evaluation/compile-segment.ts";
import { attributeReader } from "../evaluation/context.ts";
import type { ListReference, RulesetSegment } from "../ruleset/ruleset.ts";
import { Failure } from "../values/failure.ts";
import type { Compiled, FindList } from "../values/run.ts";
import type { ConditionTrace, ListTrace, SegmentTrace } from "./explanation.ts";
import { failureText } from "./failure-text.ts";
import type { Recorder, Writing } from "./recorder.ts";
import { cut } from "./shown.ts";
import { traceCondition } from "./trace-condition.ts";

/** A segment that notes what it looked up and what its condition saw. */
export function traceSegment(segment: RulesetSegment, recorder: Recorder): Compiled {
  const ask = compileSegment(segment, { compile: (condition) => traceCondition(condition, recorder) });
  const stickiness = segment.stickiness ?? "userId";
  const read = attributeReader(stickiness);

  return (context, run) => {
    const asker = recorder.condition;
    if (!asker || !recorder.take()) return ask(context, run);

    const conditions: Writing<ConditionTrace> = { text: "", outcome: "unknown" };
    recorder.condition = conditions;
    const value = ask(context, run);
    recorder.condition = asker;

    const id = recorder.aside(run, (aside) => stickinessText(read(context, aside)));
    const include = lookedUp(segment.include, segment.includeList, id, run.surroundings.list);
    const exclude = lookedUp(segment.exclude, segment.excludeList, id, run.surroundings.list);
    const [condition] = segment.condition === null ? [] : (conditions.of ?? []);
    asker.segment = {
      segment: segment.key,
      stickiness,
      ...(id !== undefined && { id: cut(id) }),
      isIncluded: include.isListed,
      isExcluded: exclude.isListed,
      ...(include.list && { includeList: include.list }),
      ...(exclude.list && { excludeList: exclude.list }),
      ...outcomeOfSegment(value),
      ...(condition && { condition }),
    };
    return value;
  };
}

function lookedUp(
  ids: readonly string[],
  reference: ListReference | undefined,
  id: string | undefined,
  find: FindList | undefined,
): { readonly isListed: boolean; readonly list?: ListTrace } {
  const isInline = id !== undefined && ids.includes(id);
  if (!reference) return { isListed: isInline };
  const found = find?.(reference.hash);
  const outcome = found && id !== undefined ? found.has(id) : "unknown";
  const { hash, count } = reference;
  return { isListed: isInline || outcome === true, list: { hash, count, outcome } };
}

function outcomeOfSegment(value: unknown): Pick<SegmentTrace, "outcome" | "reason"> {
  if (value instanceof Failure) return { outcome: "unknown", reason: cut(failureText(value)) };
  return { outcome: value === true };
}
