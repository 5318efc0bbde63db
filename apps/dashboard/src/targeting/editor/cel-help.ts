/** Help while an expression is written: what is wrong with it, what may come next, and what a word means; all by the engine's own checker. */

import {
  type ConditionError,
  type ConditionOptions,
  parseCondition,
  vocabulary,
} from "@burgee/engine/language";
import type {
  Completion,
  CompletionContext,
  CompletionResult,
  CompletionSource,
} from "@codemirror/autocomplete";
import type { Diagnostic } from "@codemirror/lint";
import type { Text } from "@codemirror/state";
import type { Known } from "../conditions/known.ts";

export function diagnosticsOf(document: Text, options: ConditionOptions): readonly Diagnostic[] {
  const text = document.toString();
  if (text.trim() === "")
    return [{ from: 0, to: 0, severity: "error", message: "Write a condition, such as region == 'IN'." }];
  const parsed = parseCondition(text, options);
  if (!parsed.ok) return [diagnostic(document, parsed.error, "error")];
  return parsed.warnings.map((warning) => diagnostic(document, warning, "warning"));
}

function diagnostic(
  document: Text,
  { line, column, message, expected }: ConditionError,
  severity: Diagnostic["severity"],
): Diagnostic {
  const { from: start, to: end } = document.line(Math.min(line, document.lines));
  const from = Math.min(start + column - 1, end);
  const word = /^\w+|^\S/.exec(document.sliceString(from, end))?.[0].length ?? 0;
  const hint = expected === undefined || message.includes(expected) ? "" : ` Expected ${expected}.`;
  return { from, to: from + word, severity, message: `${message}${hint}` };
}

export function completionsFrom(known: Known): CompletionSource {
  const attributes = known.attributes.map(
    ({ name, type, description }): Completion => ({
      label: name,
      type: "variable",
      detail: type,
      ...(description !== "" && { info: description }),
    }),
  );
  const globals = vocabulary.filter(({ style }) => style === "global").map(completionOf);
  const methods = vocabulary.filter(({ style }) => style === "method").map(completionOf);
  return (context: CompletionContext): CompletionResult | null => {
    const inSegment = context.matchBefore(/segment\(\s*['"][^'"]*/);
    if (inSegment) {
      const from =
        inSegment.from + Math.max(inSegment.text.lastIndexOf("'"), inSegment.text.lastIndexOf('"')) + 1;
      return { from, options: known.segments.map((key): Completion => ({ label: key, type: "constant" })) };
    }
    if (context.matchBefore(/(['"])[^'"]*/)?.text.length === 1) return null;
    const method = context.matchBefore(/\.\w*/);
    if (method) return { from: method.from + 1, options: methods, validFor: /^\w*$/ };
    const word = context.matchBefore(/[A-Za-z_]\w*/);
    if (!word && !context.explicit) return null;
    return {
      from: word?.from ?? context.pos,
      options: [...attributes, ...globals, ...LITERALS],
      validFor: /^\w*$/,
    };
  };
}

const LITERALS: readonly Completion[] = ["true", "false", "in"].map((label) => ({ label, type: "keyword" }));

function completionOf({ name, usage, result }: (typeof vocabulary)[number]): Completion {
  const isCall = usage.includes("(");
  return {
    label: name,
    type: isCall ? "function" : "keyword",
    detail: result,
    info: usage,
    apply: isCall ? `${name}(` : name,
  };
}

/** What a word means; undefined for one that nobody declared. */
export function meaningOf(word: string, known: Known): string | undefined {
  const attribute = known.attributes.find(({ name }) => name === word);
  if (attribute)
    return `${word}: ${attribute.type}${attribute.description === "" ? "" : `. ${attribute.description}`}`;
  if (known.segments.includes(word)) return `${word}: a segment of this project`;
  const called = vocabulary.find(({ name }) => name === word);
  return called && `${called.usage}: ${called.result}`;
}
