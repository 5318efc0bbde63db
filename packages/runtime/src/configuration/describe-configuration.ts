import type { z } from "zod";
import type { Configuration } from "./read-configuration.ts";
import { variableOf } from "./variable.ts";

/**
 * The settings in force by variable, fit for a log line: a secret shows only that it is set, an unset
 * variable is left out.
 */
export function describeConfiguration<Parts extends z.ZodRawShape>(
  parts: Parts,
  configuration: Configuration<Parts>,
): Readonly<Record<string, unknown>> {
  const values = new Map<string, unknown>(Object.entries(configuration));
  const described: Record<string, unknown> = {};
  for (const [field, schema] of Object.entries(parts)) {
    const { name, secret } = variableOf(field, schema);
    const value = values.get(field);
    if (value !== undefined) described[name] = secret ? "[redacted]" : value;
  }
  return described;
}
