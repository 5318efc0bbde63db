import { readValue, UnsupportedValue } from "./proto-value.ts";
import type { SimpleTest } from "./simple-tests.ts";
import type { TextMessage } from "./text-format.ts";

/** Why a test asks for more than the language has, by what stands in it; `undefined` where it must pass. */
export function whyExcluded(test: SimpleTest): string | undefined {
  const code = withoutStrings(test.expression);
  return RULES.find(([, applies]) => applies(test, code))?.[0];
}

type Rule = readonly [reason: string, applies: (test: SimpleTest, code: string) => boolean];

const RULES: readonly Rule[] = [
  [
    "enums: the language has none",
    (test, code) => /\b(GlobalEnum|NestedEnum|NullValue)\b/.test(code) || holds(test, "enum_value"),
  ],
  ["protobuf messages: the language has none", (test, code) => asksForMessages(test, code)],
  ["optional values: an extension that the language lacks", (_, code) => OPTIONALS.test(code)],
  ["cel.bind and cel.@block: an extension that the language lacks", (_, code) => /\bcel\.(@?\w)/.test(code)],
  [
    "comprehensions of two variables: an extension that the language lacks",
    (_, code) => TWO_VARIABLES.test(code),
  ],
  ["math: an extension that the language lacks", (_, code) => /\bmath\./.test(code)],
  ["base64: an extension that the language lacks", (_, code) => /\bbase64\./.test(code)],
  [
    "ip and cidr as types: an extension that the language lacks; it has cidr(ip, block)",
    (_, code) => NETWORK.test(code),
  ],
  ["strings: a function of the extension that the language lacks", (_, code) => STRINGS.test(code)],
  [
    "functions that a host declares: the language has a fixed set",
    (test) => test.declarations.some(isFunction),
  ],
  ["the deduced type alone: the checker keeps it to itself", (test) => test.isCheckOnly],
  ["unknown values: an attribute is known or missing", (test) => test.expected.kind === "unknown"],
  ["macros switched off: they are part of the language", (test) => test.isWithoutMacros],
  ["containers: names are attributes, and resolved in no namespace", isNamespaced],
  ["% of doubles has a meaning: the numbers of a context are doubles", asksModuloToFail],
  [
    "a bare name is an attribute: it denotes a type only beside one",
    (_, code) => BARE_TYPE.test(code.trim()),
  ],
];

const OPTIONALS =
  /\.\s*\?|\[\s*\?|[{,]\s*\?\s*[\w'"]|\boptional(\.|_type\b)|\.(orValue|or|optMap|optFlatMap|hasValue)\(/;
const TWO_VARIABLES = /\.(existsOne|transform\w+)\(|\.(all|exists|exists_one)\(\s*\w+\s*,\s*\w+\s*,/;
const NETWORK = /\b(ip|isIP|cidr)\(|\b(ip|net)\.\w/;
const STRINGS = /\.(format|reverse)\(|\bstrings\.quote\(/;
const BARE_TYPE = /^(bool|int|uint|double|string|bytes|list|map|null_type|type)$/;
const MESSAGES =
  /\bTestAllTypes\b|\bNestedTestAllTypes\b|\bproto\.\w+\(|\bgoogle\.protobuf\.(?!Timestamp\b|Duration\b)|\b(?!in\b)[A-Za-z_]\w*\s*\{/;

function asksForMessages(test: SimpleTest, code: string): boolean {
  if (MESSAGES.test(code) || test.declarations.some(ofMessages)) return true;
  const { expected } = test;
  const values = [...test.bindings.values()].map((bound) => bound.message("value"));
  if (expected.kind === "value") values.push(expected.value);
  return values.some((value) => value !== undefined && !isSupported(value));
}

function isSupported(value: TextMessage): boolean {
  try {
    readValue(value);
    return true;
  } catch (error) {
    if (error instanceof UnsupportedValue) return false;
    throw error;
  }
}

function ofMessages(declaration: TextMessage): boolean {
  const type = declaration.message("ident")?.message("type");
  return type !== undefined && /message_type|wrapper/.test(type.names.join());
}

function asksModuloToFail({ expected }: SimpleTest, code: string): boolean {
  return expected.kind === "error" && /\d\.\d+\s*%\s*\d+\.\d/.test(code);
}

function isFunction(declaration: TextMessage): boolean {
  return declaration.names.includes("function");
}

function holds({ expected }: SimpleTest, field: string): boolean {
  return expected.kind === "value" && expected.value?.names.includes(field) === true;
}

function isNamespaced({ container, bindings }: SimpleTest): boolean {
  return container !== "" || [...bindings.keys()].some((name) => name.includes("."));
}

const STRING_LITERAL =
  /[rRbB]{0,2}("""[\s\S]*?"""|'''[\s\S]*?'''|"(?:[^"\\\n]|\\[\s\S])*"|'(?:[^'\\\n]|\\[\s\S])*')/g;

/** The expression with its strings emptied: what is said in them is no code. */
function withoutStrings(expression: string): string {
  return expression.replace(STRING_LITERAL, "''");
}
