import { compileIn } from "../expressions/compile-expression.ts";
import { compileNode } from "../expressions/compile-node.ts";
import type { Expression } from "../language/expression.ts";
import { printBeginning } from "../language/printer.ts";
import { Failure } from "../values/failure.ts";
import type { Compiled, Run, Scope } from "../values/run.ts";
import type { ConditionTrace } from "./explanation.ts";
import { failureText } from "./failure-text.ts";
import { operandsOf } from "./operands.ts";
import type { Recorder, Writing } from "./recorder.ts";
import { cut, LONGEST_SHOWN } from "./shown.ts";

/** Kinds whose parts are conditions themselves. */
const COMPOSITES = new Set(["and", "or", "conditional", "macro"]);

/** A condition that notes each part that is asked: the same closures as in an evaluation, with a note around them. */
export function traceCondition(condition: Expression, recorder: Recorder): Compiled {
  const compile = (expression: Expression, scope: Scope): Compiled => {
    const isWhole = !isComposite(expression);
    const ask = isWhole ? compileIn(expression, scope) : compileNode(expression, scope, compile);
    // Made once for a part that a macro asks of each item: its lists may be long.
    const text = once(() => cut(printBeginning(expression, LONGEST_SHOWN + 1)));
    const operands = once(() => compiledOperands(expression, scope));
    return (context, run) => {
      const outer = recorder.condition;
      const trace = begin(text, recorder);
      if (!trace) return ask(context, run);

      recorder.condition = trace;
      const value = ask(context, run);
      recorder.condition = outer;
      Object.assign(trace, outcomeOf(value));
      if (isWhole) Object.assign(trace, seen(operands(), context, run));
      return value;
    };
  };

  function seen(operands: CompiledOperands, context: Parameters<Compiled>[0], run: Run): object {
    const look = (part: Compiled | undefined) =>
      part && recorder.aside(run, (aside) => recorder.show(part(context, aside)));
    const actual = look(operands.actual);
    const expected = look(operands.expected);
    return { ...(actual !== undefined && { actual }), ...(expected !== undefined && { expected }) };
  }

  return compile(condition, []);
}

interface CompiledOperands {
  readonly actual: Compiled | undefined;
  readonly expected: Compiled | undefined;
}

function compiledOperands(expression: Expression, scope: Scope): CompiledOperands {
  const { actual, expected } = operandsOf(expression);
  const compiled = (part: Expression | undefined) => (part === undefined ? part : compileIn(part, scope));
  return { actual: compiled(actual), expected: compiled(expected) };
}

function once<Made>(make: () => Made): () => Made {
  let made: { readonly value: Made } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** `true`, `false`, or why neither. */
function outcomeOf(value: unknown): Pick<ConditionTrace, "outcome" | "reason"> {
  if (typeof value === "boolean") return { outcome: value };
  return value instanceof Failure
    ? { outcome: "unknown", reason: cut(failureText(value)) }
    : { outcome: "value" };
}

function begin(text: () => string, recorder: Recorder): Writing<ConditionTrace> | undefined {
  if (!recorder.take()) return undefined;
  const trace: Writing<ConditionTrace> = { text: text(), outcome: "unknown" };
  const { condition } = recorder;
  if (condition) condition.of = [...(condition.of ?? []), trace];
  return trace;
}

function isComposite(expression: Expression): boolean {
  if (expression === null || typeof expression !== "object") return false;
  return COMPOSITES.has(expression.kind) || (expression.kind === "unary" && expression.op === "!");
}
