import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { evaluateText, type Outcome } from "../evaluate-text.ts";
import type { Case, Suite } from "../suite.ts";
import { celText } from "./cel-text.ts";
import { whyExcluded } from "./exclusions.ts";
import { readValue, spell } from "./proto-value.ts";
import { type Expected, parseSimpleTests, type SimpleTest } from "./simple-tests.ts";
import { spellAnswer } from "./spell-answer.ts";

/** The conformance tests of google/cel-spec: every `.textproto` of the folder. */
export function loadCelSpec(folder: string): Suite | undefined {
  const files = join(folder, "cel-spec");
  if (!existsSync(files)) return undefined;

  const cases: Case[] = [];
  const exclusions = [];
  for (const file of readdirSync(files).sort()) {
    if (!file.endsWith(".textproto")) continue;
    for (const test of parseSimpleTests(readFileSync(join(files, file), "utf8"))) {
      const reason = whyExcluded(test);
      if (reason === undefined) cases.push({ name: test.name, run: () => whatWentWrong(test) });
      else exclusions.push({ name: test.name, reason });
    }
  }
  return { cases, exclusions };
}

function whatWentWrong(test: SimpleTest): string | undefined {
  const { expression, expected, isUnchecked } = test;
  const context = contextOf(test);
  if (typeof context === "string") return context;
  const got = shown(
    evaluateText(expression, context, { checked: !isUnchecked && expected.kind === "value" }),
  );
  const wanted = wantedBy(expected);
  const holds = expected.kind === "value" ? got === wanted : /^(failure|refused) /.test(got);
  return holds ? undefined : `${expression}: expected ${wanted}; got ${got}`;
}

/** An error is due of the evaluation itself, so that no checker stands before it. */
function wantedBy(expected: Expected): string {
  if (expected.kind !== "value") return "an error";
  return expected.value ? spell(readValue(expected.value)) : "true";
}

function shown(outcome: Outcome): string {
  return outcome.kind === "value" ? spellAnswer(outcome.value) : `${outcome.kind} (${outcome.message})`;
}

/** The bindings as attributes, or why one of them can't be. */
function contextOf({ bindings }: SimpleTest): Readonly<Record<string, unknown>> | string {
  const context: Record<string, unknown> = {};
  for (const [name, bound] of bindings) {
    const value = bound.message("value");
    if (!value) return `'${name}' is bound to no value`;
    const text = celText(readValue(value));
    const outcome = evaluateText(text, {}, { checked: false });
    if (outcome.kind !== "value") return `'${name}' can't be bound to ${text}: ${outcome.message}`;
    context[name] = outcome.value;
  }
  return context;
}
