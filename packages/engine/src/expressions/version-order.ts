import { attributeReader } from "../evaluation/context.ts";
import type { Binary, Expression } from "../language/expression.ts";
import type { Compiled } from "../values/run.ts";
import { parseSemVer } from "../values/semver.ts";
import { noAttribute } from "./compile-node.ts";
import { comparisonOf } from "./functions.ts";
import { attributeOf } from "./shortcuts.ts";

/** A closure for `semver(attribute) op semver('literal')`: the literal is read once, and usual versions are compared in place. */
export function compileVersionOrder({ op, left, right }: Binary, plainly: Compiled): Compiled | undefined {
  const holds = comparisonOf(op);
  const name = attributeOf(versionArgument(left));
  const literal = versionArgument(right);
  if (!holds || name === undefined || typeof literal !== "string" || !parseSemVer(literal)) return undefined;

  const read = attributeReader(name);
  const missing = noAttribute(name);
  const [release = ""] = /^[\d.]+/.exec(literal) ?? [];
  const wanted = release.split(".").map(Number);
  if (!wanted.every(Number.isSafeInteger)) return undefined;
  const equalRelease = literal.charAt(release.length) === "-" ? 1 : 0;

  return (context, run) => {
    const value = read(context, run);
    if (value === undefined) return missing;
    const order = typeof value === "string" ? compareRelease(value, wanted) : Number.NaN;
    return Number.isNaN(order) ? plainly(context, run) : holds(order || equalRelease, 0);
  };
}

const DOT = -2;
/** A number below is a safe integer with one more digit. */
const MAX_NUMBER = 1e14;

/** Compares texts such as `1.2.3` without reading them into a version; NaN for all that is less plain. */
function compareRelease(text: string, wanted: readonly number[]): number {
  let order = 0;
  let part = 0;
  let number = -1;
  for (let at = 0; at <= text.length; at++) {
    const digit = at === text.length ? DOT : text.charCodeAt(at) - 48;
    if (digit === DOT) {
      if (number < 0 || part > 2) return Number.NaN;
      order ||= number - (wanted[part] ?? 0);
      part++;
      number = -1;
    } else if (digit < 0 || digit > 9 || number === 0 || number > MAX_NUMBER) return Number.NaN;
    else number = number < 0 ? digit : number * 10 + digit;
  }
  for (; part < wanted.length; part++) order ||= -(wanted[part] ?? 0);
  return order;
}

/** What stands in `semver(…)`. */
function versionArgument(expression: Expression): Expression | undefined {
  if (expression === null || typeof expression !== "object" || expression.kind !== "call") return undefined;
  const { name, target, args } = expression;
  return name === "semver" && target === undefined && args.length === 1 ? args[0] : undefined;
}
