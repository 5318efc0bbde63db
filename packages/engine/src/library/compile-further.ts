import { bucketer } from "../bucketing/bucket.ts";
import { stickinessText } from "../bucketing/stickiness.ts";
import { apply, constant } from "../expressions/apply.ts";
import { compileList, compileMap } from "../expressions/lists-and-maps.ts";
import { asFailure } from "../expressions/logic.ts";
import { compileMacro, compileVariable } from "../expressions/macro.ts";
import type { Call, Expression, ExpressionNode } from "../language/expression.ts";
import type { Compile, Scope } from "../values/run.ts";
import { BUDGET_EXCEEDED, type Compiled, Run } from "../values/run.ts";
import { TypeValue, Uint } from "../values/scalar.ts";
import { noOverload, numberOf } from "../values/value-type.ts";
import { prices } from "./prices.ts";

/** Compiles a node of a kind that not every evaluation has; `undefined` for one that this release lacks. */
export function compileFurther(node: ExpressionNode, scope: Scope, compile: Compile): Compiled | undefined {
  const made = compileTagged(node, scope, compile);
  return made && isFixed(node) ? once(made) : made;
}

/** A list, a map or a function of nothing but constants. */
function isFixed(node: ExpressionNode): boolean {
  const { kind } = node;
  if (kind !== "list" && kind !== "map" && (kind !== "call" || node.target !== undefined)) return false;
  return Object.values(node).every(isConstant);
}

function isConstant(part: unknown): boolean {
  if (typeof part !== "object" || part === null) return true;
  if (Array.isArray(part)) return part.every(isConstant);
  return "kind" in part && (part.kind === "int" || part.kind === "double");
}

/** What a node without anything of the context in it gives: made when first asked, and shared by all evaluations. */
function once(node: Compiled): Compiled {
  let library: unknown = once;
  let value: unknown;
  return (context, run) => {
    if (library !== run.surroundings.library) {
      library = run.surroundings.library;
      const alone = new Run();
      alone.begin(run.surroundings);
      value = node(context, alone);
    }
    return value;
  };
}

function compileTagged(node: ExpressionNode, scope: Scope, compile: Compile): Compiled | undefined {
  const part = (inner: Expression) => compile(inner, scope);
  switch (node.kind) {
    case "uint":
      return constant(new Uint(BigInt(node.value)));
    case "bytes":
      return constant(Uint8Array.from(node.value, (character) => character.charCodeAt(0)));
    case "type":
      return constant(new TypeValue(node.name));
    case "now":
      return (_context, run) => run.now();
    case "list":
      return compileList(node.items.map(part));
    case "map":
      return compileMap(node.entries.map(([key, value]) => [part(key), part(value)]));
    case "variable":
      return compileVariable(node.name, scope);
    case "index":
      return apply("[]", "[]", [part(node.of), part(node.at)]);
    case "call":
      return compileCall(node, part);
    case "macro":
      return compileMacro(node, scope, compile);
    case "conditional":
      return compileConditional(part(node.test), part(node.whenTrue), part(node.whenFalse));
    default:
      return undefined;
  }
}

function compileCall({ name, args }: Call, part: (inner: Expression) => Compiled): Compiled {
  const [salt, value, ...more] = args;
  if (name !== "bucket" || value === undefined || more.length > 0) return apply(name, name, args.map(part));
  return typeof salt === "string" ? compileBucket(salt, part(value)) : constant(noOverload(name, salt));
}

/** `bucket('salt', x)`: where a rollout with this salt has `x`, in percent. */
function compileBucket(salt: string, operand: Compiled): Compiled {
  const bucket = bucketer(salt, "rollout");
  return (context, run) => {
    const value = operand(context, run);
    const text = stickinessText(numberOf(value) ?? value);
    if (text === undefined) return asFailure("bucket", value);
    return run.spend(prices.bucket) && run.spendText(text.length) ? bucket(text) / 1000 : BUDGET_EXCEEDED;
  };
}

function compileConditional(test: Compiled, whenTrue: Compiled, whenFalse: Compiled): Compiled {
  return (context, run) => {
    const value = test(context, run);
    if (value === true) return whenTrue(context, run);
    return value === false ? whenFalse(context, run) : asFailure("?:", value);
  };
}
