import { compileIn } from "../expressions/compile-expression.ts";
import { compileNode } from "../expressions/compile-node.ts";
import type { Expression } from "../language/expression.ts";
import { printBeginning } from "../language/printer.ts";
import { Failure } from "../values/failure.ts";
import type { Compile, Compiled, Run, Scope } from "../values/run.ts";
import type { ConditionTrace } from "./explanation.ts";
import { failureText } from "./failure-text.ts";
import { operandsOf } from "./operands.ts";
import type { Recorder, Writing } from "./recorder.ts";
import { cut, LONGEST_SHOWN } from "./shown.ts";

/** Kinds whose parts are conditions themselves. */
const COMPOSITES = new Set(["and", "or", "conditional", "macro"]);

/** A condition that notes each part that is asked: the same closures as in an evaluation, with a note around them. */
export function traceCondition(condition: Expression, recorder: Recorder): Compiled {
  /** Of `true` and the like, of which a condition may have thousands. */
  const constants = new Map<Expression, Compiled>();
  const compile = (expression: Expression, scope: Scope): Compiled => {
    if (typeof expression === "object" && expression !== null) return traced(expression, scope);
    const known = constants.get(expression) ?? traced(expression, scope);
    constants.set(expression, known);
    return known;
  };

  /** Made when it is asked: with notes while there is room for them, and then as in an evaluation. */
  function traced(expression: Expression, scope: Scope): Compiled {
    let noted: Noted | undefined;
    let plain: Compiled | undefined;
    return (context, run) => {
      if (!recorder.take()) {
        plain ??= compileIn(expression, scope);
        return plain(context, run);
      }
      noted ??= notedPart(expression, scope, compile);
      const outer = recorder.condition;
      const trace = begin(noted.text, outer);
      recorder.condition = trace;
      const value = noted.ask(context, run);
      recorder.condition = outer;
      Object.assign(trace, outcomeOf(value));
      if (noted.operands) Object.assign(trace, seen(noted.operands, context, run));
      return value;
    };
  }

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

/** A part of a condition, and what is shown of it. */
interface Noted {
  readonly ask: Compiled;
  readonly text: string;
  /** Of a part that has no conditions for its parts. */
  readonly operands: CompiledOperands | undefined;
}

function notedPart(expression: Expression, scope: Scope, compile: Compile): Noted {
  const isWhole = !isComposite(expression);
  return {
    ask: isWhole ? compileIn(expression, scope) : compileNode(expression, scope, compile),
    text: cut(printBeginning(expression, LONGEST_SHOWN + 1)),
    operands: isWhole ? compiledOperands(expression, scope) : undefined,
  };
}

function compiledOperands(expression: Expression, scope: Scope): CompiledOperands {
  const { actual, expected } = operandsOf(expression);
  const compiled = (part: Expression | undefined) => (part === undefined ? part : compileIn(part, scope));
  return { actual: compiled(actual), expected: compiled(expected) };
}

/** `true`, `false`, or why neither. */
function outcomeOf(value: unknown): Pick<ConditionTrace, "outcome" | "reason"> {
  if (typeof value === "boolean") return { outcome: value };
  return value instanceof Failure
    ? { outcome: "unknown", reason: cut(failureText(value)) }
    : { outcome: "value" };
}

function begin(text: string, around: Writing<ConditionTrace> | undefined): Writing<ConditionTrace> {
  const trace: Writing<ConditionTrace> = { text, outcome: "unknown" };
  if (around) around.of = [...(around.of ?? []), trace];
  return trace;
}

function isComposite(expression: Expression): boolean {
  if (expression === null || typeof expression !== "object") return false;
  return COMPOSITES.has(expression.kind) || (expression.kind === "unary" && expression.op === "!");
}
