import { attributeReader } from "../evaluation/context.ts";
import type { Binary, Expression } from "../language/expression.ts";
import { Failure } from "../values/failure.ts";
import type { Run } from "../values/run.ts";
import { compareSemVer, parseSemVer, type SemVer } from "../values/semver.ts";
import { missingAttribute } from "./attributes.ts";
import type { Compiled } from "./compiled.ts";
import { semver } from "./functions.ts";

/** A closure for `semver(attribute) op semver('literal')`: the literal is read once, and usual versions are compared in place. */
export function compileVersionOrder({ op, left, right }: Binary): Compiled | undefined {
  const holds = Object.hasOwn(tests, op) ? tests[op] : undefined;
  const name = attributeOf(versionArgument(left));
  const literal = versionArgument(right);
  const wanted = typeof literal === "string" ? parseSemVer(literal) : undefined;
  if (!holds || name === undefined || !wanted) return undefined;

  const read = attributeReader(name);
  const missing = missingAttribute(name);
  const compareRelease = releaseComparer(wanted);
  return (context, run) => {
    const value = read(context);
    if (typeof value !== "string") return value === undefined ? missing : semver(value, run);
    const order = compareRelease(value) ?? compareText(value, wanted, run);
    return order instanceof Failure ? order : holds(order);
  };
}

const tests: Readonly<Record<string, (order: number) => boolean>> = {
  "==": (order) => order === 0,
  "!=": (order) => order !== 0,
  "<": (order) => order < 0,
  "<=": (order) => order <= 0,
  ">": (order) => order > 0,
  ">=": (order) => order >= 0,
};

const DOT = 0x2e;
const DIGIT_ZERO = 0x30;
/** Digits that a double surely holds. */
const MAX_DIGITS = 15;

/** Compares texts such as `1.2.3` without reading them into a version; `undefined` for all that is less plain. */
function releaseComparer(wanted: SemVer): (text: string) => number | undefined {
  const { major, minor, patch } = wanted;
  if (typeof major === "bigint" || typeof minor === "bigint" || typeof patch === "bigint")
    return () => undefined;
  const wantedAt = (part: number) => (part === 0 ? major : part === 1 ? minor : patch);
  const equalRelease = wanted.prerelease.length === 0 ? 0 : 1;

  return (text) => {
    let order = 0;
    let part = 0;
    let number = 0;
    let digits = 0;
    for (let at = 0; at <= text.length; at++) {
      const unit = at === text.length ? DOT : text.charCodeAt(at);
      if (unit === DOT) {
        if (digits === 0 || part === 3) return undefined;
        if (order === 0) order = number - wantedAt(part);
        part++;
        number = 0;
        digits = 0;
        continue;
      }
      const digit = unit - DIGIT_ZERO;
      const hasLeadingZero = digits > 0 && number === 0;
      if (!(digit >= 0 && digit <= 9) || hasLeadingZero || digits === MAX_DIGITS) return undefined;
      number = number * 10 + digit;
      digits++;
    }
    for (; part < 3 && order === 0; part++) order = -wantedAt(part);
    return order || equalRelease;
  };
}

function compareText(text: string, wanted: SemVer, run: Run): number | Failure {
  const version = semver(text, run);
  return version instanceof Failure ? version : compareSemVer(version, wanted);
}

/** What stands in `semver(…)`. */
function versionArgument(expression: Expression): Expression | undefined {
  if (expression === null || typeof expression !== "object" || expression.kind !== "call") return undefined;
  const { name, target, args } = expression;
  return name === "semver" && target === undefined && args.length === 1 ? args[0] : undefined;
}

function attributeOf(expression: Expression | undefined): string | undefined {
  if (expression === null || typeof expression !== "object") return undefined;
  return expression.kind === "attribute" ? expression.name : undefined;
}
