import { parseTextFormat, type TextMessage } from "./text-format.ts";

/** One test of cel-spec. Source: proto/cel/expr/conformance/test/simple.proto of google/cel-spec. */
export interface SimpleTest {
  /** File, section and name. */
  readonly name: string;
  readonly expression: string;
  readonly isUnchecked: boolean;
  readonly isCheckOnly: boolean;
  readonly isWithoutMacros: boolean;
  readonly container: string;
  readonly locale: string;
  /** cel.expr.Decl each. */
  readonly declarations: readonly TextMessage[];
  /** cel.expr.ExprValue by name. */
  readonly bindings: ReadonlyMap<string, TextMessage>;
  readonly expected: Expected;
}

export type Expected =
  /** `undefined` stands for true. */
  | { readonly kind: "value"; readonly value: TextMessage | undefined }
  | { readonly kind: "error" | "unknown" };

/** The tests of a file that holds a `SimpleTestFile` in text format. @throws {Error} that says where the file is no such */
export function parseSimpleTests(text: string): readonly SimpleTest[] {
  const file = parseTextFormat(text);
  return file.messages("section").flatMap((section) => {
    const prefix = `${file.text("name")}/${section.text("name")}`;
    return section.messages("test").map((test) => simpleTest(`${prefix}/${test.text("name")}`, test));
  });
}

function simpleTest(name: string, test: TextMessage): SimpleTest {
  return {
    name,
    expression: test.text("expr") ?? "",
    isUnchecked: test.word("disable_check") === "true",
    isCheckOnly: test.word("check_only") === "true",
    isWithoutMacros: test.word("disable_macros") === "true",
    container: test.text("container") ?? "",
    locale: test.text("locale") ?? "",
    declarations: test.messages("type_env"),
    bindings: new Map(test.messages("bindings").map(binding)),
    expected: expectedOf(test),
  };
}

function binding(entry: TextMessage): [string, TextMessage] {
  const value = entry.message("value");
  if (!value) throw new Error(`the binding of '${entry.text("key")}' has no value`);
  return [entry.text("key") ?? "", value];
}

function expectedOf(test: TextMessage): Expected {
  const value = test.message("value") ?? test.message("typed_result")?.message("result");
  if (value) return { kind: "value", value };
  if (test.names.includes("eval_error") || test.names.includes("any_eval_errors")) return { kind: "error" };
  if (test.names.includes("unknown") || test.names.includes("any_unknowns")) return { kind: "unknown" };
  return { kind: "value", value: undefined };
}
