import { z } from "zod";

/** What an operator must know about one setting of a process. */
export interface Variable {
  /** The environment variable, e.g. `BURGEE_PORT`. */
  readonly name: string;
  /** What would be right, as the end of a sentence: "a whole number from 0 to 65535". */
  readonly expects: string;
  /** Never shown, and readable from a file named by `<name>_FILE`. */
  readonly secret?: boolean;
  /** Fields of the same part that, all given, make this one needless; else it must be there, whatever its schema. */
  readonly notNeededWith?: readonly string[];
}

const variables = z.registry<Variable>();

/**
 * Binds a schema to its environment variable. Call it last: a schema derived from the result
 * (`.optional()`, `.default()`) is another one, and knows no variable.
 */
export function fromVariable<S extends z.ZodType>(schema: S, variable: Variable): S {
  variables.add(schema, variable);
  return schema;
}

export function variableOf(field: string, schema: z.core.$ZodType): Variable {
  const variable = variables.get(schema);
  if (!variable) throw new TypeError(`The configuration field ${field} was not made by fromVariable.`);
  return variable;
}
