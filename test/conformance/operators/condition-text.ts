/** A condition in the neutral form: `op` over an attribute against any of `values`. */
export interface NeutralCondition {
  readonly op: string;
  readonly attr: string;
  readonly values: readonly unknown[];
  /** Ignoring case. */
  readonly ci?: boolean;
  readonly negate: boolean;
}

/** The neutral condition as a text of ours, as an import would write it. @throws {Error} for an operator that it lacks */
export function conditionText({ op, attr, values, ci = false, negate }: NeutralCondition): string {
  if (!Object.hasOwn(operators, op)) throw new Error(`no translation of the operator '${op}'`);
  const text = operators[op]?.({ attr, values, ci }) ?? "";
  return negate ? `!(${text})` : text;
}

interface Operands {
  readonly attr: string;
  readonly values: readonly unknown[];
  readonly ci: boolean;
}

const operators: Readonly<Record<string, (operands: Operands) => string>> = {
  in: ({ attr, values }) => `${attr} in [${values.map(literal).join(", ")}]`,
  eq: any(({ attr }, value) => `${attr} == ${literal(value)}`),
  lt: any(({ attr }, value) => `${attr} < ${literal(value)}`),
  lte: any(({ attr }, value) => `${attr} <= ${literal(value)}`),
  gt: any(({ attr }, value) => `${attr} > ${literal(value)}`),
  gte: any(({ attr }, value) => `${attr} >= ${literal(value)}`),
  startsWith: textMethod("startsWith"),
  endsWith: textMethod("endsWith"),
  contains: textMethod("contains"),
  matches: any(({ attr, ci }, value) => `${attr}.matches(${literal(ci ? `(?i)${value}` : value)})`),
  dateBefore: any(({ attr }, value) => `${moment(attr)} < ${momentOf(value)}`),
  dateAfter: any(({ attr }, value) => `${moment(attr)} > ${momentOf(value)}`),
  semverEq: semver("=="),
  semverLt: semver("<"),
  semverLte: semver("<="),
  semverGt: semver(">"),
  semverGte: semver(">="),
  cidr: any(({ attr }, value) => `cidr(${attr}, ${literal(block(String(value)))})`),
};

function any(one: (operands: Operands, value: unknown) => string): (operands: Operands) => string {
  return (operands) => operands.values.map((value) => one(operands, value)).join(" || ") || "false";
}

function textMethod(name: string) {
  return any(({ attr, ci }, value) =>
    ci
      ? `${attr}.lowerAscii().${name}(${literal(String(value).toLowerCase())})`
      : `${attr}.${name}(${literal(value)})`,
  );
}

/** Other systems take versions with a leading v; ours refuses them, so an import takes it off. */
function semver(op: string) {
  return any(({ attr }, value) => {
    const version = typeof value === "string" ? value.replace(/^v/, "") : value;
    return `semver(${attr}) ${op} semver(${literal(version)})`;
  });
}

/** A date in a context is RFC 3339, or milliseconds since the epoch. */
function moment(attr: string): string {
  const milliseconds = `timestamp(int(${attr}) / 1000) + duration(string(int(${attr}) % 1000) + 'ms')`;
  return `(type(${attr}) == string ? timestamp(${attr}) : ${milliseconds})`;
}

function momentOf(value: unknown): string {
  return `timestamp(${literal(typeof value === "number" ? new Date(value).toISOString() : value)})`;
}

/** An address alone is the block of itself. */
function block(text: string): string {
  if (text.includes("/")) return text;
  return `${text}/${text.includes(":") ? 128 : 32}`;
}

/** JSON's spelling of a string is one of CEL's. */
function literal(value: unknown): string {
  if (value === null || ["string", "number", "boolean"].includes(typeof value)) return JSON.stringify(value);
  throw new Error(`no literal of ${JSON.stringify(value)}`);
}
