import { readFileSync } from "node:fs";
import { z } from "zod";
import { ConfigurationError, type ConfigurationProblem } from "./configuration-error.ts";
import { type Variable, variableOf } from "./variable.ts";

export type Environment = Readonly<Record<string, string | undefined>>;
export type Configuration<Parts extends z.ZodRawShape> = Readonly<z.output<z.ZodObject<Parts>>>;

/**
 * Reads a process's settings from its environment, once, when it starts.
 *
 * Parts are composed by spreading: `readConfiguration({ ...databaseConfiguration, ...logConfiguration }, process.env)`.
 * An empty variable counts as unset. A secret `X` may stand in a file that `X_FILE` names.
 *
 * @throws {ConfigurationError} with every problem found, not only the first.
 */
export function readConfiguration<Parts extends z.ZodRawShape>(
  parts: Parts,
  environment: Environment,
): Configuration<Parts> {
  const problems: ConfigurationProblem[] = [];
  const found: Record<string, string | undefined> = {};
  for (const [field, schema] of Object.entries(parts)) {
    const value = findValue(variableOf(field, schema), environment);
    if (typeof value === "object") problems.push(value);
    else found[field] = value;
  }
  problems.push(...findMissing(parts, found));

  const parsed = z.object(parts).safeParse(found);
  if (parsed.success && problems.length === 0) return Object.freeze(parsed.data);

  for (const field of new Set(parsed.error?.issues.map((issue) => String(issue.path[0])))) {
    const schema = parts[field];
    if (schema && field in found) problems.push(problemWith(variableOf(field, schema), found[field]));
  }
  throw new ConfigurationError(problems);
}

/** The text of a variable, `undefined` when it is unset, or what keeps it from being read. */
function findValue(
  { name, secret }: Variable,
  environment: Environment,
): string | undefined | ConfigurationProblem {
  const value = environment[name] || undefined;
  const file = secret ? environment[`${name}_FILE`] || undefined : undefined;
  if (file === undefined) return value;
  if (value !== undefined) return { variable: name, message: `and ${name}_FILE are both set; keep one.` };

  try {
    return readFileSync(file, "utf8").trim() || undefined;
  } catch (error) {
    const reason = error instanceof Error && "code" in error ? String(error.code) : "unreadable";
    return { variable: `${name}_FILE`, message: `names ${file}, which can't be read (${reason}).` };
  }
}

/** Variables that only others could have made needless. One that could not be read was named already. */
function findMissing(
  parts: z.ZodRawShape,
  found: Readonly<Record<string, string | undefined>>,
): readonly ConfigurationProblem[] {
  return Object.entries(parts).flatMap(([field, schema]) => {
    const variable = variableOf(field, schema);
    const { notNeededWith } = variable;
    if (!notNeededWith || !(field in found) || found[field] !== undefined) return [];
    return notNeededWith.every((other) => !(other in found) || found[other] !== undefined)
      ? []
      : [problemWith(variable, undefined, orAllOf(notNeededWith, parts))];
  });
}

function orAllOf(fields: readonly string[], parts: z.ZodRawShape): string {
  const names = fields.flatMap((field) => {
    const schema = parts[field];
    return schema ? [variableOf(field, schema).name] : [];
  });
  return `, or else ${names.join(" and ")}`;
}

function problemWith(
  { name, expects, secret }: Variable,
  value: string | undefined,
  instead = "",
): ConfigurationProblem {
  const alternative = secret ? ` (or ${name}_FILE naming a file that holds it)` : "";
  if (value === undefined)
    return { variable: name, message: `is missing; give ${expects}${alternative}${instead}.` };
  const shown = secret ? "is set to something else (not shown)" : `is ${JSON.stringify(value.slice(0, 80))}`;
  return { variable: name, message: `${shown}; it must be ${expects}.` };
}
